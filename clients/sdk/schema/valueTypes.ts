import type { KernelSchema } from "./kernelSchema.js";

/** Typed arrays in which tensors come back, by their element; bools come in a plain array. */
interface Arrays {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint8: Uint8Array;
  readonly uint16: Uint16Array;
  readonly uint32: Uint32Array;
  readonly uint64: BigUint64Array;
  readonly bool: readonly boolean[];
}

type Integer64 = "int64" | "uint64";

/** One element as it comes back. */
type Element<Name extends keyof Arrays> = Name extends Integer64
  ? bigint
  : Name extends "bool"
    ? boolean
    : number;

/** One element as it is given. */
type GivenElement<Name extends keyof Arrays> = Name extends Integer64
  ? bigint | number | string
  : Name extends "bool"
    ? boolean | 0 | 1
    : number;

/** Elements in row-major order, nested or flat. */
type Nested<Item> = Item | ReadonlyArray<Nested<Item>> | ArrayLike<Item>;

/** A tensor with its extents, which two axes of variable length need. */
export interface Tensor<Data> {
  readonly dims: readonly number[];
  readonly data: Data;
}

/** Whether two axes of a shape, or more, have variable length. */
type IsOpen<Shape extends string> = Shape extends `${string}..${string}..${string}` ? true : false;

type GivenTensor<Item> = Nested<Item> | Tensor<Nested<Item>>;

/** Any value that a field may be given. */
export type AnyInputValue = string | Uint8Array | GivenTensor<bigint | number | string | boolean>;

/** The elements of any tensor. */
export type AnyArray = Arrays[keyof Arrays];

/** Any value that a field may come back as. */
export type AnyOutputValue = string | number | bigint | boolean | AnyArray | Tensor<AnyArray>;

/** What a field of the type `Type` is given: `InputValue<"float32[1,64]">`. */
export type InputValue<Type extends string> = string extends Type
  ? AnyInputValue
  : Type extends `${infer Float extends keyof Arrays}${"" | `[${string}]`} nonfinite`
    ? GivenTensor<GivenElement<Float>>
    : Type extends `string<=${string}`
      ? string
      : Type extends `bytes<=${string}`
        ? Uint8Array | string
        : Type extends `${infer Name extends keyof Arrays}[${string}]`
          ? GivenTensor<GivenElement<Name>>
          : Type extends keyof Arrays
            ? GivenElement<Type>
            : never;

/** What a field of the type `Type` comes back as: `OutputValue<"int64[1]">` is a BigInt64Array. */
export type OutputValue<Type extends string> = string extends Type
  ? AnyOutputValue
  : Type extends `${infer Finite} nonfinite`
    ? OutputValue<Finite>
    : Type extends `string<=${string}`
      ? string
      : Type extends `bytes<=${string}`
        ? Uint8Array
        : Type extends `${infer Name extends keyof Arrays}[${infer Shape}]`
          ? IsOpen<Shape> extends true
            ? Tensor<Arrays[Name]>
            : Arrays[Name]
          : Type extends keyof Arrays
            ? Element<Type>
            : never;

/** An input of a kernel with this schema. */
export type InputOf<Schema extends KernelSchema> = {
  readonly [Name in keyof Schema["inputs"]]: InputValue<Schema["inputs"][Name]>;
};

/** An output of a kernel with this schema. */
export type OutputOf<Schema extends KernelSchema> = {
  readonly [Name in keyof Schema["outputs"]]: OutputValue<Schema["outputs"][Name]>;
};
