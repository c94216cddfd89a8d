import type { Context } from "#core/baseapp/context.js";
import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { createSha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { chunkCount, chunkLength, hasChunk } from "../types/chunks.js";
import { checkStrays } from "./invariants.js";
import type { KernelState } from "./kernelState.js";

/**
 * What is wrong with the bytes of artifacts, as a sentence; undefined when each artifact has the
 * bytes of its digest, each upload the chunks that its record names in their lengths, and nothing
 * else is there. The bytes of an upload that is not complete are covered by no digest yet.
 */
export function findBlobFlaw(ctx: Context, state: KernelState): string | undefined {
  for (const artifact of state.artifacts.all(ctx)) {
    const flaw = findFlawOf(ctx, state, artifact);
    if (flaw !== undefined) return `artifact ${toHex(artifact.digest)}: ${flaw}`;
  }
  return checkStrays(ctx, state);
}

/** Reads a chunk at a time. */
function findFlawOf(ctx: Context, state: KernelState, artifact: Artifact): string | undefined {
  const hash = createSha256();
  for (let index = 0; index < chunkCount(artifact); index++) {
    const isNamed = artifact.complete || hasChunk(artifact.receivedChunks, index);
    const chunk = state.artifacts.findChunk(ctx, artifact, index);
    if (isNamed && chunk === undefined) return `chunk ${index} is missing`;
    if (chunk === undefined) continue;
    if (!isNamed) return `chunk ${index} is stray`;
    const expected = chunkLength(artifact, index);
    if (chunk.length !== expected) {
      return `chunk ${index} has ${chunk.length} bytes in place of ${expected}`;
    }
    hash.update(chunk);
  }
  if (!artifact.complete || equalBytes(hash.digest(), artifact.digest)) return undefined;
  return "the bytes are not those of the digest";
}
