import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { badFactors } from "../errors.js";

/** A tensor of a file of factors: float32, little-endian, in row-major order. */
export interface FactorTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100_000_000n;
const FLOAT_BYTES = 4;

/**
 * Tensors of a safetensors file, in the order of its header. Fails with `author/17` for one that is
 * damaged, or has a tensor of another type than F32.
 */
export function readSafetensors(file: string, bytes: Uint8Array): FactorTensor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length < LENGTH_BYTES ? -1n : view.getBigUint64(0, true);
  const end = LENGTH_BYTES + Number(length);
  if (length < 0n || length > MAX_HEADER_BYTES || end > bytes.length) {
    throw badFactors({
      file,
      problem: "is no safetensors file; save_file() of safetensors makes one",
    });
  }
  const header = readHeader(file, bytes.subarray(LENGTH_BYTES, end));
  const data = bytes.subarray(end);
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => readTensor(file, { name, entry, data }));
}

function readHeader(file: string, bytes: Uint8Array): JsonObject {
  const header = parseJson(fromUtf8(bytes) ?? "");
  if (isObject(header)) return header;
  throw badFactors({ file, problem: "has a header that is no JSON object" });
}

function readTensor(
  file: string,
  {
    name,
    entry,
    data,
  }: { readonly name: string; readonly entry: JsonValue; readonly data: Uint8Array },
): FactorTensor {
  const bad = (problem: string): Error =>
    badFactors({ file, problem: `tensor ${name} ${problem}` });
  if (!isObject(entry)) throw bad("has no description");
  const { dtype, shape, data_offsets } = entry;
  if (dtype !== "F32") throw bad(`is of ${JSON.stringify(dtype)}; convert it to F32 (float32)`);
  const [extents, offsets] = [numbersOf(shape), numbersOf(data_offsets)];
  const [start = -1, end = -1] = offsets ?? [];
  const elements = extents?.reduce((product, extent) => product * extent, 1);
  if (extents === undefined || start < 0 || end > data.length)
    throw bad("lies outside of the file");
  if (end - start !== (elements ?? 0) * FLOAT_BYTES)
    throw bad("has other bytes than its shape needs");
  return { name, shape: extents, data: data.subarray(start, end) };
}

/** Whole numbers of a JSON list. */
function numbersOf(list: JsonValue | undefined): number[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const numbers = list.map(Number);
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0)
    ? numbers
    : undefined;
}

function isObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
