import { ReceiptStatus, ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import {
  AggregationKind,
  type Manifest,
  SeedKind,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex, uint64ToBytes } from "#core/primitives/bytes.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import { computeSeed } from "#modules/inference/types/seeds.js";
import { CodeAggregator } from "#sandbox/quickjs/aggregator.js";
import type { RealmFile } from "#sandbox/quickjs/realmFiles.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import { shortName } from "#core/codec/shortName.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import { readBytes } from "../query/fieldText.js";
import { readInputs } from "../tx/inputs.js";
import { isBundle, readBundle } from "./bundleFolder.js";
import { checkSource, manifestOf } from "./checkSource.js";
import { engineOf } from "./engineFlag.js";
import { kernelFailed } from "./errors.js";
import { artifactFiles, readKernelSource } from "./kernelSource.js";
import { type LocalSandbox, withLocalSandbox } from "./localSandbox.js";
import { withPictures } from "./picture/pictureInput.js";
import { valuesText } from "./runText.js";
import type { RunFlags } from "./runFlags.js";
import { receiptOf } from "./runVectors.js";

/** A kernel that runs here. */
interface LocalKernel {
  readonly manifest: Manifest;
  readonly artifacts: readonly Uint8Array[];
  /** Code that makes one answer of the members'. */
  readonly aggregationCode: Uint8Array | undefined;
  /** What that code may import. */
  readonly libraries: readonly RealmFile[];
}

/** One answer. */
interface LocalAnswer {
  readonly output: PlainValues;
  readonly gasUsed: bigint;
  /** Members that it was made of. */
  readonly members: number;
}

/** Runs the kernel of a folder in this machine's sandbox and prints its answers. */
export async function runLocally(
  session: Session,
  flags: RunFlags,
  [folder = ""]: readonly string[],
): Promise<void> {
  const kernel = readLocalKernel(folder);
  const inputs = readInputs({ ...withPictures(session, flags, kernel.manifest.inputs) });
  const seed = seedOf(flags);
  const engine = engineOf(flags);
  const answers = await withLocalSandbox((sandbox) => answerAll(sandbox, kernel, inputs, seed), {
    engine,
  });
  const { terminal } = session;
  terminal.show(
    answers.map(({ output, gasUsed, members }) => ({ output, gas_used: gasUsed, members })),
    () => answers.map((answer) => answerText(terminal, answer)).join("\n\n"),
  );
}

/**
 * Answers to inputs, in their order; fails with `kernel/12` and the like, `author/8` and
 * `author/9`.
 */
export async function answerAll(
  sandbox: LocalSandbox,
  kernel: LocalKernel,
  inputs: readonly PlainValues[],
  seed: Uint8Array,
): Promise<LocalAnswer[]> {
  const { manifest, artifacts } = kernel;
  const encoded = inputs.map((input) => ValueSet.encode(valuesFromJson(manifest.inputs, input)));
  for (const bytes of artifacts) await sandbox.put(bytes);
  const answers: LocalAnswer[] = [];
  for (const input of encoded) answers.push(await answer(sandbox, kernel, input, seed));
  return answers;
}

async function answer(
  sandbox: LocalSandbox,
  kernel: LocalKernel,
  input: Uint8Array,
  seed: Uint8Array,
): Promise<LocalAnswer> {
  const { manifest } = kernel;
  const seeds = memberSeeds(manifest, seed);
  const outcomes = await sandbox.executeMany(
    seeds.map((memberSeed) => ({ manifest, input, seed: memberSeed })),
  );
  const outputs = outcomes.map((outcome) => {
    const { receipt, output, detail } = receiptOf(outcome);
    if (receipt.status === ReceiptStatus.OK) return { output, gasUsed: receipt.gasUsed };
    throw kernelFailed({ status: shortName(ReceiptStatusNames, receipt.status), detail });
  });
  const gasUsed = outputs.reduce((sum, one) => sum + one.gasUsed, 0n);
  const output = combine(
    kernel,
    outputs.map((one) => one.output),
  );
  const values = valuesToJson(manifest.outputs, ValueSet.decode(output));
  return { output: values, gasUsed, members: seeds.length };
}

/** Members draw differently only where code makes one answer of theirs; else one run is enough. */
function memberSeeds(manifest: Manifest, seed: Uint8Array): Uint8Array[] {
  const { kind } = manifest.seed;
  if (kind === SeedKind.NONE || kind === SeedKind.FIXED) return [fixedSeed(manifest)];
  if (kind !== SeedKind.MEMBER) return [seed];
  return Array.from({ length: manifest.committee.target }, (_, member) =>
    domainHash("aivm/local-seed/v1", seed, uint64ToBytes(BigInt(member))),
  );
}

function fixedSeed({ seed }: Manifest): Uint8Array {
  const none = new Uint8Array(0);
  const fields = { chainId: "", requestId: 0n, inputIndex: 0, slotBeacon: none };
  return computeSeed(seed, { ...fields, consensusAddress: none });
}

function combine(
  { manifest, aggregationCode, libraries }: LocalKernel,
  outputs: readonly Uint8Array[],
): Uint8Array {
  const [first = new Uint8Array(0)] = outputs;
  if (aggregationCode === undefined) return first;
  const { gasLimit } = manifest.aggregation;
  const call = { code: aggregationCode, libraries, manifest, outputs, gasLimit };
  const { receipt, output } = new CodeAggregator().aggregate(call).execution;
  if (receipt.status === ReceiptStatus.OK) return output;
  const status = shortName(ReceiptStatusNames, receipt.status);
  throw kernelFailed({ status, detail: "in the aggregation code" });
}

/** The kernel of a folder, or of a bundle; fails as reading and checking them do. */
export function readLocalKernel(folder: string): LocalKernel {
  if (isBundle(folder)) {
    const { manifest, artifacts } = readBundle(folder);
    const code =
      manifest.aggregation.kind === AggregationKind.CODE
        ? manifest.aggregation.codeDigest
        : undefined;
    const libraries = manifest.libraries.map(({ name, digest }) => ({
      name,
      bytes: assertDefined(artifactOf(artifacts, digest), "a bundle has its artifacts"),
    }));
    return { manifest, artifacts, aggregationCode: code && artifactOf(artifacts, code), libraries };
  }
  const source = readKernelSource(folder);
  checkSource(source);
  return {
    manifest: manifestOf(source, []),
    artifacts: artifactFiles(source).map(({ bytes }) => bytes),
    aggregationCode: source.aggregationCode?.bytes,
    libraries: source.libraries,
  };
}

function artifactOf(artifacts: readonly Uint8Array[], digest: Uint8Array): Uint8Array | undefined {
  return artifacts.find((bytes) => toHex(sha256(bytes)) === toHex(digest));
}

function seedOf({ seed }: RunFlags): Uint8Array {
  if (seed === undefined) return new Uint8Array(32);
  const bytes = readBytes(seed, "--seed");
  if (bytes.length === 32) return bytes;
  throw wrongUse({ problem: `--seed: not 32 bytes: ${seed}` });
}

function answerText(
  terminal: Session["terminal"],
  { output, gasUsed, members }: LocalAnswer,
): string {
  const made = members === 1 ? "" : `, ${members} members`;
  return `${valuesText(terminal, output)}\n${terminal.style.dim(`gas ${gasUsed}${made}`)}`;
}
