import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { Place } from "./mistakes.js";

/** A file under the name by which code knows it. */
export interface NamedFile {
  readonly name: string;
  readonly file: string;
}

/** A model, and the file of what is added to its weights, if there is one. */
export interface ModelFile extends NamedFile {
  readonly adapter?: string;
}

/** Files that an Aivmfile names, relative to its folder. */
export interface KernelFiles {
  /** In byte order of the models' names, as the manifest lists them. */
  readonly models: readonly ModelFile[];
  readonly inferenceCode: string;
  /** Modules that code imports, and what it reads; in byte order of the names. */
  readonly libraries: readonly NamedFile[];
  readonly data: readonly NamedFile[];
  /** Present when the kernel aggregates by code. */
  readonly aggregationCode?: string;
  /** File names or patterns with `*`, in the order of the TEST lines. */
  readonly testVectors: readonly string[];
}

/** A compiled Aivmfile: the manifest with every digest still empty, and the files to hash. */
export interface CompiledAivmfile {
  readonly draft: Manifest;
  readonly files: KernelFiles;
  /**
   * Ids of the versions that it derives from, the base among them, in byte order; none where the
   * head is meant.
   */
  readonly parents: readonly Uint8Array[];
  /** Where fields of the manifest stand, by their paths: `limits.gas`, `inputs[0].name`. */
  readonly places: ReadonlyMap<string, Place>;
}
