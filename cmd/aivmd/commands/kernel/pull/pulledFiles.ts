import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import type { NamedFile } from "#modules/kernel/types/aivmfile/compiled.js";
import { writeAivmfile } from "#modules/kernel/types/aivmfile/writeAivmfile.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { AIVMFILE } from "../kernelSource.js";
import { pulledNames } from "./pulledNames.js";
import { vectorText } from "./vectorText.js";

/** A file of a kernel's folder: its path and what it holds. */
export type FolderFile = readonly [path: string, content: string | Uint8Array];

/** What the folder of a published version says of where it came from. */
export interface Lineage {
  readonly parents: readonly Uint8Array[];
  /** Comment at the top of the Aivmfile. */
  readonly heading: readonly string[];
  /** Whether adapters are new, so that vectors keep their questions alone. */
  readonly isAdapted?: boolean;
}

/**
 * The folder of a version that is given as a bundle with all its artifacts: an Aivmfile, models
 * and code under names of their own, and the test vectors. Building it gives the same manifest.
 */
export function pulledFiles(bundle: KernelBundle, lineage: Lineage): FolderFile[] {
  const { manifest } = bundle;
  const { parents, heading, isAdapted = false } = lineage;
  const byDigest = new Map(bundle.artifacts.map((bytes) => [toHex(sha256(bytes)), bytes]));
  const artifact = (digest: Uint8Array): Uint8Array =>
    assertDefined(byDigest.get(toHex(digest)), "a bundle has every artifact of its manifest");
  const files = pulledNames(manifest);
  const { models, libraries, data, inferenceCode, aggregationCode } = files;
  const namedFiles = (
    names: readonly NamedFile[],
    named: ReadonlyArray<{ readonly digest: Uint8Array }>,
  ): FolderFile[] =>
    names.map(({ file }, index) => [file, artifact(named[index]?.digest ?? new Uint8Array(0))]);
  // An Aivmfile names no engine but this release's.
  const known = { ...manifest, modelEngine: knownEngine(manifest.modelEngine) };
  return [
    [AIVMFILE, writeAivmfile({ manifest: known, files, parents, heading })],
    ...manifest.models.map(({ digest }, index): FolderFile => {
      return [models[index]?.file ?? "", artifact(digest)];
    }),
    ...manifest.models.flatMap(({ adapterDigest }, index): FolderFile[] => {
      const file = models[index]?.adapter;
      return file === undefined ? [] : [[file, artifact(adapterDigest)]];
    }),
    ...namedFiles(libraries, manifest.libraries),
    ...namedFiles(data, manifest.data),
    [inferenceCode, artifact(manifest.inferenceCodeDigest)],
    ...(aggregationCode === undefined
      ? []
      : [[aggregationCode, artifact(manifest.aggregation.codeDigest)] as const]),
    ...manifest.testVectors.map((digest, index): FolderFile => {
      const name = `vectors/${String(index + 1).padStart(4, "0")}.json`;
      return [name, vectorText(manifest, artifact(digest), !isAdapted)];
    }),
    [".gitignore", "build/\n"],
  ];
}

/** This release's engine of the same name. */
function knownEngine({ name }: Engine): Engine {
  return name === NATIVE_ENGINE.name ? NATIVE_ENGINE : MODEL_ENGINE;
}
