import { existsSync } from "node:fs";
import {
  AggregationKind,
  type Manifest,
  TestVector,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { type BundleOfFolder, isBundle, readBundle } from "../bundleFolder.js";
import { manifestOf, vectorInput } from "../checkSource.js";
import { inFolder, type KernelSource, readKernelSource } from "../kernelSource.js";
import type { ResolvedVersion } from "../pull/resolveVersion.js";

/** An artifact of a kernel under what it is there: `model net`, `infer.js`, `library text`. */
export interface ViewedArtifact {
  readonly role: string;
  readonly kind: "model" | "code" | "data";
  readonly bytes: Uint8Array;
}

/** A test vector: what it asks, and the digest of what must come out, where it is known. */
export interface ViewedVector {
  /** sha256 of input and seed, in hex. */
  readonly question: string;
  /** In hex. */
  readonly outputDigest: string | undefined;
}

/** A kernel however it is at hand: a folder, a bundle, or a version of the chain. */
export interface KernelView {
  /** As it was named. */
  readonly label: string;
  /** A folder's has no test vectors: it was not run. */
  readonly manifest: Manifest;
  readonly parents: readonly Uint8Array[];
  readonly artifacts: readonly ViewedArtifact[];
  readonly vectors: readonly ViewedVector[];
}

/** Gives a version of the chain by its name, with its artifacts. */
export type FetchVersion = (text: string) => Promise<ResolvedVersion & BundleOfFolder>;

/** Whether a kernel is named by a path and not by the chain. */
export function isPath(text: string): boolean {
  return existsSync(text) || /[/\\]/.test(text);
}

/** The kernel of a folder, of a bundle, or of the chain. Fails as reading and downloading do. */
export async function viewKernel(label: string, fetch: FetchVersion): Promise<KernelView> {
  if (!isPath(label)) return viewBundle(label, await fetch(label));
  return isBundle(label)
    ? viewBundle(label, readBundle(label))
    : inFolder(label, () => viewSource(label, readKernelSource(label)));
}

function viewSource(label: string, source: KernelSource): KernelView {
  const { models, libraries, data, inferenceCode, aggregationCode, vectors, compiled } = source;
  const manifest = manifestOf(source, []);
  return {
    label,
    manifest,
    parents: compiled.parents,
    artifacts: [
      ...models.map(({ name, bytes }) => modelArtifact(name, bytes)),
      ...models.flatMap(({ name, adapter }) => {
        return adapter === undefined ? [] : [dataArtifact(`adapter ${name}`, adapter.bytes)];
      }),
      codeArtifact("infer.js", inferenceCode.bytes),
      ...(aggregationCode ? [codeArtifact("aggregate.js", aggregationCode.bytes)] : []),
      ...libraries.map(({ name, bytes }) => codeArtifact(`library ${name}`, bytes)),
      ...data.map(({ name, bytes }) => dataArtifact(`data ${name}`, bytes)),
    ],
    vectors: vectors.map((vector) => ({
      question: questionOf(vectorInput(manifest, vector), vector.seed),
      outputDigest: vector.outputDigest && toHex(vector.outputDigest),
    })),
  };
}

function viewBundle(label: string, { manifest, artifacts, parents }: BundleOfFolder): KernelView {
  const byDigest = new Map(artifacts.map((bytes) => [toHex(sha256(bytes)), bytes]));
  const artifact = (digest: Uint8Array): Uint8Array =>
    assertDefined(byDigest.get(toHex(digest)), "a bundle has every artifact of its manifest");
  const { models, libraries, data, inferenceCodeDigest, aggregation, testVectors } = manifest;
  const isCode = aggregation.kind === AggregationKind.CODE;
  return {
    label,
    manifest,
    parents,
    artifacts: [
      ...models.map(({ name, digest }) => modelArtifact(name, artifact(digest))),
      ...models.flatMap(({ name, adapterDigest }) => {
        if (adapterDigest.length === 0) return [];
        return [dataArtifact(`adapter ${name}`, artifact(adapterDigest))];
      }),
      codeArtifact("infer.js", artifact(inferenceCodeDigest)),
      ...(isCode ? [codeArtifact("aggregate.js", artifact(aggregation.codeDigest))] : []),
      ...libraries.map(({ name, digest }) => codeArtifact(`library ${name}`, artifact(digest))),
      ...data.map(({ name, digest }) => dataArtifact(`data ${name}`, artifact(digest))),
    ],
    vectors: testVectors.map((digest) => {
      const { input, seed, outputDigest } = TestVector.decode(artifact(digest));
      const question = questionOf(ValueSet.encode(input), seed);
      return { question, outputDigest: toHex(outputDigest) };
    }),
  };
}

function modelArtifact(name: string, bytes: Uint8Array): ViewedArtifact {
  return { role: `model ${name}`, kind: "model", bytes };
}

function codeArtifact(role: string, bytes: Uint8Array): ViewedArtifact {
  return { role, kind: "code", bytes };
}

function dataArtifact(role: string, bytes: Uint8Array): ViewedArtifact {
  return { role, kind: "data", bytes };
}

function questionOf(input: Uint8Array, seed: Uint8Array): string {
  return toHex(sha256(seed, input));
}
