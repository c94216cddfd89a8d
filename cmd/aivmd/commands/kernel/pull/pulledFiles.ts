import { AggregationKind, type Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import type { KernelFiles } from "#modules/kernel/types/aivmfile/compiled.js";
import { writeAivmfile } from "#modules/kernel/types/aivmfile/writeAivmfile.js";
import { MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { AIVMFILE } from "../kernelSource.js";
import { vectorText } from "./vectorText.js";

/** A file of a kernel's folder: its path and what it holds. */
export type FolderFile = readonly [path: string, content: string | Uint8Array];

/** What the folder of a published version says of where it came from. */
export interface Lineage {
  readonly parents: readonly Uint8Array[];
  /** Comment at the top of the Aivmfile. */
  readonly heading: readonly string[];
}

/**
 * The folder of a version that is given as a bundle with all its artifacts: an Aivmfile, models
 * and code under names of their own, and the test vectors. Building it gives the same manifest.
 */
export function pulledFiles(bundle: KernelBundle, { parents, heading }: Lineage): FolderFile[] {
  const { manifest } = bundle;
  const byDigest = new Map(bundle.artifacts.map((bytes) => [toHex(sha256(bytes)), bytes]));
  const artifact = (digest: Uint8Array): Uint8Array =>
    assertDefined(byDigest.get(toHex(digest)), "a bundle has every artifact of its manifest");
  const files = fileNames(manifest);
  const { inferenceCode, aggregationCode } = files;
  // An Aivmfile names no engine but this release's.
  const known = { ...manifest, modelEngine: MODEL_ENGINE };
  return [
    [AIVMFILE, writeAivmfile({ manifest: known, files, parents, heading })],
    ...manifest.models.map(({ name, digest }): FolderFile => [modelFile(name), artifact(digest)]),
    [inferenceCode, artifact(manifest.inferenceCodeDigest)],
    ...(aggregationCode === undefined
      ? []
      : [[aggregationCode, artifact(manifest.aggregation.codeDigest)] as const]),
    ...manifest.testVectors.map((digest, index): FolderFile => {
      const name = `vectors/${String(index + 1).padStart(4, "0")}.json`;
      return [name, vectorText(manifest.inputs, artifact(digest))];
    }),
    [".gitignore", "build/\n"],
  ];
}

function fileNames({ models, aggregation }: Manifest): KernelFiles {
  return {
    models: models.map(({ name }) => ({ name, file: modelFile(name) })),
    inferenceCode: "infer.js",
    testVectors: ["vectors/*.json"],
    ...(aggregation.kind === AggregationKind.CODE ? { aggregationCode: "aggregate.js" } : {}),
  };
}

function modelFile(name: string): string {
  return `${name}.onnx`;
}
