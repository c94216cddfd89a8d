import { txOf } from "#app/query/txService.js";
import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import { TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { toUpperHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import type { IncludedTx } from "#sdk/rpc/includedTx.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { blockTimeText, fetchHeader } from "./blocks.js";

/** A transaction in a block as the SDK's services show it. */
export interface ShownTx {
  readonly tx: Tx;
  readonly response: TxResponse;
}

/**
 * Shows transactions with the times of their blocks. What is not a Cosmos transaction, such as the
 * proposer's at the head of each block, is left out.
 */
export async function showTxs(
  rpc: RpcTransport,
  decode: TxDecoder,
  found: readonly IncludedTx[],
): Promise<ShownTx[]> {
  const times = new Map<bigint, string>();
  const shown: ShownTx[] = [];
  for (const one of found) {
    const decoded = decode(one.tx);
    if (decoded instanceof ChainError) continue;
    const { height } = one;
    const time = times.get(height) ?? blockTimeText(await fetchHeader(rpc, height));
    times.set(height, time);
    const tx = txOf(decoded);
    shown.push({ tx, response: responseOf(one, tx, time) });
  }
  return shown;
}

function responseOf({ hash, height, result }: IncludedTx, tx: Tx, timestamp: string): TxResponse {
  return TxResponse.create({
    height,
    txhash: toUpperHex(hash),
    codespace: result.codespace,
    code: result.code,
    data: toUpperHex(result.data),
    rawLog: result.log,
    gasWanted: result.gasWanted,
    gasUsed: result.gasUsed,
    tx: pack(Tx, tx),
    timestamp,
    events: result.events.map(({ type, attributes }) => ({
      type,
      attributes: attributes.map(({ key, value }) => ({ key, value, index: true })),
    })),
  });
}
