import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { toHex } from "#core/primitives/bytes.js";
import { addExamples, addNodeFlag } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import { rpcOf, runsOnline } from "../../query/connection.js";
import { makeFolder, requireFreeFolder } from "../folderFiles.js";
import { requireKernelName } from "../kernelName.js";
import { readKernelSource } from "../kernelSource.js";
import { adaptVersion } from "./adaptVersion.js";
import { download } from "./pullCommand.js";
import { pulledFiles } from "./pulledFiles.js";
import { resolveVersion } from "./resolveVersion.js";

interface ForkFlags {
  readonly name?: string;
  readonly adapter: readonly string[];
}

/** Adds `kernel fork`. */
export function addFork(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("fork")
    .argument("<version>", "NAME (its head), NAME@NUMBER, or the id of a version")
    .argument("<folder>", "folder to make")
    .summary("begin a kernel from a published version")
    .description(
      "Downloads a version into a new folder, under a name of its own, with the version as its PARENT: what is published from there derives from it. With the name of the kernel itself it begins that kernel's next version.",
    )
    .option("--name <name>", "name of the new kernel (default: that of the folder)")
    .option(
      "--adapter <model=file>",
      "adapter of a model, which `kernel adapter` makes; may be repeated",
      (value: string, all: readonly string[]): readonly string[] => [...all, value],
      [],
    );
  addExamples(
    addNodeFlag(command),
    "aivmd kernel fork digits my-digits",
    "aivmd kernel fork digits@2 work --name digits",
    "aivmd kernel fork digits turned-digits --adapter net=turned.adapter",
  );
  runsOnline<ForkFlags>(command, io, async (session, flags, args) => {
    const [text = "", folder = ""] = args;
    const name = requireKernelName(flags.name ?? basename(resolve(folder)), flags.name);
    requireFreeFolder(folder);
    const rpc = rpcOf(session);
    const resolved = await resolveVersion(rpc, text);
    const { version, manifest } = resolved;
    const downloaded = await download(session, rpc, resolved);
    const bundle = adaptVersion(resolved, downloaded.artifacts, flags.adapter);
    const heading = [`Derived from ${manifest.name} version ${version.number}.`];
    const lineage = { parents: [version.id], heading, isAdapted: flags.adapter.length > 0 };
    const files = pulledFiles({ ...bundle, manifest: { ...bundle.manifest, name } }, lineage);
    makeFolder(folder, files, readKernelSource);
    const parent = toHex(version.id);
    session.terminal.show({ folder, name, parent, files: files.map(([file]) => file) }, () =>
      session.terminal.pairs([
        ["kernel", name],
        ["folder", `${folder}, ${files.length} files`],
        ["parent", `${manifest.name} version ${version.number}, ${parent}`],
        ["licence", `${manifest.license}: it binds what derives from it`],
        ["next", `aivmd kernel test ${folder}`],
      ]),
    );
  });
}
