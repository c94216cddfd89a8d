import type { Event } from "#core/primitives/event.js";
import type { JsonCursor } from "./jsonCursor.js";

/** What a transaction did, as CometBFT keeps it. */
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

/** Reads the result of a transaction. */
export function readTxResult(json: JsonCursor): TxResult {
  return {
    code: json.field("code").int32(),
    codespace: json.field("codespace").textOrEmpty(),
    log: json.field("log").textOrEmpty(),
    data: json.field("data").base64(),
    gasWanted: json.field("gas_wanted").int64(),
    gasUsed: json.field("gas_used").int64(),
    events: readEvents(json.field("events")),
  };
}

/** Reads a list of events. */
export function readEvents(json: JsonCursor): Event[] {
  return json.elements().map((one) => ({
    type: one.field("type").text(),
    attributes: one
      .field("attributes")
      .elements()
      .map((attribute) => ({
        key: attribute.field("key").text(),
        value: attribute.field("value").textOrEmpty(),
      })),
  }));
}
