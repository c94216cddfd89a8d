import { bech32 } from "@scure/base";
import { assert } from "#core/primitives/assert.js";

/** What a bech32 string holds. */
export interface Bech32 {
  /** Human-readable part, lower case. */
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

/** Why a string is not bech32. */
export interface Bech32Problem {
  /** Lower-case phrase for the reader of an error message. */
  readonly problem: string;
}

/** Longest string taken, as in the SDK; BIP-173 stops at 90, which is too short for public keys. */
const LENGTH_MAX = 1023;
/** One character of prefix, the separator and six of checksum. */
const LENGTH_MIN = 8;
const CHECKSUM_LENGTH = 6;

/** Bech32 (BIP-173) of bytes under a prefix of lower-case letters and digits. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  assert(/^[a-z][a-z0-9]{0,82}$/.test(prefix), "encodeBech32: the prefix is lower case");
  return bech32.encode(prefix, bech32.toWords(bytes), LENGTH_MAX);
}

/**
 * Decodes bech32 (BIP-173) or says what is wrong with it. Text wholly in upper case is read as
 * lower case, which BIP-173 demands of a decoder; the last character of the data may not carry
 * stray bits, so that equal bytes have one spelling in each case.
 */
export function decodeBech32(text: string): Bech32 | Bech32Problem {
  const decoded = bech32.decodeUnsafe(text, LENGTH_MAX);
  if (decoded === undefined) return { problem: describeProblem(text) };
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (bytes === undefined) return { problem: "the data is not a whole number of bytes" };
  return { prefix: decoded.prefix, bytes };
}

/** The first rule of BIP-173 that `text`, which is known not to be bech32, breaks. */
function describeProblem(text: string): string {
  if (text === "") return "it is empty";
  if (text.length < LENGTH_MIN) return `it has ${text.length} characters, less than ${LENGTH_MIN}`;
  if (text.length > LENGTH_MAX) return `it has ${text.length} characters, over ${LENGTH_MAX}`;
  if (!/^[!-~]*$/.test(text)) return "it has characters other than printable ASCII";
  if (/[a-z]/.test(text) && /[A-Z]/.test(text)) return "it mixes upper and lower case";
  const separator = text.lastIndexOf("1");
  if (separator < 1) return "it has no prefix before a separator 1";
  const data = text.slice(separator + 1).toLowerCase();
  if (data.length < CHECKSUM_LENGTH) return "its checksum is cut off";
  const stray = /[^qpzry9x8gf2tvdw0s3jn54khce6mua7l]/.exec(data);
  if (stray !== null) return `the character ${stray[0]} does not occur in bech32`;
  return "its checksum is wrong";
}
