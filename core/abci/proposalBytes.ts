/**
 * Bytes that a transaction takes of a proposal's `maxTxBytes`: CometBFT counts each with the tag and
 * the length that it has in the block (types/tx.go, ComputeProtoSizeForTxs).
 */
export function proposalBytes(tx: Uint8Array): bigint {
  let prefix = 2;
  for (let rest = tx.length; rest > 0x7f; rest >>>= 7) prefix++;
  return BigInt(prefix + tx.length);
}

/** The transactions that fit together, in order; one that does not fit is left out. */
export function txsWithin(txs: readonly Uint8Array[], maxTxBytes: bigint): Uint8Array[] {
  let left = maxTxBytes;
  return txs.filter((tx) => {
    const size = proposalBytes(tx);
    if (size > left) return false;
    left -= size;
    return true;
  });
}
