import type { Timestamp } from "#core/codec/generated/google/protobuf.js";
import { NS_PER_SECOND, type TimeNs } from "#core/primitives/units.js";

/** Years 1 to 9999, what google.protobuf.Timestamp may hold. */
const EARLIEST_SECONDS = -62_135_596_800n;
const LATEST_SECONDS = 253_402_300_799n;

/** Nanoseconds since 1970 of a valid timestamp; undefined when a field is out of range. */
export function findTimeNs({ seconds, nanos }: Timestamp): TimeNs | undefined {
  if (seconds < EARLIEST_SECONDS || seconds > LATEST_SECONDS) return undefined;
  if (nanos < 0 || nanos > 999_999_999) return undefined;
  return (seconds * NS_PER_SECOND + BigInt(nanos)) as TimeNs;
}
