import type { Command } from "commander";
import { addExamples, addNodeFlag } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import { runsOnline } from "../../query/connection.js";
import { diffLineText } from "../text/unifiedDiff.js";
import { compareKernels, type KernelDifference } from "./compareKernels.js";
import { differenceText } from "./differenceText.js";
import { fetchFrom } from "./fetchVersion.js";
import { viewKernel } from "./kernelView.js";

/** Adds `kernel diff`. */
export function addDiff(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("diff")
    .argument("<before>", "folder, bundle, or NAME, NAME@NUMBER or id of a version")
    .argument("<after>", "the same")
    .summary("show how two kernels differ")
    .description(
      "Compares two kernels, each a folder, a bundle or a published version: fields of the manifest, artifacts by digest and size, signature and operators of models, test vectors, and code line by line. A name that is a path is a folder.",
    );
  addExamples(
    addNodeFlag(command),
    "aivmd kernel diff digits digits@1",
    "aivmd kernel diff ./my-digits digits",
    "aivmd kernel diff ./before ./after -o json",
  );
  runsOnline(command, io, async (session, _flags, [before = "", after = ""]) => {
    const fetch = fetchFrom(session);
    const views = [await viewKernel(before, fetch), await viewKernel(after, fetch)] as const;
    const difference = compareKernels(...views);
    session.terminal.show(differenceJson(difference), () =>
      differenceText(session.terminal, difference),
    );
  });
}

function differenceJson({ vectors, code, ...rest }: KernelDifference): object {
  const { otherOutput, ...counts } = vectors;
  return {
    ...rest,
    vectors: { ...counts, other_output: otherOutput },
    code: code.map(({ file, lines }) => ({ file, diff: lines.map(diffLineText) })),
  };
}
