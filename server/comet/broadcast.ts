import { TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import {
  BroadcastMode,
  type BroadcastTxRequest,
  type BroadcastTxResponse,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toBase64, toUpperHex } from "#core/primitives/bytes.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import { callComet } from "./cometRpc.js";

/** Hands a transaction to the mempool, in the modes that the SDK still has: sync and async. */
export async function broadcastTx(
  rpc: RpcTransport,
  { txBytes, mode }: BroadcastTxRequest,
): Promise<BroadcastTxResponse> {
  if (txBytes.length === 0) throw refusal("invalid empty tx");
  const method = METHODS.get(mode);
  if (method === undefined) {
    throw refusal(
      "unsupported broadcast mode; supported: BROADCAST_MODE_SYNC, BROADCAST_MODE_ASYNC",
    );
  }
  const txhash = toUpperHex(sha256(txBytes));
  try {
    const result = await callComet(rpc, method, { tx: toBase64(txBytes) });
    const code = result.field("code").int32();
    const codespace = result.field("codespace").textOrEmpty();
    const rawLog = result.field("log").textOrEmpty();
    const data = result.optional("data")?.text() ?? "";
    return { txResponse: TxResponse.create({ txhash, code, codespace, rawLog, data }) };
  } catch (error) {
    return { txResponse: mempoolRefusal(txhash, error) };
  }
}

const METHODS: ReadonlyMap<number, string> = new Map([
  [BroadcastMode.SYNC, "broadcast_tx_sync"],
  [BroadcastMode.ASYNC, "broadcast_tx_async"],
]);

/** What CometBFT's mempool refuses by itself, under the SDK's codes for it. */
const MEMPOOL_ERRORS: ReadonlyArray<{ readonly text: RegExp; readonly code: number }> = [
  { text: /tx already exists in cache/, code: 19 },
  { text: /mempool is full/, code: 20 },
  { text: /[Tt]x too large/, code: 21 },
];

function mempoolRefusal(txhash: string, error: unknown): TxResponse {
  const text = error instanceof Error ? error.message : "";
  const known = MEMPOOL_ERRORS.find((one) => one.text.test(text));
  if (known === undefined) throw error;
  return TxResponse.create({ txhash, code: known.code, codespace: "sdk", rawLog: text });
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
