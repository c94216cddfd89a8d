import type { Command } from "commander";
import { toHex } from "#core/primitives/bytes.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { addExamples, addNodeFlag } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import type { Session } from "../../../session.js";
import { rpcOf, runsOnline } from "../../query/connection.js";
import { makeFolder, requireFreeFolder } from "../folderFiles.js";
import { versionIdOf } from "../versionOfFolder.js";
import { downloadArtifacts } from "./downloadArtifacts.js";
import { pulledFiles } from "./pulledFiles.js";
import { type ResolvedVersion, resolveVersion } from "./resolveVersion.js";

/** Adds `kernel pull`. */
export function addPull(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("pull")
    .argument("<version>", "NAME (its head), NAME@NUMBER, or the id of a version")
    .summary("make the folder of a published version")
    .description(
      "Downloads every artifact of a version, checks each against its digest, and makes a folder of them that builds to the very same version.",
    )
    .option("--out <folder>", "folder to make (default: the kernel's name)");
  addExamples(
    addNodeFlag(command),
    "aivmd kernel pull digits",
    "aivmd kernel pull digits@2 --out digits-2",
  );
  runsOnline<{ readonly out?: string }>(command, io, async (session, flags, [text = ""]) => {
    const rpc = rpcOf(session);
    const resolved = await resolveVersion(rpc, text);
    const { version, manifest } = resolved;
    const folder = flags.out ?? manifest.name;
    requireFreeFolder(folder);
    const bundle = await download(session, rpc, resolved);
    const { parents, number } = version;
    const id = toHex(version.id);
    const heading = [
      `${manifest.name} version ${number}, ${id}.`,
      "Building this folder gives that version. To change it: aivmd kernel fork.",
    ];
    const files = pulledFiles(bundle, { parents, heading });
    const built = makeFolder(folder, files, (draft) => toHex(versionIdOf(draft)));
    const facts = { folder, files: files.map(([file]) => file), version_id: id, built_id: built };
    session.terminal.show({ ...facts, same: built === id }, () =>
      session.terminal.pairs([
        ["kernel", `${manifest.name} version ${number}`],
        ["folder", `${folder}, ${files.length} files`],
        ["version id", id],
        ["next", `aivmd kernel test ${folder}`],
      ]),
    );
    if (built !== id) session.terminal.warn(otherEngine(built));
  });
}

/** Every artifact of a version, with a progress bar. */
export async function download(
  { terminal }: Pick<Session, "terminal">,
  rpc: RpcTransport,
  { version, manifest }: ResolvedVersion,
): Promise<KernelBundle> {
  const label = `pull ${manifest.name} version ${version.number}`;
  const progress = terminal.progress({ label, total: 100 });
  const digests = manifestArtifacts(manifest);
  const artifacts = await downloadArtifacts(rpc, digests, (done, total) => {
    progress.update((done * 100) / total, `${done} of ${total} bytes are here`);
  });
  const bytes = artifacts.reduce((sum, { length }) => sum + length, 0);
  progress.finish(`${artifacts.length} artifacts, ${bytes} bytes, fit their digests`);
  return { manifest, artifacts };
}

function otherEngine(built: string): string {
  return `this release has other engines than the version was made for, or its manifest has what no Aivmfile writes: building the folder gives ${built}`;
}
