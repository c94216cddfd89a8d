import { type Receipt, ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { shortName } from "#core/codec/shortName.js";
import { isBundle, readBundle } from "../bundleFolder.js";
import { manifestOf, vectorInput } from "../checkSource.js";
import { artifactFiles, readKernelSource } from "../kernelSource.js";
import { type LocalSandbox, withLocalSandbox } from "../localSandbox.js";
import { receiptOf } from "../runVectors.js";
import { type Tier, TIERS } from "./tiers.js";

/** What a test vector came to under each tier, in the order of {@link TIERS}. */
export interface CrossResult {
  readonly file: string;
  readonly receipts: readonly Receipt[];
  /** For each tier what is other than under the first; empty where nothing is. */
  readonly differences: readonly string[];
}

interface CrossKernel {
  readonly manifest: Manifest;
  readonly artifacts: readonly Uint8Array[];
  readonly vectors: ReadonlyArray<{
    readonly file: string;
    readonly input: Uint8Array;
    readonly seed: Uint8Array;
  }>;
}

/** How tiers are compared. */
export interface CrossOptions {
  /** Told how many tiers are through. */
  readonly onTier?: (done: number) => void;
  /** All unless given. */
  readonly tiers?: readonly Tier[];
  /** As `withLocalSandbox` has it. */
  readonly entry?: string;
}

/**
 * Runs the test vectors of a kernel's folder or bundle under every tier and compares receipts: all
 * of status, gas, size and digest of the output. Fails as reading does, and with `author/8` where
 * there is no receipt.
 */
export async function crossTest(
  folder: string,
  { onTier, tiers = TIERS, entry }: CrossOptions = {},
): Promise<CrossResult[]> {
  const kernel = readKernel(folder);
  const byTier: Receipt[][] = [];
  for (const { flags } of tiers) {
    byTier.push(await withLocalSandbox((sandbox) => runAll(sandbox, kernel), { entry, flags }));
    onTier?.(byTier.length);
  }
  return kernel.vectors.map(({ file }, index) => {
    const receipts = byTier.flatMap((tier) => tier[index] ?? []);
    const differences = receipts.map((receipt) => differenceOf(receipts[0] ?? receipt, receipt));
    return { file, receipts, differences };
  });
}

function readKernel(folder: string): CrossKernel {
  if (!isBundle(folder)) {
    const source = readKernelSource(folder);
    const manifest = manifestOf(source, []);
    const vectors = source.vectors.map((vector) => {
      return { file: vector.file, input: vectorInput(manifest, vector), seed: vector.seed };
    });
    return { manifest, artifacts: artifactFiles(source).map(({ bytes }) => bytes), vectors };
  }
  const { manifest, artifacts } = readBundle(folder);
  const vectors = manifest.testVectors.flatMap((digest) => {
    const bytes = artifacts.find((artifact) => equalBytes(sha256(artifact), digest));
    if (bytes === undefined) return [];
    const { input, seed } = TestVector.decode(bytes);
    return [{ file: toHex(digest), input: ValueSet.encode(input), seed }];
  });
  return { manifest, artifacts, vectors };
}

async function runAll(
  sandbox: LocalSandbox,
  { manifest, artifacts, vectors }: CrossKernel,
): Promise<Receipt[]> {
  for (const bytes of artifacts) await sandbox.put(bytes);
  const outcomes = await sandbox.executeMany(
    vectors.map(({ input, seed }) => ({ manifest, input, seed })),
  );
  return outcomes.map((outcome) => receiptOf(outcome).receipt);
}

/** What of a receipt is other than of the first: status, gas, output; empty when nothing is. */
export function differenceOf(first: Receipt, other: Receipt): string {
  const facts = [
    ...(other.status === first.status ? [] : [shortName(ReceiptStatusNames, other.status)]),
    ...(other.gasUsed === first.gasUsed ? [] : [`gas ${other.gasUsed}`]),
    ...(equalBytes(other.outputDigest, first.outputDigest)
      ? []
      : [`output ${toHex(other.outputDigest).slice(0, 12)}…`]),
  ];
  return facts.join(", ");
}
