import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { addAdapter } from "./adapter/adapterCommand.js";
import { addAuthorCommands } from "./authorCommands.js";
import { addDiff } from "./compare/diffCommand.js";
import { addInspect } from "./compare/inspectCommand.js";
import { addInit } from "./initCommand.js";
import { addPublish } from "./publishCommand.js";
import { addMerge } from "./merge/mergeCommand.js";
import { addFork } from "./pull/forkCommand.js";
import { addPull } from "./pull/pullCommand.js";
import { addRuleCommands } from "./ruleCommands.js";
import { addRun } from "./runCommand.js";
import { addShadow } from "./shadowCommand.js";

/** Adds `kernel`: writing, testing, publishing and asking kernels. */
export function registerKernel(program: Command, io: CommandIo): void {
  const kernel = program
    .command("kernel")
    .summary("write, test, publish, rule and ask kernels")
    .description(
      "Makes kernels, tests them as validators do, publishes and rules them, and asks them.",
    );
  addExamples(
    kernel,
    "aivmd kernel init my-kernel",
    "aivmd kernel test my-kernel",
    "aivmd kernel publish my-kernel --from alice",
    "aivmd kernel run my-kernel --input input.json --from alice",
  );
  addInit(kernel, io);
  addAuthorCommands(kernel, io);
  addAdapter(kernel, io);
  addPublish(kernel, io);
  addPull(kernel, io);
  addFork(kernel, io);
  addInspect(kernel, io);
  addDiff(kernel, io);
  addMerge(kernel, io);
  addRuleCommands(kernel, io);
  addShadow(kernel, io);
  addRun(kernel, io);
}
