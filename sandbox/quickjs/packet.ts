import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromUtf8, utf8 } from "#core/primitives/bytes.js";
import type { Tensor } from "../tensor.js";

const WORD_BYTES = 4;
const MAX_RANK = 8;

/**
 * A packet for a realm: words, then each tensor as its rank, its extents, the length of its data
 * in bytes and, aligned to eight bytes, the data. Strings travel as UTF-16.
 */
export function writePacket(
  head: readonly number[],
  types: readonly DataType[],
  tensors: readonly Tensor[],
): Uint8Array {
  const parts = tensors.map((tensor, index) => {
    const text = types[index] === DataType.STRING;
    return { dims: tensor.dims, data: text ? utf16Of(tensor.data) : tensor.data };
  });
  let words = head.length;
  for (const { dims, data } of parts) {
    words = alignWords(words + dims.length + 2) + dataWords(data.length);
  }
  const packet = new Uint8Array(words * WORD_BYTES);
  const view = new DataView(packet.buffer);
  let at = 0;
  const put = (word: number): void => {
    view.setUint32(at, word, true);
    at += WORD_BYTES;
  };
  for (const word of head) put(word);
  for (const { dims, data } of parts) {
    put(dims.length);
    for (const extent of dims) put(Number(extent));
    put(data.length);
    at = alignBytes(at);
    packet.set(data, at);
    at += dataWords(data.length) * WORD_BYTES;
  }
  return packet;
}

/** Reads a packet from a realm. Whatever does not fit yields undefined: the realm may lie. */
export class PacketReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The next word. */
  word(): number | undefined {
    if (this.#at + WORD_BYTES > this.#bytes.length) return undefined;
    const word = this.#view.getUint32(this.#at, true);
    this.#at += WORD_BYTES;
    return word;
  }

  /** The next tensor of the given type. */
  tensor(type: DataType): Tensor | undefined {
    const rank = this.word();
    if (rank === undefined || rank > MAX_RANK) return undefined;
    const dims: bigint[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const extent = this.word();
      if (extent === undefined) return undefined;
      dims.push(BigInt(extent));
    }
    const data = this.data();
    if (data === undefined) return undefined;
    if (type !== DataType.STRING) return { dims, data };
    const text = textOf(data);
    return text === undefined ? undefined : { dims, data: utf8(text) };
  }

  /** The next piece of data behind its length. */
  data(): Uint8Array | undefined {
    const length = this.word();
    if (length === undefined) return undefined;
    const start = alignBytes(this.#at);
    if (start + length > this.#bytes.length) return undefined;
    this.#at = start + dataWords(length) * WORD_BYTES;
    return this.#bytes.subarray(start, start + length);
  }
}

const UTF16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

/** Text of UTF-16 code units; undefined when a surrogate stands alone. */
export function textOf(units: Uint8Array): string | undefined {
  try {
    return UTF16.decode(units);
  } catch {
    return undefined;
  }
}

function utf16Of(utf8Bytes: Uint8Array): Uint8Array {
  return Buffer.from(fromUtf8(utf8Bytes) ?? "", "utf16le");
}

function alignWords(words: number): number {
  return words + (words & 1);
}

function alignBytes(bytes: number): number {
  return (bytes + 7) & ~7;
}

function dataWords(bytes: number): number {
  return ((bytes + 7) >> 3) * 2;
}
