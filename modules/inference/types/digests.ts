import { domainHash, sha256 } from "#core/crypto/hash.js";
import { merkleRoot } from "#core/crypto/merkle.js";
import { uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";

/** Leaf of a request that the member's host could not finish: an abstention. */
export const NO_RECEIPT = domainHash("aivm/no-receipt/v1");

const EMPTY = new Uint8Array(0);

/** Digest of an execution: sha256 of the canonical receipt without its work digest; 32 bytes. */
export function resultDigest(receipt: Receipt): Uint8Array {
  return sha256(Receipt.encode({ ...receipt, workDigest: EMPTY }));
}

/** Digest of a request: Merkle root over the digests of its executions, in input order. */
export function requestDigest(receipts: readonly Receipt[]): Uint8Array {
  return merkleRoot(receipts.map(resultDigest));
}

/**
 * A member's leaf for one request. In an escalation the work digests are bound in, so that
 * repeating a published answer does not open a commitment (protocol.md section 7).
 */
export function requestLeaf(receipts: readonly Receipt[], escalated: boolean): Uint8Array {
  const digest = requestDigest(receipts);
  return escalated ? workLeaf(digest, receipts) : digest;
}

function workLeaf(digest: Uint8Array, receipts: readonly Receipt[]): Uint8Array {
  return domainHash("aivm/work/v1", digest, ...receipts.map((receipt) => receipt.workDigest));
}

/** Merkle root over the leaves of a batch, in batch order. */
export function batchRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(leaves);
}

/** What is known about the commitment of one seat. */
export interface CommitmentFields {
  readonly chainId: string;
  readonly batchId: bigint;
  readonly versionId: Uint8Array;
  /** Consensus address of the seat, 20 bytes: copying a commitment is useless. */
  readonly consensusAddress: Uint8Array;
  readonly batchRoot: Uint8Array;
  readonly salt: Uint8Array;
}

/** The commitment of a seat to a batch root (protocol.md section 8); 32 bytes. */
export function computeCommitment(fields: CommitmentFields): Uint8Array {
  return domainHash(
    "aivm/commit/v1",
    utf8(fields.chainId),
    uint64ToBytes(fields.batchId),
    fields.versionId,
    fields.consensusAddress,
    fields.batchRoot,
    fields.salt,
  );
}

/** The salt of a node's commitment to a batch; derived, so that a restart repeats it. */
export function computeSalt(nodeSecret: Uint8Array, chainId: string, batchId: bigint): Uint8Array {
  return domainHash("aivm/salt/v1", nodeSecret, utf8(chainId), uint64ToBytes(batchId));
}

/** Merkle root over the inputs of a request. */
export function inputsRoot(inputs: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(inputs);
}
