import { TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { toBase64, toUpperHex } from "#core/primitives/bytes.js";
import { systemClock } from "#sdk/clock.js";
import { isSdkError } from "#sdk/errors.js";
import { broadcastTxSync } from "#sdk/rpc/broadcastTxSync.js";
import { findTx } from "#sdk/rpc/findTx.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { waitForTx } from "#sdk/tx/waitForTx.js";
import type { Session } from "../../session.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { refusedByChain } from "../query/errors.js";
import { txResponse } from "../query/txResponse.js";
import { txText } from "../query/txText.js";

/** What is waited for: a block, the node's check, nothing. */
export type BroadcastMode = "block" | "sync" | "async";

/** A transaction that was handed in. */
export interface HandedIn {
  readonly hash: Uint8Array;
  readonly timeoutHeight: bigint;
  readonly gasWanted: bigint;
  readonly mode: BroadcastMode;
}

/** Hands in the bytes of a signed transaction; gives its hash. Fails with the chain's error. */
export async function handIn(
  rpc: RpcTransport,
  bytes: Uint8Array,
  mode: BroadcastMode,
): Promise<Uint8Array> {
  if (mode === "async") {
    await rpc.call("broadcast_tx_async", { tx: toBase64(bytes) });
    return sha256(bytes);
  }
  const { code, codespace, log, hash } = await broadcastTxSync(rpc, bytes);
  if (code !== 0) throw refusedByChain(codespace, code, log);
  return hash;
}

/** Waits for what the mode says and prints it; a transaction that its block refuses fails with that. */
export async function showOutcome(
  session: Session,
  rpc: RpcTransport,
  { hash, timeoutHeight, gasWanted, mode }: HandedIn,
): Promise<void> {
  if (mode !== "block") {
    show(session, TxResponse.create({ txhash: toUpperHex(hash), gasWanted }));
    return;
  }
  try {
    const place = { rpc, clock: systemClock };
    show(session, txResponse(await waitForTx(place, hash, { timeoutHeight })));
  } catch (error) {
    if (isSdkError(error, "TX_FAILED")) await showFailed(session, rpc, hash);
    throw error;
  }
}

async function showFailed(session: Session, rpc: RpcTransport, hash: Uint8Array): Promise<void> {
  const found = await findTx(rpc, hash);
  if (found !== undefined) show(session, txResponse(found));
}

function show({ terminal }: Session, response: TxResponse): void {
  terminal.show(toJson(TxResponse, response, CLIENT_TYPES), () =>
    txText(terminal, { ...response, tx: undefined }),
  );
}
