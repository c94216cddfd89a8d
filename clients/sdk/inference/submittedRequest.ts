import { MsgRequestInferenceResponse } from "#core/codec/generated/aivm/inference/v1.js";
import type { Coin } from "#core/primitives/coin.js";
import { findTx } from "../rpc/findTx.js";
import type { IncludedTx } from "../rpc/includedTx.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { msgResponse } from "../tx/msgResponse.js";

/** A request that is on the chain. */
export interface SubmittedRequest {
  readonly requestId: bigint;
  /** What is in escrow, without the priority fee. */
  readonly price: Coin;
  /** Height of the block that has it. */
  readonly height: bigint;
  readonly txHash: Uint8Array;
}

/** The request that an included transaction made. */
export function submittedRequest(included: IncludedTx): SubmittedRequest {
  const { requestId, price } = msgResponse(included, MsgRequestInferenceResponse);
  const { height, hash } = included;
  return { requestId, price, height, txHash: hash };
}

/**
 * The request that the transaction of a hash made, for those who were cancelled or interrupted
 * after they had handed it in; undefined while no block has the transaction. Fails with
 * `RPC_MALFORMED` for a transaction that requested nothing.
 *
 * @example
 * const submitted = await findSubmittedRequest(rpc, txHash);
 * if (submitted !== undefined) console.log(submitted.requestId);
 */
export async function findSubmittedRequest(
  rpc: RpcTransport,
  txHash: Uint8Array,
  options?: CallOptions,
): Promise<SubmittedRequest | undefined> {
  const included = await findTx(rpc, txHash, options);
  return included === undefined || included.result.code !== 0
    ? undefined
    : submittedRequest(included);
}
