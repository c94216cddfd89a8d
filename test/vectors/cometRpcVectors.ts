import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { readVectors } from "./readVectors.js";

/** One JSON-RPC call over HTTP and what CometBFT v0.38.25 answered. */
export interface RecordedCall {
  readonly method: string;
  readonly params: JsonObject;
  /** HTTP status. */
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Answers of a CometBFT node with one validator and the counter of test/e2e/counterApplication.ts,
 * whose transaction of the number 7 is in block 3.
 */
export const COMET_RPC = readVectors("cometRpc") as {
  readonly genesis: JsonValue;
  readonly calls: Readonly<Record<string, RecordedCall>>;
};
