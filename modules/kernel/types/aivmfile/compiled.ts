import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { Place } from "./mistakes.js";

/** Files that an Aivmfile names, relative to its folder. */
export interface KernelFiles {
  /** In byte order of the models' names, as the manifest lists them. */
  readonly models: ReadonlyArray<{ readonly name: string; readonly file: string }>;
  readonly inferenceCode: string;
  /** Present when the kernel aggregates by code. */
  readonly aggregationCode?: string;
  /** File names or patterns with `*`, in the order of the TEST lines. */
  readonly testVectors: readonly string[];
}

/** A compiled Aivmfile: the manifest with every digest still empty, and the files to hash. */
export interface CompiledAivmfile {
  readonly draft: Manifest;
  readonly files: KernelFiles;
  /** Ids of the versions that it derives from, in byte order; none where the head is meant. */
  readonly parents: readonly Uint8Array[];
  /** Where fields of the manifest stand, by their paths: `limits.gas`, `inputs[0].name`. */
  readonly places: ReadonlyMap<string, Place>;
}
