/**
 * Types for authors of inference and aggregation code: in TypeScript
 * `import type { Infer } from "aivm/sandbox/aivm"`, in JSDoc
 * `@type {import("aivm/sandbox/aivm").Infer}`. What they mean is in `docs/spec/sandbox.md`.
 * Libraries are imported as `lib:name`; declare the types of yours by `declare module "lib:name"`.
 */

/** The data of a numeric tensor in row-major order; bools are a `Uint8Array` of 0 and 1. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** A tensor as models give and take it. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly dims: readonly number[];
  readonly data: Data;
}

/** A field of an input: a typed array that knows its dims, a string, or bytes. */
export type InputValue = (TensorData & { readonly dims: readonly number[] }) | string | Uint8Array;

/** A field of an output; dims may be left out where at most one axis is bounded. */
export type OutputValue = TensorData | Tensor | string;

/** Random numbers that follow from the execution's seed. */
export interface Random {
  /** A float in [0, 1) of 53 random bits. */
  (): number;
  /** An integer in [0, bound) without bias; the bound is at most 2^32. */
  integer(bound: number): number;
  /** Random bytes. */
  bytes(length: number): Uint8Array;
  /** A number of the standard Gumbel distribution, between -3.7 and 36.8. */
  gumbel(): number;
  /**
   * An index drawn with the probabilities `softmax(logits, temperature)`, by the Gumbel-max method:
   * one `gumbel()` for each logit, in order. Logits of -Infinity are never drawn.
   */
  choose(logits: NumberList, temperature?: number): number;
}

/** Numbers in order, as the functions below take them. */
export type NumberList = ArrayLike<number>;

/**
 * Numbers as whole units of 10^-digits, 0 to 15 digits: sums and products that do not depend on
 * the order of the terms. Half a unit is rounded away from zero.
 */
export interface Fixed {
  /** The units of a number; a RangeError beyond 2^53 units and for what is not finite. */
  from(value: number, digits: number): bigint;
  /** The number nearest to so many units. */
  to(units: bigint, digits: number): number;
  multiply(a: bigint, b: bigint, digits: number): bigint;
  /** A RangeError when `b` is zero. */
  divide(a: bigint, b: bigint, digits: number): bigint;
}

/**
 * Functions whose results are the same bits on every machine. A NaN among the values is a
 * RangeError.
 */
export interface Numbers {
  /** Index of the largest value, the first of equal ones; a RangeError when there is none. */
  argmax(values: ArrayLike<number> | ArrayLike<bigint>): number;
  /** Indexes of the largest values, the largest first, equal ones in their order. */
  topK(values: ArrayLike<number> | ArrayLike<bigint>, count: number): Uint32Array;
  /**
   * Probabilities of logits, in float64 and then as what the logits are: `Float32Array` or
   * `Float64Array`.
   */
  softmax(logits: Float32Array, temperature?: number): Float32Array;
  softmax(logits: NumberList, temperature?: number): Float64Array;
  readonly fixed: Fixed;
}

/** What inference code is given besides its input. */
export interface Aivm extends Numbers {
  /**
   * Runs a model of the Aivmfile. Runs are served in the order of the calls. Rejects when the dims
   * do not fit the model or the runtime refuses the tensors.
   */
  run(
    model: string,
    tensors: Readonly<Record<string, Tensor | TensorData>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
  readonly random: Random;
  /** The bytes of a DATA line of the Aivmfile, a copy each time; a TypeError for another name. */
  data(name: string): Uint8Array;
  /** The same as text; a TypeError when it is not UTF-8. */
  text(name: string): string;
  /** Data with dims. */
  tensor<Data extends TensorData>(data: Data, dims: readonly number[]): Tensor<Data>;
}

/** The function that `infer.js` exports as `infer`. */
export type Infer<
  Input = Readonly<Record<string, InputValue>>,
  Output = Readonly<Record<string, OutputValue>>,
> = (input: Input, aivm: Aivm) => Output | Promise<Output>;

/** What aggregation code returns. */
export interface Aggregated<Output = Readonly<Record<string, OutputValue>>> {
  readonly output: Output;
  /** Whether each output is accepted, in the order given; all by default. */
  readonly accepted?: readonly boolean[];
}

/** The function that `aggregate.js` exports as `aggregate`; outputs come in seat order. */
export type Aggregate<
  Input = Readonly<Record<string, InputValue>>,
  Output = Readonly<Record<string, OutputValue>>,
> = (
  outputs: readonly Input[],
  aivm: Numbers & Pick<Aivm, "tensor">,
) => Aggregated<Output> | Promise<Aggregated<Output>>;
