import { TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { formatInstant, type Instant } from "#core/codec/civilTime.js";
import { attempt } from "#core/codec/attempt.js";
import { decodeTx } from "#core/codec/tx.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { toUpperHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import type { IncludedTx } from "#sdk/rpc/includedTx.js";
import { CLIENT_TYPES } from "./clientTypes.js";

/** A transaction in a block as Cosmos tools write it; `time` is that of its block. */
export function txResponse(included: IncludedTx, time?: Instant): TxResponse {
  const { result } = included;
  return TxResponse.create({
    height: included.height,
    txhash: toUpperHex(included.hash),
    codespace: result.codespace,
    code: result.code,
    data: toUpperHex(result.data),
    rawLog: result.log,
    gasWanted: result.gasWanted,
    gasUsed: result.gasUsed,
    tx: unpacked(included.tx),
    timestamp: time === undefined ? "" : formatInstant(time),
    events: result.events.map(({ type, attributes }) => ({
      type,
      attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
    })),
  });
}

/** Short names of a transaction's messages, such as `MsgSend`; none for bytes that are none. */
export function messageNames(bytes: Uint8Array): string[] {
  const decoded = attempt(() => decodeTx(bytes, CLIENT_TYPES));
  if (decoded instanceof ChainError) return [];
  return decoded.messages.map(({ typeUrl }) => typeUrl.replace(/^.*\./, ""));
}

/** The transaction itself; undefined for bytes that are none, as a proposer's transaction 0. */
function unpacked(bytes: Uint8Array): PackedMessage | undefined {
  const decoded = attempt(() => decodeTx(bytes, CLIENT_TYPES));
  if (decoded instanceof ChainError) return undefined;
  const { body, authInfo, raw } = decoded;
  return pack(Tx, { body, authInfo, signatures: raw.signatures });
}
