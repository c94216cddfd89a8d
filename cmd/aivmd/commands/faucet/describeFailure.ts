import { isSdkError, SdkError } from "#sdk/errors.js";
import { FaucetFailure } from "#server/faucet/faucetFailure.js";
import { refusedByChain } from "../query/errors.js";

/** Seconds in which a node is usually back. */
const RETRY_AFTER_S = 5;

/** What a failure of the client library means to whoever asked for coins; other errors are thrown. */
export function describeFailure(error: unknown): FaucetFailure {
  if (error instanceof FaucetFailure) return error;
  if (!(error instanceof SdkError)) throw error;
  if (isSdkError(error, "TX_FAILED")) {
    const { stage, codespace, code, log } = error.facts;
    const { message } = refusedByChain(codespace, code, log);
    const isReceiver = stage === "simulate";
    return isReceiver
      ? new FaucetFailure("receiver_refused", `the chain refuses to pay this account: ${message}`)
      : new FaucetFailure("chain_refused", `the chain refused the transaction: ${message}`);
  }
  const message = "the faucet's node does not answer; nothing was sent";
  const failure = new FaucetFailure("node_unreachable", message, {}, RETRY_AFTER_S);
  failure.cause = error;
  return failure;
}
