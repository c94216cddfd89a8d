import {
  type Fees,
  QueryQuoteRequest,
  QueryQuoteResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Coin } from "#core/primitives/coin.js";
import { findBucketOf } from "#modules/kernel/types/buckets.js";
import { callQuery, type QueryMethod } from "../query/callQuery.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { type Ask, prepareAsk, type PreparedAsk } from "./ask.js";

/** What an ask would be charged, and the ask as it would be sent. */
export interface Quote extends PreparedAsk {
  /** Without transaction fee and priority fee. */
  readonly price: Coin;
  /** The parts of the price, in the smallest unit of its denomination. */
  readonly fees: Fees;
}

const METHOD: QueryMethod<QueryQuoteRequest, QueryQuoteResponse> = {
  path: "/aivm.inference.v1.Query/Quote",
  request: QueryQuoteRequest,
  response: QueryQuoteResponse,
};

/**
 * The price of an ask: what will be charged, as long as the chain's parameters stay as they are.
 * Where a kernel has buckets, each input has the price of the smallest that it fits.
 * Errors are those of `prepareAsk`.
 *
 * @example
 * const { price } = await quote(rpc, { kernel: "digits", input: { image } });
 */
export async function quote(
  rpc: RpcTransport,
  ask: Ask,
  options: CallOptions = {},
): Promise<Quote> {
  const prepared = await prepareAsk(rpc, ask, options);
  const { versionId, inputs, assurance, manifest } = prepared;
  const inputBytes = inputs.reduce((sum, { length }) => sum + BigInt(length), 0n);
  const inputBuckets =
    manifest.buckets.length === 0 ? [] : inputs.map((input) => findBucketOf(manifest, input));
  const inputCount = inputs.length;
  const request = { versionId, inputBytes, inputCount, inputBuckets, assurance };
  const { response } = await callQuery(rpc, METHOD, request, { signal: options.signal });
  const { price, fees } = response;
  return { ...prepared, price, fees };
}
