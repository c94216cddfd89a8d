import * as ort from "onnxruntime-web/wasm";

/** A tensor as kernels pass it to `aivm.run` and get it back. */
export interface KernelTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

type KernelTensors = Readonly<Record<string, KernelTensor>>;

/** The part of the sandbox's `aivm` object that the sample kernels use. */
export interface StandInAivm {
  run(model: string, inputs: KernelTensors): Promise<Record<string, KernelTensor>>;
  random(): number;
}

/** Loads a model into the engine of the sandbox: onnxruntime-web, WebAssembly, one thread. */
export async function openModel(bytes: Uint8Array): Promise<ort.InferenceSession> {
  ort.env.wasm.numThreads = 1;
  return await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
}

/**
 * An `aivm` object outside the sandbox: one model named `net`, and a generator that is seeded but
 * is not the sandbox's, so that no test depends on the numbers drawn.
 */
export function standInAivm(net: ort.InferenceSession, seed: number): StandInAivm {
  return {
    run: async (model, inputs) => {
      if (model !== "net") throw new Error(`no model is called ${model}`);
      return await runSession(net, inputs);
    },
    random: seededGenerator(seed),
  };
}

async function runSession(
  session: ort.InferenceSession,
  inputs: KernelTensors,
): Promise<Record<string, KernelTensor>> {
  const feeds: Record<string, ort.Tensor> = {};
  for (const [name, { dims, data }] of Object.entries(inputs)) {
    feeds[name] = new ort.Tensor("float32", data, dims);
  }
  const outputs: Record<string, KernelTensor> = {};
  for (const [name, tensor] of Object.entries(await session.run(feeds))) {
    if (!(tensor.data instanceof Float32Array)) throw new Error(`${name} is not float32`);
    outputs[name] = { dims: tensor.dims, data: tensor.data };
  }
  return outputs;
}

/** Numbers from 0 up to but not 1, 32 bits each: a Weyl sequence through a mixing function. */
function seededGenerator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
}
