import { MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import type { Coin } from "#core/primitives/coin.js";
import { executeTx, type ExecuteOptions } from "../tx/executeTx.js";
import type { TxContext } from "../tx/txContext.js";
import type { Ask } from "./ask.js";
import { cancelledOr } from "./cancelledOr.js";
import { quote } from "./quote.js";
import { type SubmittedRequest, submittedRequest } from "./submittedRequest.js";

/** How a request is made. */
export interface RequestOptions extends ExecuteOptions {
  /** The request fails when it would cost more; the quote unless given. */
  readonly maxPrice?: Coin | undefined;
  /** Paid on top, for an earlier place in the queue. */
  readonly priorityFee?: Coin | undefined;
}

const NO_COIN: Coin = { denom: "", amount: "" };

/**
 * Quotes an ask and requests it: the price goes into escrow and the request joins the queue. The
 * version that was quoted is the one that runs. Errors are those of `quote` and `executeTx`, and
 * `CANCELLED` when the signal is aborted.
 *
 * @example
 * const { requestId } = await requestInference(context, { kernel: "digits", input: { image } });
 */
export async function requestInference(
  context: TxContext,
  ask: Ask,
  options: RequestOptions = {},
): Promise<SubmittedRequest> {
  let handedIn: Uint8Array | undefined;
  const onHandIn = (hash: Uint8Array | undefined): void => {
    handedIn = hash;
    options.onHandIn?.(hash);
  };
  try {
    return await submit(context, ask, { ...options, onHandIn });
  } catch (error) {
    throw cancelledOr(error, options.signal, { txHash: handedIn });
  }
}

async function submit(
  context: TxContext,
  ask: Ask,
  options: RequestOptions,
): Promise<SubmittedRequest> {
  const { price, versionId, inputs, assurance } = await quote(context.rpc, ask, options);
  const message = MsgRequestInference.create({
    requester: context.signer.address,
    versionId,
    inputs: [...inputs],
    assurance,
    maxPrice: options.maxPrice ?? price,
    priorityFee: options.priorityFee ?? NO_COIN,
  });
  const included = await executeTx(context, [pack(MsgRequestInference, message)], options);
  return submittedRequest(included);
}
