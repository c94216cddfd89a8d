import { ed25519 } from "@noble/curves/ed25519.js";
import { assertDefined } from "#core/primitives/assert.js";
import { sha512 } from "./hash.js";

/** The curve that the suite works on. */
export const Curve = ed25519.Point;
/** A point of that curve, not always of the subgroup. */
export type CurvePoint = typeof Curve.BASE;

/** The suite's number, which every hash of it begins with. */
export const VRF_SUITE = 0x03;
/** The zero byte that every hash of the suite ends with. */
export const VRF_BACK = Uint8Array.of(0x00);

const ENCODE_TO_CURVE = 0x01;
const CHALLENGE = 0x02;
const POINT_BYTES = 32;
const CHALLENGE_BYTES = 16;

/**
 * The point H of an input (RFC 9381 section 5.4.1.1): the first counter whose hash is a point that
 * survives the cofactor. The salt is the public key.
 */
export function encodeToCurve(salt: Uint8Array, alpha: Uint8Array): CurvePoint {
  let found: CurvePoint | undefined;
  for (let counter = 0; found === undefined && counter <= 0xff; counter++) {
    const head = Uint8Array.of(VRF_SUITE, ENCODE_TO_CURVE);
    const hash = sha512(head, salt, alpha, Uint8Array.of(counter), VRF_BACK);
    const point = decodePoint(hash.subarray(0, POINT_BYTES))?.clearCofactor();
    if (point?.is0() === false) found = point;
  }
  // Each counter fails with probability 1/2: 256 failures are not seen in this universe.
  return assertDefined(found, "one of 256 counters hashes to a point");
}

/**
 * The nonce k before its reduction (RFC 9381 section 5.4.2.2), 64 bytes; `prefix` is the second
 * half of the seed's sha512.
 */
export function nonceBytes(prefix: Uint8Array, point: CurvePoint): Uint8Array {
  return sha512(prefix, point.toBytes());
}

/**
 * The challenge c (RFC 9381 section 5.4.3) over the encodings of Y, H and Gamma and the points U
 * and V; below 2^128.
 */
export function computeChallenge(
  known: readonly Uint8Array[],
  u: CurvePoint,
  v: CurvePoint,
): bigint {
  const head = Uint8Array.of(VRF_SUITE, CHALLENGE);
  const hash = sha512(head, ...known, u.toBytes(), v.toBytes(), VRF_BACK);
  return toInteger(hash.subarray(0, CHALLENGE_BYTES));
}

/** Decodes a point by RFC 8032 section 5.1.3, which refuses non-canonical encodings. */
export function decodePoint(bytes: Uint8Array): CurvePoint | undefined {
  // noble has no decoder that answers instead of throwing, and its check decodes as well.
  try {
    return Curve.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

/** The integer of little-endian bytes. */
export function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Little-endian bytes of an integer below 256^length. */
export function integerBytes(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
