import { beforeAll, describe, expect, it } from "vitest";
import { KernelFolder } from "../testing/kernelFolder.js";
import { type StandInAivm, openModel, standInAivm } from "../testing/standInAivm.js";
import { aggregate } from "./aggregate.js";
import { infer } from "./infer.js";

interface Reveal {
  readonly label: BigInt64Array;
  readonly probs: Float32Array;
  readonly spread: Float32Array;
}

const COMMITTEE = 4;
const COMMITTEES_PER_FLOWER = 25;
const folder = new KernelFolder("iris");
let aivmOf: (seed: number) => StandInAivm;

beforeAll(async () => {
  const net = await openModel(folder.bytes("model.onnx"));
  aivmOf = (seed) => standInAivm(net, seed);
});

function combine(reveals: ReadonlyArray<Reveal | undefined>) {
  return aggregate(reveals) as { readonly output: Reveal; readonly accepted: boolean[] };
}

async function answer(measurements: Float32Array, seed: number): Promise<Reveal> {
  return await infer({ measurements }, aivmOf(seed));
}

function reveal(label: number, probs: readonly number[], spread = 0.25): Reveal {
  return {
    label: BigInt64Array.of(BigInt(label)),
    probs: Float32Array.from(probs),
    spread: Float32Array.of(spread),
  };
}

const HONEST = [
  reveal(1, [0.1, 0.8, 0.1], 0.1),
  reveal(1, [0.1, 0.7, 0.2], 0.2),
  reveal(1, [0.2, 0.7, 0.1], 0.4),
];

describe("kernels/iris aggregation", () => {
  it("gives the mean of the probabilities, its label and the median spread", () => {
    const { output, accepted } = combine(HONEST);
    expect(accepted).toEqual([true, true, true]);
    expect(output.label).toEqual(BigInt64Array.of(1n));
    expect(output.probs).toEqual(Float32Array.of(0.133333, 0.733333, 0.133333));
    expect(output.spread).toEqual(Float32Array.of(0.2));
  });

  it("gives the same result in every order of the seats", () => {
    const [first, second, third] = HONEST;
    const expected = combine(HONEST).output;
    expect(combine([third, first, second]).output).toEqual(expected);
    expect(combine([second, third, first]).output).toEqual(expected);
  });

  it("gives back a single answer to the nearest millionth", () => {
    const { output, accepted } = combine([reveal(2, [0.25, 0.25, 0.5])]);
    expect(accepted).toEqual([true]);
    expect(output).toEqual(reveal(2, [0.25, 0.25, 0.5]));
  });

  it("leaves out a member far from the others, in its own seat", () => {
    const liar = reveal(0, [1, 0, 0]);
    const { output, accepted } = combine([HONEST[0], liar, HONEST[1], HONEST[2]]);
    expect(accepted).toEqual([true, false, true, true]);
    expect(output).toEqual(combine(HONEST).output);
  });

  it.each([
    ["a sum that is not one", reveal(1, [0.1, 0.7, 0.1])],
    ["a label that is not the most probable", reveal(0, [0.1, 0.8, 0.1])],
    ["a probability above one", reveal(1, [-0.1, 1.1, 0])],
    ["a spread above one", reveal(1, [0.1, 0.8, 0.1], 1.5)],
    ["a spread below zero", reveal(1, [0.1, 0.8, 0.1], -0.5)],
  ])("leaves out a member with %s", (_, malformed) => {
    const { output, accepted } = combine([...HONEST, malformed]);
    expect(accepted).toEqual([true, true, true, false]);
    expect(output).toEqual(combine(HONEST).output);
  });

  it("fails when no two members are near each other", () => {
    const scattered = [reveal(0, [1, 0, 0]), reveal(1, [0, 1, 0]), reveal(2, [0, 0, 1])];
    expect(() => combine(scattered)).toThrow("no member is near the median");
    expect(() => combine(scattered.slice(1))).toThrow("no member is near the median");
  });

  it("fails without a single well-formed answer", () => {
    expect(() => combine([])).toThrow("no member is near the median");
    expect(() => combine([reveal(0, [0, 0, 0])])).toThrow("no member is near the median");
  });

  it("accepts every honest member of a committee and names the species", async () => {
    const { flowers } = JSON.parse(folder.text("train/heldout.json")) as { flowers: string[] };
    let right = 0;
    let accepted = 0;
    for (const [index, row] of flowers.entries()) {
      const values = row.split(" ").map(Number);
      const measurements = Float32Array.from(values.slice(0, 4));
      for (let committee = 0; committee < COMMITTEES_PER_FLOWER; committee++) {
        const first = (index * COMMITTEES_PER_FLOWER + committee) * COMMITTEE;
        const seats = [0, 1, 2, 3].map((seat) => answer(measurements, (first + seat) * 1000));
        const result = combine(await Promise.all(seats));
        accepted += result.accepted.filter(Boolean).length;
        if (Number(result.output.label[0]) === values[4]) right++;
      }
    }
    const committees = flowers.length * COMMITTEES_PER_FLOWER;
    expect(right / committees).toBeGreaterThan(0.96);
    expect(accepted).toBe(committees * COMMITTEE);
  });
});
