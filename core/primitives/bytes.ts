/**
 * Arrays of at most this many bytes are inside V8's heap; longer ones, those that a native module
 * made or looked into, and every Buffer have an array buffer outside. Garbage collection sweeps the
 * list of all array buffers and waits for it: what a node keeps many of has none of its own.
 */
export const IN_HEAP_BYTES = 64;

const WORD_BYTES = 4;

/** Byte order: negative when `a` sorts before `b`; a prefix sorts before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length <= IN_HEAP_BYTES) return compareBytes(a, b) === 0;
  const words = equalWords(a, b);
  return compareBytes(a.subarray(words), b.subarray(words)) === 0;
}

/** How many bytes are equal from the start, in words of four. */
function equalWords(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [a, b].map(
    ({ buffer, byteOffset, length }) => new DataView(buffer, byteOffset, length),
  ) as [DataView, DataView];
  const end = a.length - (a.length % WORD_BYTES);
  let at = 0;
  while (at < end && left.getUint32(at) === right.getUint32(at)) at += WORD_BYTES;
  return at;
}

/** Joins byte strings in the given order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether `bytes` begins with `prefix`. */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && equalBytes(bytes.subarray(0, prefix.length), prefix);
}

/**
 * The least byte string greater than every string that begins with `prefix`, or undefined when
 * there is none (a prefix of nothing but 0xff).
 */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const last = prefix[length - 1] ?? 0;
    if (last === 0xff) continue;
    const end = prefix.slice(0, length);
    end[length - 1] = last + 1;
    return end;
  }
  return undefined;
}

const HEX = "0123456789abcdef";
const HEX_OF_BYTE = Array.from(
  { length: 256 },
  (_, byte) => HEX.charAt(byte >> 4) + HEX.charAt(byte & 15),
);

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  // Twice as fast as an iterator over the digits: keys of caches are hex.
  for (let index = 0; index < bytes.length; index++) text += HEX_OF_BYTE[bytes[index] ?? 0] ?? "";
  return text;
}

/** Upper-case hex, as CometBFT writes hashes and addresses. */
export function toUpperHex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}

/** Bytes of an even number of hex digits of either case; undefined when `text` is not that. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length >> 1);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 of `text`. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Text of UTF-8 bytes; undefined when they are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const present = Math.min(3, bytes.length - index);
    const group =
      ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    for (let place = 0; place < 4; place++) {
      text += place <= present ? BASE64.charAt((group >> (18 - 6 * place)) & 63) : "=";
    }
  }
  return text;
}

/** Bytes of padded base64, standard or URL-safe alphabet; undefined when `text` is not that. */
export function fromBase64(text: string): Uint8Array | undefined {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(standard)) {
    return undefined;
  }
  const digits = standard.replace(/=+$/, "");
  const bytes = new Uint8Array((digits.length * 6) >> 3);
  let buffer = 0;
  let bits = 0;
  let offset = 0;
  for (const digit of digits) {
    buffer = ((buffer << 6) | BASE64.indexOf(digit)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[offset++] = (buffer >> bits) & 0xff;
  }
  return bytes;
}

/** 8 bytes, big-endian; `value` must be in [0, 2^64). Sorts like the number. */
export function uint64ToBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** Inverse of {@link uint64ToBytes}; reads the first 8 bytes. */
export function uint64FromBytes(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
}

/** 4 bytes, big-endian; `value` must be in [0, 2^32). */
export function uint32ToBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Inverse of {@link uint32ToBytes}; reads the first 4 bytes. */
export function uint32FromBytes(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}
