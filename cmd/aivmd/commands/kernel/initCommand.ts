import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs } from "../../session.js";
import { requireFreeFolder } from "./folderFiles.js";
import { requireKernelName } from "./kernelName.js";
import { templateFiles } from "./template.js";

/** Adds `kernel init`. */
export function addInit(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("init")
    .argument("<folder>", "folder to make")
    .summary("make the folder of a new kernel")
    .description("Makes a folder with a small kernel that works, to begin from.")
    .option("--name <name>", "name of the kernel (default: that of the folder)");
  addExamples(command, "aivmd kernel init my-kernel");
  runs<{ readonly name?: string }>(command, io, ({ terminal }, flags, [folder = ""]) => {
    const files = initKernel(folder, flags.name);
    terminal.show({ folder: resolve(folder), files }, () =>
      [
        ...files.map((file) => `wrote ${join(folder, file)}`),
        "",
        `try it:   aivmd kernel test ${folder}`,
        `then:     aivmd kernel run --local ${folder} --input-json '{"x": [1, 2, 3, 4]}'`,
      ].join("\n"),
    );
  });
}

/** Writes the files of a new kernel; gives their paths. Fails with `author/10` or `cli/2`. */
export function initKernel(folder: string, given?: string): string[] {
  const name = requireKernelName(given ?? basename(resolve(folder)), given);
  requireFreeFolder(folder);
  const files = templateFiles(name);
  for (const [file, content] of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return files.map(([file]) => file);
}
