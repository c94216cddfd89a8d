import { Adapter, DataType, type LowRankDelta } from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { divFloor } from "#core/primitives/intMath.js";
import { compareBytes, utf8 } from "#core/primitives/bytes.js";
import { isStrictlyAscending } from "#core/primitives/sorted.js";
import { ModelRefusal } from "./errors.js";
import type { OnnxModel, OnnxTensor } from "./model.js";

/** Version of the adapter format. */
export const ADAPTER_FORMAT = 1;
/** Tensors that one adapter changes. */
const MAX_DELTAS = 4_096;
/** Multiplications and additions of all adapters of a version: about a second of work. */
const MAX_STEPS = 1n << 29n;
const FLOAT_BYTES = 4;

/** A tensor of the model and what is added to it. */
interface Change {
  readonly delta: LowRankDelta;
  readonly rows: number;
  readonly columns: number;
  /** Pieces of the file in which its elements stand. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * Steps that each of so many adapters of a version may take: an equal part of those that all may
 * take, so that no version takes long to load.
 */
export function stepsOfEach(adapters: number): bigint {
  return divFloor(MAX_STEPS, BigInt(adapters));
}

/**
 * Adds an adapter (canonical bytes of `Adapter`) to the weights of a model, in the bytes of its
 * file.
 *
 * For each element the sum over the rank is taken in float32 from 0 on, in ascending order, each
 * product and each sum rounded by itself; then it is multiplied by the scale and added to the
 * weight. So every host gets the same bits. Throws a {@link ModelRefusal} that names model and
 * tensor when the adapter does not fit, takes more than `maxSteps`, or a weight would not be
 * finite; then the file may be changed in part.
 */
export function applyAdapter(
  model: OnnxModel,
  adapter: Uint8Array,
  modelName: string,
  maxSteps: bigint = MAX_STEPS,
): void {
  for (const change of readChanges(model, adapter, { modelName, maxSteps })) {
    if (!addDelta(change)) {
      throw refusal(modelName, `${nameOf(change.delta)} gets an element that is not finite`);
    }
  }
}

/** What an adapter changes of a model, all of it checked before anything is changed. */
function readChanges(
  model: OnnxModel,
  bytes: Uint8Array,
  { modelName, maxSteps }: { readonly modelName: string; readonly maxSteps: bigint },
): readonly Change[] {
  try {
    const { deltas } = readAdapter(bytes);
    const tensors = new Map((model.graph.initializers ?? []).map((one) => [one.name ?? "", one]));
    const changes = deltas.map((delta) => changeOf(delta, tensors.get(delta.tensor)));
    const steps = changes.reduce((sum, change) => sum + stepsOf(change), 0n);
    if (steps > maxSteps) {
      throw new Misfit(`it takes ${steps} steps, at most ${maxSteps} are allowed`);
    }
    return changes;
  } catch (error) {
    if (error instanceof Misfit) throw refusal(modelName, error.message);
    throw error;
  }
}

/** What is wrong with an adapter, without the model's name. */
class Misfit extends Error {}

function refusal(modelName: string, problem: string): ModelRefusal {
  return new ModelRefusal(`adapter of model ${modelName}: ${problem}`);
}

function readAdapter(bytes: Uint8Array): Adapter {
  const adapter = decodeAdapter(bytes);
  const { format, deltas } = adapter;
  if (format !== ADAPTER_FORMAT) throw new Misfit(`format ${format} is not known`);
  if (deltas.length === 0) throw new Misfit("it changes no tensor");
  if (deltas.length > MAX_DELTAS) {
    throw new Misfit(`it changes ${deltas.length} tensors, at most ${MAX_DELTAS} are allowed`);
  }
  const ascends = isStrictlyAscending(deltas, (a, b) =>
    compareBytes(utf8(a.tensor), utf8(b.tensor)),
  );
  if (!ascends) throw new Misfit("its tensors are not in byte order, each once");
  return adapter;
}

function decodeAdapter(bytes: Uint8Array): Adapter {
  try {
    return Adapter.decodeCanonical(bytes);
  } catch (error) {
    if (error instanceof ChainError) throw new Misfit("it is no adapter file");
    throw error;
  }
}

function changeOf(delta: LowRankDelta, tensor: OnnxTensor | undefined): Change {
  const name = nameOf(delta);
  if (tensor === undefined) throw new Misfit(`${name} is not a constant of the model`);
  const { dims = [], dataType = 0n } = tensor;
  if (Number(dataType) !== DataType.FLOAT32) throw new Misfit(`${name} is not of float32`);
  if (dims.length < 2) throw new Misfit(`${name} has ${dims.length} axes, at least 2 are needed`);
  const [rows = 0, ...others] = dims.map(Number);
  const columns = others.reduce((product, extent) => product * extent, 1);
  requireFactors(delta, rows, columns);
  const pieces = tensor.rawData === undefined ? (tensor.floatData ?? []) : [tensor.rawData];
  const found = totalBytes(pieces);
  const isPlain = tensor.rawData === undefined || tensor.floatData === undefined;
  if (!isPlain || found !== rows * columns * FLOAT_BYTES) {
    throw new Misfit(`${name} does not hold its elements in the model's file`);
  }
  return { delta, rows, columns, pieces };
}

function requireFactors(delta: LowRankDelta, rows: number, columns: number): void {
  const { rank, scale, a, b } = delta;
  const name = nameOf(delta);
  const largest = Math.min(rows, columns);
  if (rank < 1 || rank > largest) {
    throw new Misfit(`${name} is given rank ${rank}, ${rows} × ${columns} allows 1 to ${largest}`);
  }
  const lengths: ReadonlyArray<readonly [string, Uint8Array, number]> = [
    ["scale", scale, 1],
    ["A", a, rank * columns],
    ["B", b, rows * rank],
  ];
  for (const [part, bytes, numbers] of lengths) {
    if (bytes.length !== numbers * FLOAT_BYTES) {
      const need = `${numbers} numbers (${numbers * FLOAT_BYTES} bytes)`;
      throw new Misfit(`${part} of ${name} has ${bytes.length} bytes, needs ${need}`);
    }
    if (!floatsOf(bytes).every(Number.isFinite)) {
      throw new Misfit(`${part} of ${name} has a number that is not finite`);
    }
  }
}

function stepsOf({ delta, rows, columns }: Change): bigint {
  return BigInt(rows) * BigInt(columns) * BigInt(delta.rank);
}

/** Changes the elements in place; false, with the rest unchanged, once one is not finite. */
function addDelta(change: Change): boolean {
  const { pieces } = change;
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return addToRows(change, first);
  // Elements that are fields of their own: a file so written is many times larger than they are.
  const whole = new Uint8Array(totalBytes(pieces));
  forEachPlace(pieces, (piece, start) => {
    whole.set(piece, start);
  });
  const isFinite = addToRows(change, whole);
  forEachPlace(pieces, (piece, start) => {
    piece.set(whole.subarray(start, start + piece.length));
  });
  return isFinite;
}

/** Pieces, which may be more than a call takes arguments, with where they stand in the whole. */
function forEachPlace(
  pieces: readonly Uint8Array[],
  visit: (piece: Uint8Array, start: number) => void,
): void {
  let start = 0;
  for (const piece of pieces) {
    visit(piece, start);
    start += piece.length;
  }
}

function totalBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function addToRows({ delta, rows, columns }: Change, elements: Uint8Array): boolean {
  const { rank } = delta;
  const [scale = 0] = floatsOf(delta.scale);
  const a = floatsOf(delta.a);
  const b = floatsOf(delta.b);
  // Elements may stand at any address, so that rows are changed in a copy.
  const row = new Float32Array(columns);
  const rowBytes = new Uint8Array(row.buffer);
  const sums = new Float32Array(columns);
  for (let index = 0; index < rows; index++) {
    const start = index * rowBytes.length;
    rowBytes.set(elements.subarray(start, start + rowBytes.length));
    sums.fill(0);
    for (let k = 0; k < rank; k++) addScaled(sums, b[index * rank + k] ?? 0, a, k * columns);
    if (!addScaledFinite(row, scale, sums)) return false;
    elements.set(rowBytes, start);
  }
  return true;
}

/** `sums[j] += factor * terms[offset + j]`: a store into float32 rounds the sum. */
function addScaled(sums: Float32Array, factor: number, terms: Float32Array, offset: number): void {
  for (let j = 0; j < sums.length; j++) {
    sums[j] = (sums[j] ?? 0) + Math.fround(factor * (terms[offset + j] ?? 0));
  }
}

function addScaledFinite(row: Float32Array, factor: number, terms: Float32Array): boolean {
  addScaled(row, factor, terms, 0);
  for (const element of row) if (!Number.isFinite(element)) return false;
  return true;
}

/** Little-endian, as every host of the engines is. */
function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function nameOf({ tensor }: LowRankDelta): string {
  return `tensor ${tensor}`;
}
