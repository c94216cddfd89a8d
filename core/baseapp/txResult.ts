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

/** The result of a transaction that failed; `events` are those of the ante chain. */
export function failedTx(
  error: ChainError,
  gas: { readonly gasWanted: bigint; readonly gasUsed: bigint },
  events: readonly Event[] = [],
): TxResult {
  return {
    code: error.code,
    codespace: error.codespace,
    log: error.message.endsWith(error.summary)
      ? error.message
      : `${error.message}: ${error.summary}`,
    data: EMPTY,
    ...gas,
    events,
  };
}
