import { fromUtf8 } from "#core/primitives/bytes.js";

/** Value of a decimal on the wire, the digits of an integer; undefined when it is not that. */
export function parseDecDigits(text: string): bigint | undefined {
  return /^-?[0-9]{1,96}$/.test(text) ? BigInt(text) : undefined;
}

/** {@link parseDecDigits} of a decimal in a bytes field. */
export function parseDecBytes(bytes: Uint8Array): bigint | undefined {
  const text = fromUtf8(bytes);
  return text === undefined ? undefined : parseDecDigits(text);
}
