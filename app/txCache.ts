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
 * Decodes transactions and remembers those that decode: CometBFT hands the same bytes over up to
 * five times on their way into a block.
 */
export function cachingTxDecoder(types: TypeRegistry): TxDecoder {
  const known = new Map<string, DecodedTx>();
  return (bytes) => {
    const key = toHex(sha256(bytes));
    const found = known.get(key);
    if (found !== undefined) return found;
    const decoded = attempt(() => decodeTx(bytes, types));
    if (decoded instanceof ChainError) return decoded;
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, decoded);
    return decoded;
  };
}
