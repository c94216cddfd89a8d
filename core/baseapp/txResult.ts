import type { ChainError } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";

/** What a transaction did; code, data and gas are hashed into LastResultsHash. */
export interface TxResult {
  /** 0 on success. */
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  /** Encoded TxMsgData on success, otherwise empty. */
  readonly data: Uint8Array;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly events: readonly Event[];
}

const EMPTY = new Uint8Array(0);

/** What is known of a failure besides its error. */
export interface TxFailure {
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  /** Events of the ante chain, when it passed. */
  readonly events?: readonly Event[];
  /** Index of the message that failed, when one did. */
  readonly messageIndex?: number | undefined;
}

/** The result of a transaction that failed; its log is worded as the SDK's. */
export function failedTx(error: ChainError, failure: TxFailure): TxResult {
  const { gasWanted, gasUsed, events = [], messageIndex } = failure;
  const log = error.message.endsWith(error.summary)
    ? error.message
    : `${error.message}: ${error.summary}`;
  return {
    code: error.code,
    codespace: error.codespace,
    log: messageIndex === undefined ? log : `${inMessage(messageIndex)}: ${log}`,
    data: EMPTY,
    gasWanted,
    gasUsed,
    events,
  };
}

function inMessage(index: number): string {
  return `failed to execute message; message index: ${index}`;
}
