import { beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { generator } from "#test/hostile/generator.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import { OnnxRuntime, type OnnxSession, RuntimeRefusal } from "../onnx/runtime.js";
import type { Tensor } from "../tensor.js";
import type { OperatorVector, VectorTensor } from "./operatorVector.js";
import { readOperatorVectors } from "./operatorVectorFile.js";

/**
 * Positions, lengths and floats that no honest model has: an operator that reads with them what it
 * did not write gives other bits on another host, whose memory held other things before.
 */
const SEED = 20_261_128;
const FULL = process.env["AIVM_TEST_COUNTS"] === "full";
/** Inputs tried for one vector. */
const ROUNDS = FULL ? 20 : 3;
const INTEGERS = [
  -(2n ** 40n),
  -(2n ** 31n),
  -1_000n,
  -1n,
  0n,
  7n,
  1_000n,
  2n ** 31n - 1n,
  2n ** 40n,
];
const FLOATS = [-1e30, -1e6, -1, 0, 1e6, 1e30, Infinity, -Infinity, NaN];
const INTEGER_BYTES: ReadonlyMap<number, number> = new Map([
  [3, 1],
  [5, 2],
  [6, 4],
  [7, 8],
]);

let runtime: OnnxRuntime;
let stirrer: Stirrer;

beforeAll(async () => {
  runtime = new OnnxRuntime();
  stirrer = new Stirrer();
  await stirrer.open();
});

function honest({ data, dims }: VectorTensor): Tensor {
  return { dims: dims.map(BigInt), data: new Uint8Array(Buffer.from(data, "base64")) };
}

/** The input with every element, or one of them, replaced. */
function hostile(input: VectorTensor, next: (bound: number) => number): Tensor {
  const { dims, data } = honest(input);
  const view = new DataView(data.buffer);
  const size = input.type === 1 ? 4 : (INTEGER_BYTES.get(input.type) ?? 0);
  if (size === 0) return { dims, data };
  const count = data.length / size;
  const only = next(2) === 0 ? next(Math.max(1, count)) : -1;
  for (let index = 0; index < count; index++) {
    if (only >= 0 && only !== index) continue;
    if (input.type === 1) view.setFloat32(index * 4, FLOATS[next(FLOATS.length)]!, true);
    else setInteger(view, index * size, size, INTEGERS[next(INTEGERS.length)]!);
  }
  return { dims, data };
}

function setInteger(view: DataView, offset: number, size: number, value: bigint): void {
  for (let byte = 0; byte < size; byte++) {
    view.setUint8(offset + byte, Number((value >> BigInt(8 * byte)) & 255n));
  }
}

/** Leaves other bytes in the heap, in pieces of many sizes. */
class Stirrer {
  readonly #sessions: Array<readonly [count: number, session: OnnxSession]> = [];

  async open(): Promise<void> {
    for (const count of [3, 17, 130, 1_100, 9_000]) {
      const file = encodeModel({
        inputs: [{ name: "x", type: 1, dims: [count] }],
        outputs: [{ name: "y", type: 1 }],
        nodes: [{ operator: "Exp", inputs: ["x"], outputs: ["y"] }],
      });
      this.#sessions.push([count, await runtime.createSession(file)]);
    }
  }

  async stir(seed: number): Promise<void> {
    const output = { name: "y", type: DataType.FLOAT32 };
    for (const [count, session] of this.#sessions) {
      const data = float32Data(Array.from({ length: count }, (_, at) => Math.sin(at * seed)));
      const input = { name: "x", type: DataType.FLOAT32, dims: [BigInt(count)], data };
      await session.run([input], [output]);
    }
  }
}

async function outcome(model: LoadedModel, inputs: readonly Tensor[]): Promise<string> {
  try {
    const outputs = await model.run(inputs);
    return outputs.map(({ dims, data }) => `${dims.join("x")} ${toHex(data)}`).join(" ");
  } catch (error) {
    if (error instanceof RuntimeRefusal) return "refused";
    // No receipt: nothing that hosts could disagree about.
    return "fault";
  }
}

async function differences(vector: OperatorVector, seed: number): Promise<string[]> {
  const next = generator(seed);
  const model = await LoadedModel.load(
    runtime,
    new Uint8Array(Buffer.from(vector.model, "base64")),
  );
  const found: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const inputs = vector.inputs.map((input) => hostile(input, next));
    const first = await outcome(model, inputs);
    await stirrer.stir(seed + round);
    const second = await outcome(model, inputs);
    if (first !== second) found.push(`${vector.name} round ${round}`);
  }
  await model.release();
  return found;
}

/** The first vector of each operator, all with the full counts. */
function chosen(): readonly OperatorVector[] {
  const seen = new Set<string>();
  return readOperatorVectors().filter(({ operator, inputs }) => {
    if (inputs.length === 0 || (seen.has(operator) && !FULL)) return false;
    seen.add(operator);
    return true;
  });
}

describe(`operators on inputs that no honest model has (seed ${SEED})`, () => {
  it("give the same whatever the runtime's memory held before", async () => {
    const found: string[] = [];
    for (const [index, vector] of chosen().entries()) {
      found.push(...(await differences(vector, SEED + index)));
    }
    expect(found).toEqual([]);
  }, 600_000);
});
