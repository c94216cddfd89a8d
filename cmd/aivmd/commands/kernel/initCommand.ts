import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs } from "../../session.js";
import { requireFreeFolder } from "./folderFiles.js";
import { requireKernelName } from "./kernelName.js";
import { type Template, templateFiles } from "./templates/template.js";
import { findTemplate, TEMPLATES } from "./templates/templates.js";

interface InitFlags {
  readonly name?: string;
  readonly template: string;
}

/** Adds `kernel init`. */
export function addInit(kernel: Command, io: CommandIo): void {
  const templates = TEMPLATES.map(({ name, summary }) => `  ${name.padEnd(17)}${summary}`);
  const command = kernel
    .command("init")
    .argument("<folder>", "folder to make")
    .summary("make the folder of a new kernel")
    .description("Makes a folder with a small kernel that works, to begin from.")
    .option("--name <name>", "name of the kernel (default: that of the folder)")
    .addOption(
      new Option("--template <template>", "what to begin from")
        .choices(TEMPLATES.map(({ name }) => name))
        .default(TEMPLATES[0].name),
    )
    .addHelpText("after", `\nTemplates:\n${templates.join("\n")}`);
  addExamples(
    command,
    "aivmd kernel init my-kernel",
    "aivmd kernel init reader --template classifier",
  );
  runs<InitFlags>(command, io, ({ terminal }, flags, [folder = ""]) => {
    const template = findTemplate(flags.template) ?? TEMPLATES[0];
    const files = initKernel(folder, flags.name, template);
    terminal.show({ folder: resolve(folder), template: template.name, files }, () =>
      [
        ...files.map((file) => `wrote ${join(folder, file)}`),
        "",
        `try it:   aivmd kernel test ${folder}`,
        `then:     aivmd kernel run --local ${folder} --input-json '${template.sample}'`,
      ].join("\n"),
    );
  });
}

/** Writes the files of a new kernel; gives their paths. Fails with `author/10` or `cli/2`. */
export function initKernel(
  folder: string,
  given?: string,
  template: Template = TEMPLATES[0],
): string[] {
  const name = requireKernelName(given ?? basename(resolve(folder)), given);
  requireFreeFolder(folder);
  const files = templateFiles(template, name);
  for (const [file, content] of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return files.map(([file]) => file);
}
