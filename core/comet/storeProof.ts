import type { ProofOp } from "#core/codec/generated/tendermint/crypto.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import {
  computeProofRoot,
  IAVL_SPEC,
  invalidProof,
  TENDERMINT_SPEC,
  verifyMembership,
  verifyNonMembership,
} from "./ics23.js";
import { CommitmentProof } from "./ics23Proof.js";

/** What a query for `store/<name>/key` was answered with. */
export interface StoreAnswer {
  readonly storeName: string;
  readonly key: Uint8Array;
  /** Undefined when the store is said not to hold the key. */
  readonly value: Uint8Array | undefined;
}

/**
 * Checks an answer against an app hash by the proof ops of the response: first the store's tree,
 * then the tree over the stores. The app hash of the state after block h is in header h + 1. Fails
 * with `ics23/2`, or `codec/2` for bytes that are no proof. The IAVL tree of an empty store has no
 * proof of absence, so nothing can be proven about it.
 */
export function verifyStoreProof(
  appHash: Uint8Array,
  ops: readonly ProofOp[],
  answer: StoreAnswer,
): void {
  const [storeOp, rootOp] = ops;
  if (storeOp === undefined || rootOp === undefined || ops.length !== 2) {
    throw invalidProof({ problem: "it does not have two ops", ops: ops.length });
  }
  const storeKey = utf8(answer.storeName);
  checkOp(storeOp, "ics23:iavl", answer.key);
  checkOp(rootOp, "ics23:simple", storeKey);
  const proof = CommitmentProof.decode(storeOp.data);
  const storeRoot = computeProofRoot(IAVL_SPEC, proof);
  if (answer.value === undefined) verifyNonMembership(IAVL_SPEC, storeRoot, proof, answer.key);
  else verifyMembership(IAVL_SPEC, storeRoot, proof, { key: answer.key, value: answer.value });
  const rootProof = CommitmentProof.decode(rootOp.data);
  verifyMembership(TENDERMINT_SPEC, appHash, rootProof, { key: storeKey, value: storeRoot });
}

function checkOp(op: ProofOp, type: string, key: Uint8Array): void {
  if (op.type !== type) throw invalidProof({ problem: "an op is of another type", expected: type });
  if (!equalBytes(op.key, key)) throw invalidProof({ problem: "an op is of another key", type });
}
