import type { Command } from "commander";

/**
 * Declares an option. One that ends with `...>` may be given several times; unlike commander's own
 * lists it takes one word each time, so that an argument may follow it.
 */
export function declareOption(command: Command, option: string, meaning: string): Command {
  if (!option.endsWith("...>")) return command.option(option, meaning);
  const single = option.replace("...>", ">");
  return command.option(single, `${meaning}; may be repeated`, collect);
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
