import {
  SimulateRequest,
  SimulateResponse,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { isSdkError, SdkError } from "../errors.js";
import { callQuery, type QueryMethod } from "../query/callQuery.js";
import type { CallOptions } from "../rpc/transport.js";
import { buildTx } from "./buildTx.js";
import { currentAccount } from "./currentAccount.js";
import { findExpectedSequence } from "./sequenceMismatch.js";
import type { TxContext } from "./txContext.js";

/** What a transaction would have used after the last block. */
export interface Simulation {
  readonly gasUsed: bigint;
  /** Height of the state it ran on. */
  readonly height: bigint;
}

/** What is simulated. */
export interface SimulatedContent {
  readonly messages: readonly PackedMessage[];
  readonly memo: string;
}

const METHOD: QueryMethod<SimulateRequest, SimulateResponse> = {
  path: "/cosmos.tx.v1beta1.Service/Simulate",
  request: SimulateRequest,
  response: SimulateResponse,
};

/** Blocks that may come in between with transactions of this account before it is given up. */
const ATTEMPTS = 4;

/**
 * Runs a transaction without signature on the state of the last block and throws it away. Fails
 * with `TX_FAILED` at the stage `simulate`, whose log says what the chain objects to.
 *
 * @example
 * const { gasUsed } = await simulateTx(context, { messages, memo: "" });
 */
export async function simulateTx(
  context: TxContext,
  content: SimulatedContent,
  options: CallOptions = {},
): Promise<Simulation> {
  let { sequence } = await currentAccount(context, options);
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await runOnce(context, content, sequence, options);
    } catch (error) {
      if (!isSdkError(error, "QUERY_FAILED")) throw error;
      // Transactions in flight are not in the state that the simulation runs on.
      const expected = findExpectedSequence(error.facts.log);
      if (expected === undefined || left <= 0) throw simulationFailed(error);
      sequence = expected;
    }
  }
}

async function runOnce(
  { rpc, signer }: TxContext,
  { messages, memo }: SimulatedContent,
  sequence: bigint,
  { signal }: CallOptions,
): Promise<Simulation> {
  const content = { messages, memo, timeoutHeight: 0n, gasLimit: 0n, fee: [] };
  const parts = buildTx(content, { publicKey: signer.publicKey, sequence });
  // Gas is charged by the number of signatures, whether or not they hold.
  const txBytes = TxRaw.encode({ ...parts, signatures: [new Uint8Array(0)] });
  const { response, height } = await callQuery(rpc, METHOD, { txBytes }, { signal });
  return { gasUsed: response.gasInfo?.gasUsed ?? 0n, height };
}

function simulationFailed(error: SdkError<"QUERY_FAILED">): SdkError<"TX_FAILED"> {
  const { codespace, code, log } = error.facts;
  const facts = { stage: "simulate", codespace, code, log, hash: "", height: 0n } as const;
  return new SdkError("TX_FAILED", facts, error);
}
