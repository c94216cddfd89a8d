import type { Timestamp } from "#core/codec/generated/google/protobuf.js";
import { divFloor } from "#core/primitives/intMath.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";

/** Nanoseconds of a timestamp or a duration. */
export function timeFromWire(time: Timestamp): bigint {
  return time.seconds * NS_PER_SECOND + BigInt(time.nanos);
}

/** A timestamp; its nanos are in [0, 10^9), before the epoch too. */
export function timeToWire(timeNs: bigint): Timestamp {
  const seconds = divFloor(timeNs, NS_PER_SECOND);
  return { seconds, nanos: Number(timeNs - seconds * NS_PER_SECOND) };
}

/** A duration; seconds and nanos have the same sign. */
export function durationToWire(durationNs: bigint): Timestamp {
  return { seconds: durationNs / NS_PER_SECOND, nanos: Number(durationNs % NS_PER_SECOND) };
}
