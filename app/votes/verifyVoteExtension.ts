import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { decodeExtension } from "#modules/inference/types/extension.js";

/**
 * Whether an honest validator can have sent the extension. A function of its bytes alone: what it
 * claims is judged in FinalizeBlock, because a refusal here drops the whole precommit.
 */
export function verifyVoteExtension(extension: Uint8Array): boolean {
  return !(attempt(() => decodeExtension(extension)) instanceof ChainError);
}
