import { ed25519 } from "@noble/curves/ed25519.js";
import { toHex } from "#core/primitives/bytes.js";

const { Point } = ed25519;
type CurvePoint = typeof Point.BASE;

/** The eight points whose order divides the cofactor of edwards25519. */
export function torsionPoints(): CurvePoint[] {
  for (let y = 2n; ; y++) {
    const generator = torsionPart(y);
    if (generator !== undefined) return multiplesOf(generator);
  }
}

/** The part of order 8 of a point with this y, where there is one. */
function torsionPart(y: bigint): CurvePoint | undefined {
  const bytes = Point.Fp.toBytes(y);
  if (!ed25519.utils.isValidPublicKey(bytes, true)) return undefined;
  const point = Point.fromBytes(bytes);
  const torsion = point.multiplyUnsafe(Point.Fn.ORDER - 1n).add(point);
  return torsion.double().double().is0() ? undefined : torsion;
}

function multiplesOf(generator: CurvePoint): CurvePoint[] {
  const points = [Point.ZERO];
  for (let multiple = generator; !multiple.is0(); multiple = multiple.add(generator)) {
    points.push(multiple);
  }
  return points;
}

/**
 * All 14 encodings of points of small order that ZIP-215 takes: the canonical ones of the eight
 * points, y + p where it fits 255 bits, and the sign bit set where x is zero. In ascending order of
 * their hex.
 */
export function smallOrderEncodings(): Uint8Array[] {
  const encodings = new Map<string, Uint8Array>();
  for (const point of torsionPoints()) {
    const { x, y } = point.toAffine();
    const signs = x === 0n ? [0n, 1n] : [x & 1n];
    const spellings = [y, y + Point.Fp.ORDER].filter((value) => value < 1n << 255n);
    for (const bits of spellings.flatMap((value) => signs.map((sign) => value | (sign << 255n)))) {
      const bytes = Uint8Array.from({ length: 32 }, (_, i) =>
        Number((bits >> BigInt(8 * i)) & 0xffn),
      );
      encodings.set(toHex(bytes), bytes);
    }
  }
  return [...encodings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
}
