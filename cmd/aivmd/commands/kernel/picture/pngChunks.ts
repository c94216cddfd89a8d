import { crc32 } from "node:zlib";
import { PictureProblem } from "./picture.js";

/** What a PNG file says of itself and its compressed pixels. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha. */
  readonly colourType: number;
  readonly interlace: number;
  /** zlib's bytes, of all chunks together. */
  readonly compressed: Buffer;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_BYTES = 13;
/** Length, type and checksum of a chunk. */
const FRAME_BYTES = 12;

/** Splits a PNG file (RFC 2083) into its parts and checks their checksums; fails with a {@link PictureProblem}. */
export function readPngParts(file: Buffer): PngParts {
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) {
    throw new PictureProblem("not a PNG file; convert it to PNG");
  }
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  for (let at = SIGNATURE.length; ;) {
    const { type, content, end } = chunkAt(file, at);
    if (header === undefined && type !== "IHDR") throw damaged("it does not begin with its header");
    if (type === "IHDR") header = content;
    else if (type === "IDAT") data.push(content);
    else if (type === "IEND") break;
    at = end;
  }
  if (header?.length !== HEADER_BYTES) throw damaged("its header has another length");
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    bitDepth: header.readUInt8(8),
    colourType: header.readUInt8(9),
    interlace: header.readUInt8(12),
    compressed: Buffer.concat(data),
  };
}

function chunkAt(
  file: Buffer,
  at: number,
): { readonly type: string; readonly content: Buffer; readonly end: number } {
  if (at + FRAME_BYTES > file.length) throw damaged("it ends within a chunk");
  const length = file.readUInt32BE(at);
  const end = at + FRAME_BYTES + length;
  if (end > file.length) throw damaged("it ends within a chunk");
  const type = file.toString("latin1", at + 4, at + 8);
  if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4)) {
    throw damaged(`the checksum of its chunk ${JSON.stringify(type)} is wrong`);
  }
  return { type, content: file.subarray(at + 8, end - 4), end };
}

/** What a file that was cut off or changed fails with. */
export function damaged(why: string): PictureProblem {
  return new PictureProblem(`a damaged PNG file: ${why}`);
}
