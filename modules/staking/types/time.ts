import { formatInstant, type Instant } from "#core/codec/civilTime.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";

/** The protobuf timestamp of a time in nanoseconds since 1970, not before. */
export function toTimestamp(timeNs: bigint): { seconds: bigint; nanos: number } {
  return { seconds: timeNs / NS_PER_SECOND, nanos: Number(timeNs % NS_PER_SECOND) };
}

/** Nanoseconds of a protobuf timestamp since 1970, or of a duration. */
export function toNs({ seconds, nanos }: Instant): bigint {
  return seconds * NS_PER_SECOND + BigInt(nanos);
}

/** RFC 3339 without a fraction of a second, as the SDK's events write completion times. */
export function formatSeconds(timeNs: bigint): string {
  return formatInstant({ seconds: timeNs / NS_PER_SECOND, nanos: 0 });
}
