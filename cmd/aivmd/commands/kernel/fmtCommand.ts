import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { compileAivmfile } from "#modules/kernel/types/aivmfile.js";
import { formatAivmfile } from "#modules/kernel/types/aivmfile/formatAivmfile.js";
import { writeText } from "#node/home/files.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs } from "../../session.js";
import { notTidy } from "./errors.js";
import { AIVMFILE, inFolder, readBytes } from "./kernelSource.js";

/** An Aivmfile and whether it was, or would be, changed. */
export interface FormattedFile {
  readonly file: string;
  readonly changed: boolean;
}

/** Adds `kernel fmt`. */
export function addFmt(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("fmt")
    .argument("<folder...>", "folders with an Aivmfile, or Aivmfiles")
    .summary("lay out an Aivmfile tidily")
    .description(
      "Writes Aivmfiles with keywords, names and comments in columns. Words, comments and their order stay, so the kernel's version does too. A file with a mistake is left as it is, and the mistake named.",
    )
    .option("--check", "write nothing, and fail if anything would be changed");
  addExamples(command, "aivmd kernel fmt my-kernel", "aivmd kernel fmt --check kernels/*");
  runs<{ readonly check?: boolean }>(command, io, ({ terminal }, { check = false }, folders) => {
    // Every file is read before the first is written.
    const files = folders.map(readAivmfile);
    for (const { file, changed, text } of files) {
      // A link stays one: what it leads to is written.
      if (changed && !check) writeText(realpathSync(file), text);
    }
    const facts = files.map(({ file, changed }) => ({ file, changed }));
    terminal.show(facts, () => facts.map((fact) => fileText(fact, check)).join("\n"));
    const untidy = facts.filter(({ changed }) => changed);
    const [first] = untidy;
    if (check && first !== undefined) throw notTidy({ count: untidy.length, file: first.file });
  });
}

function fileText({ file, changed }: FormattedFile, check: boolean): string {
  if (!changed) return `${file} is tidy`;
  return check ? `${file} would be changed` : `${file} was written anew`;
}

/** A tidy text and whether it differs; fails with `author/2`, `kernel/10` or `kernel/11`. */
function readAivmfile(path: string): FormattedFile & { readonly text: string } {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(path, AIVMFILE) : path;
  const bytes = readBytes("", file);
  const before = new TextDecoder().decode(bytes);
  inFolder("", () => compileAivmfile(before), file);
  const text = formatAivmfile(before);
  return { file, changed: !equalBytes(bytes, utf8(text)), text };
}
