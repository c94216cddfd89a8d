import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { concatBytes } from "#core/primitives/bytes.js";
import {
  computeChallenge,
  Curve,
  type CurvePoint,
  decodePoint,
  encodeToCurve,
  integerBytes,
  nonceBytes,
  toInteger,
  VRF_BACK,
  VRF_SUITE,
} from "./ecvrfCurve.js";
import { invalidPrivateKey } from "./errors.js";
import { sha512 } from "./hash.js";

/**
 * ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381, suite 0x03. Section numbers below are of that RFC.
 *
 * Constant time is not a goal: whoever can time a validator's prover to this precision has its
 * machine, and verification handles public values only.
 */

const PROOF_TO_HASH = 0x03;
/** Order of the prime-order subgroup, q in the RFC. */
const ORDER = Curve.Fn.ORDER;
const POINT_BYTES = 32;
const CHALLENGE_BYTES = 16;
const SCALAR_BYTES = 32;

/** Bytes of a proof: Gamma, challenge c and scalar s. */
export const VRF_PROOF_BYTES = POINT_BYTES + CHALLENGE_BYTES + SCALAR_BYTES;
/** Bytes of a public key and of a secret seed. */
export const VRF_KEY_BYTES = 32;
/** Bytes of the output. */
export const VRF_OUTPUT_BYTES = 64;

interface Proof {
  readonly gamma: CurvePoint;
  readonly challenge: bigint;
  readonly scalar: bigint;
}

interface SecretKey {
  /** x in the RFC, reduced modulo the order, which changes no multiple of a subgroup point. */
  readonly scalar: bigint;
  /** Second half of the seed's hash, from which nonces are made. */
  readonly prefix: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** Public key of a 32-byte seed: that of ed25519. Fails with `crypto/2 not a private key`. */
export function vrfPublicKey(seed: Uint8Array): Uint8Array {
  return expandSeed(seed).publicKey;
}

/**
 * Whether a public key may be used (5.4.5): a canonical point that is not of small order. With a
 * small-order key anybody could know the outputs beforehand.
 */
export function isVrfPublicKey(publicKey: Uint8Array): boolean {
  return decodePublicKey(publicKey) !== undefined;
}

/** Proof for the input `alpha` (5.1), 80 bytes, deterministic. Fails with `crypto/2`. */
export function vrfProve(seed: Uint8Array, alpha: Uint8Array): Uint8Array {
  const key = expandSeed(seed);
  const point = encodeToCurve(key.publicKey, alpha);
  const gamma = point.multiplyUnsafe(key.scalar);
  const nonce = toInteger(nonceBytes(key.prefix, point)) % ORDER;
  const challenge = computeChallenge(
    [key.publicKey, point.toBytes(), gamma.toBytes()],
    Curve.BASE.multiplyUnsafe(nonce),
    point.multiplyUnsafe(nonce),
  );
  const scalar = (nonce + challenge * key.scalar) % ORDER;
  return concatBytes(
    gamma.toBytes(),
    integerBytes(challenge, CHALLENGE_BYTES),
    integerBytes(scalar, SCALAR_BYTES),
  );
}

/**
 * The output of a proof that is valid for this key and input (5.3, with validate_key), or
 * undefined. Never throws, whatever the bytes.
 */
export function vrfVerify(
  publicKey: Uint8Array,
  alpha: Uint8Array,
  proof: Uint8Array,
): Uint8Array | undefined {
  const key = decodePublicKey(publicKey);
  const decoded = decodeProof(proof);
  if (key === undefined || decoded === undefined) return undefined;
  const { gamma, challenge, scalar } = decoded;
  const point = encodeToCurve(publicKey, alpha);
  const expected = computeChallenge(
    [publicKey, point.toBytes(), gamma.toBytes()],
    Curve.BASE.multiplyUnsafe(scalar).subtract(key.multiplyUnsafe(challenge)),
    mulAddUnsafe(Curve, [point, gamma.negate()], [scalar, challenge]),
  );
  return expected === challenge ? outputOf(gamma) : undefined;
}

/**
 * The output that a proof carries (5.2), 64 bytes, or undefined when the proof does not decode. It
 * says nothing about validity: use it only on proofs of one's own or verified before.
 */
export function vrfProofToHash(proof: Uint8Array): Uint8Array | undefined {
  const decoded = decodeProof(proof);
  return decoded === undefined ? undefined : outputOf(decoded.gamma);
}

function outputOf(gamma: CurvePoint): Uint8Array {
  return sha512(Uint8Array.of(VRF_SUITE, PROOF_TO_HASH), gamma.clearCofactor().toBytes(), VRF_BACK);
}

function expandSeed(seed: Uint8Array): SecretKey {
  if (seed.length !== VRF_KEY_BYTES) throw invalidPrivateKey({ scheme: "ecvrf" });
  const { scalar, prefix, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
  return { scalar, prefix, publicKey: pointBytes };
}

function decodeProof(proof: Uint8Array): Proof | undefined {
  if (proof.length !== VRF_PROOF_BYTES) return undefined;
  const gamma = decodePoint(proof.subarray(0, POINT_BYTES));
  const challenge = toInteger(proof.subarray(POINT_BYTES, POINT_BYTES + CHALLENGE_BYTES));
  const scalar = toInteger(proof.subarray(POINT_BYTES + CHALLENGE_BYTES));
  return gamma === undefined || scalar >= ORDER ? undefined : { gamma, challenge, scalar };
}

function decodePublicKey(publicKey: Uint8Array): CurvePoint | undefined {
  const point = decodePoint(publicKey);
  return point === undefined || point.isSmallOrder() ? undefined : point;
}
