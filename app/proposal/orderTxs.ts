import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { amountOf } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { divFloor, maxBig, minBig } from "#core/primitives/intMath.js";
import { compareBig } from "#core/primitives/sorted.js";
import { proposalBytes } from "#core/abci/proposalBytes.js";

/** Room of a block for transactions. */
export interface BlockRoom {
  readonly bytes: bigint;
  /** Undefined for no limit. */
  readonly gas: bigint | undefined;
}

/** Who a transaction's sequence belongs to. */
export type SenderOf = (tx: DecodedTx) => string;

interface Candidate {
  readonly bytes: Uint8Array;
  readonly sender: string;
  readonly gas: bigint;
  /** Fee of 10^18 gas; not above that of the sender's transactions before it. */
  readonly rate: bigint;
}

const RATE_SCALE = 10n ** 18n;

/**
 * Chooses transactions by fee per gas, highest first, while they fit. A sender's transactions keep
 * their mempool order, because their sequences do: none counts for more than the ones it needs
 * before it. Equal rates keep the mempool's order. What does not decode is left out.
 */
export function orderTxs(
  txs: readonly Uint8Array[],
  given: { readonly decode: TxDecoder; readonly senderOf: SenderOf; readonly room: BlockRoom },
): Uint8Array[] {
  const candidates = readCandidates(txs, given.decode, given.senderOf);
  candidates.sort((a, b) => compareBig(b.rate, a.rate));
  const blocked = new Set<string>();
  const chosen: Uint8Array[] = [];
  let { bytes } = given.room;
  let gas = given.room.gas ?? 1n << 64n;
  for (const candidate of candidates) {
    if (blocked.has(candidate.sender)) continue;
    const size = proposalBytes(candidate.bytes);
    if (size > bytes || candidate.gas > gas) {
      blocked.add(candidate.sender);
      continue;
    }
    bytes -= size;
    gas -= candidate.gas;
    chosen.push(candidate.bytes);
  }
  return chosen;
}

/** Candidates in mempool order; the sort above is stable. */
function readCandidates(
  txs: readonly Uint8Array[],
  decode: TxDecoder,
  senderOf: SenderOf,
): Candidate[] {
  const lowest = new Map<string, bigint>();
  return txs.flatMap((bytes) => {
    const tx = decode(bytes);
    if (tx instanceof ChainError) return [];
    const sender = senderOf(tx);
    const rate = minBig(rateOf(tx), lowest.get(sender) ?? RATE_SCALE ** 4n);
    lowest.set(sender, rate);
    return [{ bytes, sender, rate, gas: tx.authInfo.fee?.gasLimit ?? 0n }];
  });
}

function rateOf(tx: DecodedTx): bigint {
  const { fee } = tx.authInfo;
  const paid = (fee?.amount ?? []).reduce((sum, coin) => sum + amountOf(coin), 0n);
  return divFloor(paid * RATE_SCALE, maxBig(fee?.gasLimit ?? 0n, 1n));
}
