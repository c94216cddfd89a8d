import {
  type CompactBitArray,
  MultiSignature,
} from "#core/codec/generated/cosmos/crypto/multisig/v1beta1.js";
import type { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { ModeInfo, ModeInfo_Multi } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";

/** What a signer gave: a signature in some mode, or those of the parts of a multisig. */
export type SignatureData = SingleSignature | MultiSignatures;

/** One signature. */
export interface SingleSignature {
  readonly mode: SignMode;
  readonly signature: Uint8Array;
}

/** Signatures of keys of a multisig, in the order of the keys. */
export interface MultiSignatures {
  /** Which keys signed. */
  readonly bits: readonly boolean[];
  readonly parts: readonly SignatureData[];
}

/** Bits beyond these are no multisig that anybody could have verified. */
const BITS_MAX = 1024;

/** Multisigs within multisigs, as deep as keys may be. */
const DEPTH_MAX = 8;

/**
 * A mode info with the bytes that belong to it. Fails with `sdk/4 unauthorized` where the two do not
 * fit, and with codec errors for bytes that are no signatures of a multisig.
 */
export function readSignature(
  info: ModeInfo | undefined,
  signature: Uint8Array,
  depth = DEPTH_MAX,
): SignatureData {
  if (info?.single !== undefined) return { mode: info.single.mode, signature };
  if (info?.multi === undefined) throw unauthorized({ problem: "a signer has no mode info" });
  if (depth === 0) throw unauthorized({ problem: "signatures are nested too deep" });
  const { signatures } = MultiSignature.decodeCanonical(signature);
  return { bits: readBits(info.multi), parts: readParts(info.multi, signatures, depth - 1) };
}

function readParts(
  { modeInfos }: ModeInfo_Multi,
  signatures: readonly Uint8Array[],
  depth: number,
): SignatureData[] {
  if (modeInfos.length !== signatures.length) {
    const problem = `a multisig has ${modeInfos.length} mode infos and ${signatures.length} signatures`;
    throw unauthorized({ problem });
  }
  return modeInfos.map((info, index) =>
    readSignature(info, assertDefined(signatures[index], "they were counted"), depth),
  );
}

function readBits({ bitarray }: ModeInfo_Multi): boolean[] {
  if (bitarray === undefined) return [];
  const count = bitCount(bitarray);
  if (count === undefined) throw unauthorized({ problem: "a multisig has a malformed bit array" });
  return Array.from({ length: count }, (_, index) => {
    const byte = bitarray.elems[index >> 3] ?? 0;
    return (byte & (0x80 >> (index & 7))) !== 0;
  });
}

/** As the SDK counts: whole bytes, of the last one only the bits that are stored there. */
function bitCount({ extraBitsStored, elems }: CompactBitArray): number | undefined {
  if (extraBitsStored > 7 || (extraBitsStored > 0 && elems.length === 0)) return undefined;
  const count = extraBitsStored === 0 ? elems.length * 8 : (elems.length - 1) * 8 + extraBitsStored;
  return count > BITS_MAX ? undefined : count;
}
