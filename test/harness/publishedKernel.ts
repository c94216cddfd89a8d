import { manifestOf, vectorInput } from "#cmd/aivmd/commands/kernel/checkSource.js";
import { artifactFiles, readKernelSource } from "#cmd/aivmd/commands/kernel/kernelSource.js";
import { TestVector, ValueSet, type Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { publishKernel } from "#sdk/kernel/publishKernel.js";
import type { TxContext } from "#sdk/tx/txContext.js";

/** The bundle of a kernel's folder without running it: digests of outputs are made up. */
export function bundleWithoutRun(folder: string): KernelBundle {
  const source = readKernelSource(folder);
  const draft = manifestOf(source, []);
  const vectors = source.vectors.map((vector) => {
    const input = ValueSet.decode(vectorInput(draft, vector));
    const outputDigest = vector.outputDigest ?? sha256(utf8(vector.file));
    return TestVector.encode(TestVector.create({ input, seed: vector.seed, outputDigest }));
  });
  return {
    manifest: { ...draft, testVectors: vectors.map((bytes) => sha256(bytes)) },
    artifacts: [...artifactFiles(source).map(({ bytes }) => bytes), ...vectors],
  };
}

/** Publishes a folder to a fake chain, with the parents that its Aivmfile names. */
export async function publishFolder(context: TxContext, folder: string): Promise<Version> {
  const { parents } = readKernelSource(folder).compiled;
  const options = parents.length === 0 ? {} : { parents };
  const { version } = await publishKernel(context, bundleWithoutRun(folder), options);
  return version;
}
