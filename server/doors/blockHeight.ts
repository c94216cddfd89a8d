import { CallFailure, StatusCode } from "./callStatus.js";

/** Metadata and HTTP header that names the height to ask, and the height of an answer. */
export const HEIGHT_HEADER = "x-cosmos-block-height";

const MAX_HEIGHT = (1n << 63n) - 1n;

/**
 * The height that a header names; 0, the latest, without one. Fails with a CallFailure in the
 * SDK's words where it is no height.
 */
export function heightOf(header: string | undefined): bigint {
  if (header === undefined || header === "") return 0n;
  const height = /^[+-]?[0-9]{1,19}$/.test(header) ? BigInt(header.replace("+", "")) : undefined;
  if (height === undefined || height > MAX_HEIGHT) {
    throw refusal(`invalid height header "${HEIGHT_HEADER}": not a 64-bit integer`);
  }
  if (height < 0n) throw refusal("cannot query with height < 0; please provide a valid height");
  return height;
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, `${problem}: invalid request`);
}
