import { TestVector } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { sha256 } from "#core/crypto/hash.js";
import type { BundleOfFolder } from "./bundleFolder.js";
import { checkSource, manifestOf } from "./checkSource.js";
import { testsFailed } from "./errors.js";
import { artifactFiles, type KernelSource, readKernelSource } from "./kernelSource.js";
import type { LocalSandbox } from "./localSandbox.js";
import { runVectors, type VectorResult } from "./runVectors.js";

/** How a kernel is built. */
export interface BuildOptions {
  /** Told how many of the test vectors ran. */
  readonly onVector?: ((done: number, total: number) => void) | undefined;
}

/** A kernel that was built, and how its vectors went. */
export interface BuiltKernel {
  readonly source: KernelSource;
  readonly bundle: BundleOfFolder;
  readonly results: readonly VectorResult[];
}

/**
 * Builds the kernel of a folder: checks it, runs its test vectors in the sandbox and fixes their
 * digests. Fails with the errors of `readKernelSource`, `checkSource` and `runVectors`, and with
 * `author/6` when a vector does not give what it promises.
 */
export async function buildKernel(
  sandbox: LocalSandbox,
  folder: string,
  options: BuildOptions = {},
): Promise<BuiltKernel> {
  const source = readKernelSource(folder);
  checkSource(source);
  const results = await testSource(sandbox, source, options);
  return { source, bundle: bundleOf(source, results), results };
}

/** Runs the vectors of a kernel that was checked. */
export async function testSource(
  sandbox: LocalSandbox,
  source: KernelSource,
  { onVector }: BuildOptions,
): Promise<VectorResult[]> {
  const total = source.vectors.length;
  return runVectors(sandbox, source, (done) => onVector?.(done, total));
}

/** The bundle of a kernel whose vectors all passed; fails with `author/6`. */
export function bundleOf(source: KernelSource, results: readonly VectorResult[]): BundleOfFolder {
  const failed = results.filter(({ problem }) => problem !== undefined);
  const [first] = failed;
  if (first !== undefined) {
    throw testsFailed({
      failed: failed.length,
      total: results.length,
      file: first.file,
      problem: first.problem ?? "",
    });
  }
  const vectors = results.map(({ vector }) =>
    TestVector.encode(assertDefined(vector, "a vector that passed has an output")),
  );
  return {
    manifest: manifestOf(
      source,
      vectors.map((bytes) => sha256(bytes)),
    ),
    artifacts: [...artifactFiles(source).map(({ bytes }) => bytes), ...vectors],
    parents: source.compiled.parents,
  };
}
