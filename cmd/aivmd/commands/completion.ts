import { type Command, Argument } from "commander";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs } from "../session.js";

/** Adds `completion`: what a shell is told so that it completes commands and flags. */
export function registerCompletion(program: Command, io: CommandIo): void {
  const command = program
    .command("completion")
    .addArgument(new Argument("<shell>", "whose script is printed").choices(["bash", "zsh"]))
    .summary("print a script that completes commands and flags")
    .description(
      "Prints a script for a shell that completes commands, flags and the values that flags choose from.",
    );
  addExamples(
    command,
    "aivmd completion bash > ~/.local/share/bash-completion/completions/aivmd",
    'eval "$(aivmd completion zsh)"',
  );
  runs(command, io, ({ terminal }, _flags, [shell]) => {
    terminal.print(completionScript(program, shell === "zsh"));
  });
}

/** The words that may follow each command, and each flag that has choices. */
function completionScript(program: Command, zsh: boolean): string {
  const words = walk(program).map(
    ({ path, command }) => `  [${quoted(path)}]=${quoted(wordsOf(command, program).join(" "))}`,
  );
  const choices = walk(program).flatMap(({ path, command }) =>
    [...command.options, ...program.options].flatMap(({ long, argChoices }) =>
      typeof long !== "string" || argChoices === undefined
        ? []
        : [`  [${quoted(`${path} ${long}`)}]=${quoted(argChoices.join(" "))}`],
    ),
  );
  return [
    ...(zsh ? ["autoload -Uz bashcompinit && bashcompinit"] : []),
    `declare -gA _aivmd_words=(\n${words.join("\n")}\n)`,
    `declare -gA _aivmd_choices=(\n${[...new Set(choices)].join("\n")}\n)`,
    COMPLETE,
  ].join("\n");
}

// Keys go through variables: bash and zsh differ in what quotes within a subscript mean.
const COMPLETE = `_aivmd() {
  local index word key path="aivmd" words current="\${COMP_WORDS[COMP_CWORD]}"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    key="$path $word"
    [[ $word != -* && -n "\${_aivmd_words[$key]}" ]] && path="$key"
  done
  words="\${_aivmd_words[$path]}"
  key="$path \${COMP_WORDS[COMP_CWORD - 1]}"
  [[ -n "\${_aivmd_choices[$key]}" ]] && words="\${_aivmd_choices[$key]}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _aivmd aivmd`;

interface Place {
  readonly path: string;
  readonly command: Command;
}

/** Every command with the words that lead to it, by each of its names. */
function walk(command: Command, path = command.name()): Place[] {
  const below = command.commands.flatMap((child) =>
    [child.name(), ...child.aliases()].flatMap((name) => walk(child, `${path} ${name}`)),
  );
  return [{ path, command }, ...below];
}

function wordsOf(command: Command, program: Command): string[] {
  const commands = command.commands.map((child) => child.name());
  const flags = [...command.options, ...program.options].flatMap(({ long }) => long ?? []);
  return [...commands, ...new Set([...flags, "--help"])];
}

/** Names and flags have no quotes of their own. */
function quoted(text: string): string {
  return `"${text}"`;
}
