import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import { attempt } from "#core/codec/attempt.js";
import { decodeTx, type DecodedTx } from "#core/codec/tx.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";

/** Transactions remembered: two full blocks. */
const REMEMBERED = 20_000;

/**
 * Bytes of transactions remembered, decoded forms apart: anyone may send large ones that decode and
 * pay nothing, because they are refused.
 */
const REMEMBERED_BYTES = 32 << 20;

/**
 * Decodes transactions and remembers those that decode: CometBFT hands the same bytes over up to
 * five times on their way into a block.
 */
export function cachingTxDecoder(types: TypeRegistry): TxDecoder {
  const known = new Map<string, DecodedTx>();
  let knownBytes = 0;
  return (bytes) => {
    const key = toHex(sha256(bytes));
    const found = known.get(key);
    if (found !== undefined) return found;
    const decoded = attempt(() => decodeTx(bytes, types));
    if (decoded instanceof ChainError) return decoded;
    if (known.size >= REMEMBERED || knownBytes + bytes.length > REMEMBERED_BYTES) {
      known.clear();
      knownBytes = 0;
    }
    known.set(key, decoded);
    knownBytes += bytes.length;
    return decoded;
  };
}
