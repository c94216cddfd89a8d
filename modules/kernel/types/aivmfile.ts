import type { File, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { CompiledAivmfile } from "./aivmfile/compiled.js";
import { readDirectives } from "./aivmfile/directiveLine.js";
import { AivmfileReading } from "./aivmfile/reading.js";

/** Digests of a kernel's files, in the order of `KernelFiles`; 32 bytes each. */
export interface KernelDigests {
  readonly models: readonly Uint8Array[];
  /**
   * One entry for each model, undefined for one without an adapter; may be left out when none has.
   */
  readonly adapters?: ReadonlyArray<Uint8Array | undefined>;
  /** May be left out where there are none. */
  readonly libraries?: readonly Uint8Array[];
  readonly data?: readonly Uint8Array[];
  readonly inferenceCode: Uint8Array;
  readonly aggregationCode?: Uint8Array;
  readonly testVectors: readonly Uint8Array[];
}

/**
 * Compiles the text of an Aivmfile. Errors are `kernel/10` and, for a directive that is missing,
 * unknown or repeated, `kernel/11`; each names line, column and what to do. Rules of the manifest
 * itself are `validateManifest`'s; `placeManifestError` finds their places. The format is described
 * in `docs/spec/aivmfile.md`.
 */
export function compileAivmfile(text: string): CompiledAivmfile {
  const reading = new AivmfileReading();
  for (const line of readDirectives(text)) reading.read(line);
  const lines = text.split("\n");
  return reading.finish({ line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
}

/** The manifest of a compiled Aivmfile with the digests of its files. */
export function completeManifest(compiled: CompiledAivmfile, digests: KernelDigests): Manifest {
  const { draft } = compiled;
  const models = draft.models.map((model, index) => ({
    ...model,
    digest: assertDefined(digests.models[index], "every model has a digest"),
    adapterDigest: digests.adapters?.[index] ?? model.adapterDigest,
  }));
  const codeDigest = digests.aggregationCode ?? draft.aggregation.codeDigest;
  return {
    ...draft,
    models,
    libraries: withDigests(draft.libraries, digests.libraries),
    data: withDigests(draft.data, digests.data),
    inferenceCodeDigest: digests.inferenceCode,
    aggregation: { ...draft.aggregation, codeDigest },
    testVectors: [...digests.testVectors],
  };
}

function withDigests(files: readonly File[], digests: readonly Uint8Array[] = []): File[] {
  return files.map((file, index) => ({
    ...file,
    digest: assertDefined(digests[index], "every file has a digest"),
  }));
}
