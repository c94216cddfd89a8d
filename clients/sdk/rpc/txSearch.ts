import { type IncludedTx, readIncludedTx } from "./includedTx.js";
import { readPages } from "./pages.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** What is searched for, and how much of it. */
export interface TxSearchOptions extends CallOptions {
  readonly order?: "ascending" | "descending" | undefined;
  /** Most transactions to give; 1,000 unless given. */
  readonly limit?: number | undefined;
}

const LIMIT = 1_000;

/**
 * Transactions whose events fit a query of CometBFT, for example
 * `message.action='/cosmos.bank.v1beta1.MsgSend' AND tx.height>100`, in order of height.
 *
 * @example
 * const sent = await txSearch(rpc, `transfer.sender='${address}'`, { limit: 50 });
 */
export async function txSearch(
  rpc: RpcTransport,
  query: string,
  options: TxSearchOptions = {},
): Promise<IncludedTx[]> {
  const { order = "ascending", limit = LIMIT } = options;
  const params = { query, prove: false, order_by: order === "ascending" ? "asc" : "desc" };
  const pages = { method: "tx_search", params, limit, options };
  return readPages(rpc, pages, (result) => ({
    total: result.field("total_count"),
    elements: result.field("txs").elements().map(readIncludedTx),
  }));
}
