import { AbciProtocolError } from "./errors.js";

/** Limit on one frame where none is configured: 64 MiB, three blocks of CometBFT's default size. */
export const DEFAULT_MAX_FRAME_BYTES = 64 << 20;

/** Longest length prefix read: 35 bits, far above every limit. */
const MAX_PREFIX_BYTES = 5;

/** A frame that did not arrive in one chunk. */
interface PartialFrame {
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * Cuts a byte stream into the frames that CometBFT writes: an unsigned varint length, then so many
 * bytes of protobuf.
 *
 * A frame that arrived in one chunk is a view of that chunk; any other is copied together once, as
 * it arrives.
 */
export class FrameParser {
  readonly #maxFrameBytes: number;
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are used up. */
  #offset = 0;
  #prefix = { value: 0, bytes: 0 };
  /** Length of the frame that is being read; undefined while its prefix is incomplete. */
  #length: number | undefined;
  #partial: PartialFrame | undefined;

  constructor(maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Adds a chunk of the stream, which must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /**
   * The next complete frame, without its length; undefined until more bytes arrive. Fails with an
   * {@link AbciProtocolError} on a length over the limit, before the frame has arrived.
   */
  next(): Uint8Array | undefined {
    this.#length ??= this.#readLength();
    if (this.#length === undefined) return undefined;
    const frame = this.#partial === undefined ? this.#view(this.#length) : undefined;
    const complete = frame ?? this.#gather(this.#length);
    if (complete === undefined) return undefined;
    this.#length = undefined;
    this.#partial = undefined;
    return complete;
  }

  #readLength(): number | undefined {
    for (let byte = this.#nextByte(); byte !== undefined; byte = this.#nextByte()) {
      const { value, bytes } = this.#prefix;
      const length = value + (byte & 0x7f) * 2 ** (7 * bytes);
      if (length > this.#maxFrameBytes || bytes === MAX_PREFIX_BYTES) throw this.#tooLong(length);
      this.#prefix = byte > 0x7f ? { value: length, bytes: bytes + 1 } : { value: 0, bytes: 0 };
      if (byte <= 0x7f) return length;
    }
    return undefined;
  }

  #tooLong(length: number): AbciProtocolError {
    return new AbciProtocolError(
      `a frame of ${length} bytes or more is over the limit of ${this.#maxFrameBytes} bytes`,
    );
  }

  #nextByte(): number | undefined {
    const byte = this.#chunks[0]?.[this.#offset];
    if (byte !== undefined) this.#advance(1);
    return byte;
  }

  #view(length: number): Uint8Array | undefined {
    const chunk = this.#chunks[0] ?? new Uint8Array(0);
    const end = this.#offset + length;
    if (end > chunk.length) return undefined;
    const view = chunk.subarray(this.#offset, end);
    this.#advance(length);
    return view;
  }

  #gather(length: number): Uint8Array | undefined {
    this.#partial ??= { bytes: new Uint8Array(length), filled: 0 };
    const partial = this.#partial;
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const part = chunk.subarray(this.#offset, this.#offset + length - partial.filled);
      partial.bytes.set(part, partial.filled);
      partial.filled += part.length;
      this.#advance(part.length);
      if (partial.filled === length) return partial.bytes;
    }
    return undefined;
  }

  /** Moves within the first chunk and drops it at its end. */
  #advance(length: number): void {
    this.#offset += length;
    if (this.#offset < (this.#chunks[0]?.length ?? 0)) return;
    this.#chunks.shift();
    this.#offset = 0;
  }
}
