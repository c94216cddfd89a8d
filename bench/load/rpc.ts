import type { JsonValue } from "#core/codec/json.js";
import { fromBase64, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";
import { listAt, memberOf, textAt } from "./jsonObject.js";

/** A committed block as the RPC tells it. */
export interface CommittedBlock {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Transactions, transaction 0 of our own chain included. */
  readonly txs: readonly string[];
}

/** CometBFT's JSON-RPC, as far as the bench needs it; the same for every chain. */
export class Rpc {
  readonly url: string;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** The result of a method; fails with what the node says. */
  async call(method: string, params: Readonly<Record<string, JsonValue>> = {}): Promise<JsonValue> {
    const answer = await this.post({ jsonrpc: "2.0", id: 1, method, params });
    const error = memberOf(answer, "error");
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return assertDefined(memberOf(answer, "result"), "an answer without error has a result");
  }

  /** What the node answers to a body, which may be a batch. */
  async post(body: JsonValue): Promise<JsonValue> {
    const response = await fetch(this.url, { method: "POST", body: JSON.stringify(body) });
    return (await response.json()) as JsonValue;
  }

  async height(): Promise<number> {
    const status = await this.call("status");
    return Number(textAt(status, "sync_info", "latest_block_height"));
  }

  async unconfirmed(): Promise<number> {
    return Number(textAt(await this.call("num_unconfirmed_txs"), "total"));
  }

  async block(height: number): Promise<CommittedBlock> {
    const { block } = (await this.call("block", { height: String(height) })) as {
      block: JsonValue;
    };
    const txs = listAt(block, "data", "txs").filter((tx) => typeof tx === "string");
    return { timeMs: Date.parse(textAt(block, "header", "time")), txs };
  }

  /** Result codes of a block's transactions. */
  async codes(height: number): Promise<number[]> {
    const results = await this.call("block_results", { height: String(height) });
    return listAt(results, "txs_results").map((one) => Number(memberOf(one, "code") ?? 0));
  }

  /** A gRPC method through the application's query; gives the bytes of its response. */
  async query(path: string, request: Uint8Array): Promise<Uint8Array> {
    const answer = await this.call("abci_query", { path, data: toHex(request) });
    const code = Number(memberOf(answer, "response", "code") ?? 0);
    if (code !== 0) throw new Error(`${path}: ${textAt(answer, "response", "log")}`);
    const value = memberOf(answer, "response", "value");
    return assertDefined(fromBase64(typeof value === "string" ? value : ""), "bytes are base64");
  }

  /** Offers transactions in one request, in order; gives for each "" or why it was not taken. */
  async broadcast(txs: readonly Uint8Array[]): Promise<string[]> {
    const calls = txs.map((tx, id) => ({
      jsonrpc: "2.0",
      id,
      method: "broadcast_tx_sync",
      params: { tx: toBase64Fast(tx) },
    }));
    const answer = await this.post(calls);
    const replies = new Map(listOf(answer).map((reply) => [memberOf(reply, "id"), reply]));
    return txs.map((_, id) => refusalOf(replies.get(id)));
  }
}

function listOf(answer: JsonValue): readonly JsonValue[] {
  return Array.isArray(answer) ? answer : [answer];
}

function refusalOf(reply: JsonValue | undefined): string {
  if (reply === undefined) return "no answer";
  const error = memberOf(reply, "error");
  if (error !== undefined) return JSON.stringify(error);
  const code = Number(memberOf(reply, "result", "code") ?? 0);
  if (code === 0) return "";
  return `CheckTx code ${code}: ${JSON.stringify(memberOf(reply, "result", "log"))}`;
}

/** Node's own base64: the generator must not take the processor from what it measures. */
function toBase64Fast(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
