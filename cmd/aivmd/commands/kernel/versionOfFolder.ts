import { TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { isByDistribution } from "#modules/kernel/types/distribution.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { manifestOf, vectorInput } from "./checkSource.js";
import { badVector } from "./errors.js";
import { readKernelSource } from "./kernelSource.js";
import { promisedOutput } from "./promisedOutput.js";

/**
 * The id of the version that a folder builds to, for one whose vectors name the digests of their
 * outputs, so that nothing needs to run. Fails as reading the folder does, and with `author/4`.
 */
export function versionIdOf(folder: string): Uint8Array {
  const source = readKernelSource(folder);
  const draft = manifestOf(source, []);
  const vectors = source.vectors.map((vector) => {
    const { file, seed, outputDigest } = vector;
    if (outputDigest === undefined) throw badVector({ file, problem: "has no output_digest" });
    const input = ValueSet.decode(vectorInput(draft, vector));
    const output = isByDistribution(draft) ? promisedOutput(draft, vector) : new Uint8Array(0);
    if (output === undefined) throw badVector({ file, problem: "does not expect every OUTPUT" });
    return sha256(TestVector.encode({ input, seed, outputDigest, output }));
  });
  const hash = manifestHash({ ...draft, testVectors: vectors });
  return computeVersionId(draft.name, hash, source.compiled.parents);
}
