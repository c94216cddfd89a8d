import { join } from "node:path";
import type { Command } from "commander";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { type KernelBucket, kernelBuckets } from "#sdk/kernel/kernelBuckets.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { buildKernel } from "./buildKernel.js";
import {
  BUNDLE_FOLDER,
  type BundleOfFolder,
  requireBundlePlace,
  writeBundle,
} from "./bundleFolder.js";
import { checkModelFile, isModelFile } from "./checkCommand.js";
import { type CheckedModel, checkSource, manifestOf, vectorInput } from "./checkSource.js";
import { addFmt } from "./fmtCommand.js";
import { fieldsText } from "./fieldsText.js";
import { type KernelSource, readKernelSource } from "./kernelSource.js";
import { withLocalSandbox } from "./localSandbox.js";
import { codeText, partFacts, partPairs } from "./partsText.js";
import { addTest } from "./testCommand.js";
import { vectorBucket } from "./vectorBuckets.js";

/** Adds what authors do without a chain. */
export function addAuthorCommands(kernel: Command, io: CommandIo): void {
  addCheck(kernel, io);
  addFmt(kernel, io);
  addBuild(kernel, io);
  addTest(kernel, io);
}

function addCheck(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("check")
    .argument("<folder>", "folder with an Aivmfile, or a model file")
    .summary("check the files of a kernel, or a model before there is one")
    .description(
      "Checks the Aivmfile, every model against what validators run, and the test vectors' inputs. Of a model file it says everything that would be refused and what to do instead, or what it holds and costs.",
    );
  addExamples(command, "aivmd kernel check my-kernel", "aivmd kernel check model.onnx");
  runs(command, io, async (session, _flags, [folder = ""]) => {
    if (isModelFile(folder)) {
      await checkModelFile(session, folder);
      return;
    }
    const { terminal } = session;
    const source = readKernelSource(folder);
    const models = checkSource(source);
    const manifest = manifestOf(source, []);
    const vectors = source.vectors.length;
    const buckets = bucketsOf(source, manifest);
    const facts = {
      name: manifest.name,
      models: models.map(modelFacts),
      ...partFacts(source),
      vectors,
      ...(buckets.length === 0 ? {} : { buckets }),
    };
    terminal.show({ ...facts, accepted: true }, () =>
      terminal.pairs([
        ["name", manifest.name],
        ["inputs", fieldsText(manifest.inputs)],
        ["outputs", fieldsText(manifest.outputs)],
        ...models.map(modelPair),
        ["code", codeText(source)],
        ...partPairs(source),
        ...buckets.map(bucketPair),
        ["test vectors", `${vectors}, not run: \`aivmd kernel test ${folder}\` runs them`],
        ["result", "nothing to object to"],
      ]),
    );
  });
}

/** A bucket with the number of its test vectors. */
interface TestedBucket extends Pick<KernelBucket, "bucket" | "gas"> {
  readonly vectors: number;
}

function bucketsOf({ vectors }: KernelSource, manifest: Manifest): TestedBucket[] {
  const found = vectors.map((vector) => vectorBucket(manifest, vectorInput(manifest, vector)));
  return kernelBuckets(manifest).map(({ bucket, gas }) => {
    return { bucket, gas, vectors: found.filter((one) => one === bucket).length };
  });
}

function bucketPair({ bucket, gas, vectors }: TestedBucket): readonly [string, string] {
  return [bucket, `${gas} gas, ${vectors} test vector${vectors === 1 ? "" : "s"}`];
}

function modelFacts({ name, file, nodes }: CheckedModel): object {
  return { name, file, nodes };
}

function modelPair({ name, file, nodes, signature }: CheckedModel): readonly [string, string] {
  const inputs = signature.inputs.map(({ name: input }) => input).join(", ");
  const outputs = signature.outputs.map(({ name: output }) => output).join(", ");
  return [`model ${name}`, `${file}: ${nodes} nodes, ${inputs} → ${outputs}`];
}

interface BuildFlags {
  readonly out?: string;
}

function addBuild(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("build")
    .argument("<folder>", "folder with an Aivmfile")
    .summary("make the bundle that is published")
    .description(
      "Checks a kernel, runs its test vectors in the sandbox of the validators, and writes a bundle: the manifest, and every artifact under its sha256.",
    )
    .option(
      "--out <folder>",
      `folder of the bundle (default: ${BUNDLE_FOLDER} within the kernel's)`,
    );
  addExamples(command, "aivmd kernel build my-kernel", "aivmd kernel build my-kernel --out bundle");
  runs<BuildFlags>(command, io, async (session, flags, [folder = ""]) => {
    const out = flags.out ?? join(folder, BUNDLE_FOLDER);
    // Before the vectors run, which may take long.
    requireBundlePlace(out);
    const { bundle } = await buildWithProgress(session, folder);
    writeBundle(out, bundle);
    const facts = bundleFacts(bundle);
    session.terminal.show({ ...facts, bundle: out }, () =>
      session.terminal.pairs([
        ["name", facts.name],
        ["bundle", out],
        ["artifacts", `${facts.artifacts}, ${facts.bytes} bytes`],
        ["manifest hash", facts.manifest_hash],
        ["version id", versionText(facts)],
        ["next", `aivmd kernel publish ${folder} --from KEY`],
      ]),
    );
  });
}

function versionText({ version_id, parents }: ReturnType<typeof bundleFacts>): string {
  return parents.length === 0
    ? `${version_id} as a kernel's first version`
    : `${version_id}, derived from ${parents.join(", ")}`;
}

/** What a bundle is, for the screen. */
export function bundleFacts({ manifest, artifacts, parents }: BundleOfFolder): {
  readonly name: string;
  readonly manifest_hash: string;
  /** Of a kernel's first version, unless it has parents. */
  readonly version_id: string;
  readonly parents: readonly string[];
  readonly artifacts: number;
  readonly bytes: number;
} {
  const hash = manifestHash(manifest);
  return {
    name: manifest.name,
    manifest_hash: toHex(hash),
    version_id: toHex(computeVersionId(manifest.name, hash, parents)),
    parents: parents.map(toHex),
    artifacts: artifacts.length,
    bytes: artifacts.reduce((sum, bytes) => sum + bytes.length, 0),
  };
}

/** Builds a kernel and shows how its test vectors proceed. */
export async function buildWithProgress(
  { terminal }: Pick<Session, "terminal">,
  folder: string,
): Promise<Awaited<ReturnType<typeof buildKernel>>> {
  const { length: total } = readKernelSource(folder).vectors;
  const progress = terminal.progress({ label: `test vectors of ${folder}`, total });
  const onVector = (done: number): void => {
    progress.update(done);
  };
  const built = await withLocalSandbox((sandbox) => buildKernel(sandbox, folder, { onVector }));
  progress.finish(`${total} test vectors of ${folder} give what they promise`);
  return built;
}
