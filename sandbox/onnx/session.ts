import type * as ort from "onnxruntime-web/wasm";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { type Tensor, canonicalFloats } from "../tensor.js";

type TypedArray =
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

/** The constructor with the type as a variable, which its overloads do not allow. */
type TensorConstructor = new (
  type: ort.Tensor.Type,
  data: TypedArray,
  dims: readonly number[],
) => ort.Tensor;

interface ArrayKind {
  readonly name: ort.Tensor.Type;
  readonly make: (buffer: ArrayBuffer) => TypedArray;
}

const ARRAYS: ReadonlyMap<DataType, ArrayKind> = new Map<DataType, ArrayKind>([
  [DataType.FLOAT32, { name: "float32", make: (buffer) => new Float32Array(buffer) }],
  [DataType.FLOAT64, { name: "float64", make: (buffer) => new Float64Array(buffer) }],
  [DataType.INT8, { name: "int8", make: (buffer) => new Int8Array(buffer) }],
  [DataType.INT16, { name: "int16", make: (buffer) => new Int16Array(buffer) }],
  [DataType.INT32, { name: "int32", make: (buffer) => new Int32Array(buffer) }],
  [DataType.INT64, { name: "int64", make: (buffer) => new BigInt64Array(buffer) }],
  [DataType.UINT8, { name: "uint8", make: (buffer) => new Uint8Array(buffer) }],
  [DataType.UINT16, { name: "uint16", make: (buffer) => new Uint16Array(buffer) }],
  [DataType.UINT32, { name: "uint32", make: (buffer) => new Uint32Array(buffer) }],
  [DataType.UINT64, { name: "uint64", make: (buffer) => new BigUint64Array(buffer) }],
  [DataType.BOOL, { name: "bool", make: (buffer) => new Uint8Array(buffer) }],
]);

/** The runtime refused a model or its inputs; the same on every machine. Its text stays here. */
export class RuntimeRefusal extends Error {
  constructor(options: ErrorOptions) {
    super("the model runtime refused", options);
    this.name = "RuntimeRefusal";
  }
}

/** Where the runtime's texts have the name of a node, which is its author's. */
const NODE_NAMES = /Name:'.*' Status Message: |Node \(.*\) Op \(/gs;

/**
 * Whether a text of the runtime is about memory, which depends on what the session's heap went
 * through before: such a failure is no verdict.
 */
export function speaksOfMemory(text: string): boolean {
  return /alloc|memory/i.test(text.replace(NODE_NAMES, ""));
}

/** A named tensor with its type. */
export interface NamedTensor extends Tensor {
  readonly name: string;
  readonly type: DataType;
}

/** A model engine, WebAssembly or native: creates sessions. One for each process. */
export interface ModelRuntime {
  /**
   * Loads a model. `weights` is the file that its constants refer to, if they do; neither is kept.
   * Throws {@link RuntimeRefusal} when the runtime does not take the file.
   */
  createSession(file: Uint8Array, weights?: Uint8Array): Promise<OnnxSession>;
}

/** What a session needs of the package that it is of: both builds have the same interface. */
export interface SessionHost {
  readonly Tensor: ort.TensorConstructor;
  /** What an error of the package stands for: a {@link RuntimeRefusal} or a fault of the host. */
  readonly explain: (error: unknown) => Error;
}

/** A model that is loaded. */
export class OnnxSession {
  readonly #session: ort.InferenceSession;
  readonly #host: SessionHost;

  constructor(session: ort.InferenceSession, host: SessionHost) {
    this.#session = session;
    this.#host = host;
  }

  /**
   * Runs the model and gives the outputs of the given names and types. Throws
   * {@link RuntimeRefusal} when the runtime says that the inputs do not suit the model, and a
   * `SandboxFault` for anything that depends on the host.
   */
  async run(
    inputs: readonly NamedTensor[],
    outputs: ReadonlyArray<{ readonly name: string; readonly type: DataType }>,
  ): Promise<Tensor[]> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const input of inputs) feeds[input.name] = this.#toRuntime(input);
    let results: ort.InferenceSession.OnnxValueMapType;
    try {
      results = await this.#session.run(
        feeds,
        outputs.map(({ name }) => name),
        { logSeverityLevel: 4 },
      );
    } catch (error) {
      throw this.#host.explain(error);
    }
    return outputs.map(({ name, type }) => {
      const value = assertDefined(results[name], "the runtime gives every output asked for");
      return fromRuntime(value, type);
    });
  }

  /** Frees what the session holds. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  #toRuntime({ type, dims, data }: NamedTensor): ort.Tensor {
    const kind = assertDefined(ARRAYS.get(type), "inputs have types of the profile");
    const elements = kind.make(data.slice().buffer);
    const Tensor = this.#host.Tensor as TensorConstructor;
    return new Tensor(kind.name, elements, dims.map(Number));
  }
}

function fromRuntime(tensor: ort.Tensor, type: DataType): Tensor {
  const expected = assertDefined(ARRAYS.get(type), "outputs have types of the profile");
  assert(tensor.type === expected.name, "type rules of the profile are the runtime's");
  const { data } = tensor;
  assert(ArrayBuffer.isView(data), "outputs are numbers");
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dims: tensor.dims.map(BigInt), data: canonicalFloats(type, bytes) };
}
