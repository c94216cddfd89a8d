import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import { attempt } from "#core/codec/attempt.js";
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

/** What choosing transactions takes. */
export interface OrderParts {
  readonly decode: TxDecoder;
  /** Everybody whose sequence the transaction uses up, by any name that is the same each time. */
  readonly signersOf: (tx: DecodedTx) => readonly string[];
  /** The denomination in which fees compete. */
  readonly denom: string;
  readonly room: BlockRoom;
}

interface Candidate {
  readonly bytes: Uint8Array;
  readonly signers: readonly string[];
  readonly gas: bigint;
  /** Fee of 10^18 gas; not above that of its signers' transactions before it. */
  readonly rate: bigint;
}

const RATE_SCALE = 10n ** 18n;

/**
 * Chooses transactions by fee per gas, highest first, while they fit. A signer's transactions keep
 * their mempool order, because its sequences do: none counts for more than the ones it needs
 * before it, and none is taken once one before it was left. Equal rates keep the mempool's order.
 * What does not decode is left out, and so is what has no valid signers.
 */
export function orderTxs(txs: readonly Uint8Array[], parts: OrderParts): Uint8Array[] {
  const candidates = readCandidates(txs, parts);
  candidates.sort((a, b) => compareBig(b.rate, a.rate));
  const blocked = new Set<string>();
  const chosen: Uint8Array[] = [];
  let { bytes, gas } = parts.room;
  for (const candidate of candidates) {
    const size = proposalBytes(candidate.bytes);
    const fits = size <= bytes && (gas === undefined || candidate.gas <= gas);
    if (!fits || candidate.signers.some((signer) => blocked.has(signer))) {
      for (const signer of candidate.signers) blocked.add(signer);
      continue;
    }
    bytes -= size;
    if (gas !== undefined) gas -= candidate.gas;
    chosen.push(candidate.bytes);
  }
  return chosen;
}

/** Candidates in mempool order; the sort above is stable. */
function readCandidates(txs: readonly Uint8Array[], parts: OrderParts): Candidate[] {
  const lowest = new Map<string, bigint>();
  return txs.flatMap((bytes) => {
    const tx = parts.decode(bytes);
    const signers = tx instanceof ChainError ? tx : attempt(() => parts.signersOf(tx));
    if (tx instanceof ChainError || signers instanceof ChainError) return [];
    const rate = signers
      .map((signer) => lowest.get(signer))
      .filter((before) => before !== undefined)
      .reduce(minBig, rateOf(tx, parts.denom));
    for (const signer of signers) lowest.set(signer, rate);
    return [{ bytes, signers, rate, gas: tx.authInfo.fee?.gasLimit ?? 0n }];
  });
}

function rateOf(tx: DecodedTx, denom: string): bigint {
  const { fee } = tx.authInfo;
  const paid = fee?.amount.find((one) => one.denom === denom);
  const amount = paid === undefined ? 0n : amountOf(paid);
  return divFloor(amount * RATE_SCALE, maxBig(fee?.gasLimit ?? 0n, 1n));
}
