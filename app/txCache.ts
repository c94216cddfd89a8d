import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import { attempt } from "#core/codec/attempt.js";
import { decodeTx, type DecodedTx } from "#core/codec/tx.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";

/** Transactions remembered in each of two generations: a full block. */
const REMEMBERED = 10_000;

/**
 * Bytes of transactions remembered in each generation, decoded forms apart: anyone may send large
 * ones that decode and pay nothing, because they are refused.
 */
const REMEMBERED_BYTES = 8 << 20;

/**
 * Decodes transactions and remembers those that decode: CometBFT hands the same bytes over up to
 * five times on their way into a block. What is not asked for while a generation fills is forgotten
 * with it: what lives long costs the garbage collector more than decoding again.
 */
export function cachingTxDecoder(types: TypeRegistry): TxDecoder {
  let young = new Map<string, DecodedTx>();
  let old = new Map<string, DecodedTx>();
  let youngBytes = 0;
  return (bytes) => {
    const key = toHex(sha256(bytes));
    const found = young.get(key);
    if (found !== undefined) return found;
    const decoded = old.get(key) ?? attempt(() => decodeTx(bytes, types));
    if (decoded instanceof ChainError) return decoded;
    if (young.size >= REMEMBERED || youngBytes + bytes.length > REMEMBERED_BYTES) {
      [old, young, youngBytes] = [young, new Map<string, DecodedTx>(), 0];
    }
    young.set(key, decoded);
    youngBytes += bytes.length;
    return decoded;
  };
}
