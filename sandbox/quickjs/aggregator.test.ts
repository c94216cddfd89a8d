import { beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { testField, textInput } from "#test/harness/sandboxKernel.js";
import { type AggregationOutcome, CodeAggregator } from "./aggregator.js";

const SCORE = testField("score", DataType.INT32, [1n]);

function score(value: number, dataType: DataType = DataType.INT32): Uint8Array {
  const data = new Uint8Array(Int32Array.of(value).buffer);
  return ValueSet.encode({ values: [{ name: "score", dataType, dims: [1n], data }] });
}

const MEDIAN = `
export function aggregate(outputs, aivm) {
  const scores = outputs.map(({ score }) => score[0]).sort((a, b) => a - b);
  const median = scores[scores.length >> 1];
  return {
    output: { score: aivm.tensor(Int32Array.of(median), [1]) },
    accepted: outputs.map(({ score }) => Math.abs(score[0] - median) < 10),
  };
}`;

let aggregator: CodeAggregator;

beforeAll(() => {
  aggregator = new CodeAggregator();
});

function aggregate(
  code: string,
  outputs: readonly Uint8Array[],
  options: { readonly gasLimit?: bigint; readonly outputBytes?: bigint } = {},
): AggregationOutcome {
  const { gasLimit = 50_000_000n, outputBytes = 100n } = options;
  const limits = { gas: 1n, memoryBytes: 33_554_432n, outputBytes };
  const manifest = Manifest.create({ outputs: [SCORE], limits });
  return aggregator.aggregate({ code: utf8(code), manifest, outputs, gasLimit });
}

describe("aggregation code", () => {
  it("combines outputs in seat order and judges each", () => {
    const { execution, accepted } = aggregate(
      MEDIAN,
      [5, 100, 7, 6].map((value) => score(value)),
    );
    expect(execution.output).toEqual(score(7));
    expect(execution.receipt).toMatchObject({
      status: ReceiptStatus.OK,
      outputDigest: sha256(score(7)),
      outputSize: BigInt(score(7).length),
    });
    expect(accepted).toEqual([true, false, true, true]);
  });

  it("accepts all when it does not say, and may be async", () => {
    const code = "export const aggregate = async ([first]) => ({ output: first });";
    const { execution, accepted } = aggregate(code, [score(1), score(2)]);
    expect(execution.output).toEqual(score(1));
    expect(accepted).toEqual([true, true]);
  });

  it("never sees outputs that do not fit, and does not accept them", () => {
    const outputs = [
      textInput("no"),
      score(5),
      Uint8Array.of(1, 2),
      score(6),
      score(1, DataType.UINT32),
    ];
    const { execution, accepted } = aggregate(MEDIAN, outputs);
    expect(execution.output).toEqual(score(6));
    expect(accepted).toEqual([false, true, false, true, false]);
  });

  it("gives the same outcome each time, in a fresh aggregator too, whatever ran in between", () => {
    const outputs = [5, 100, 7, 6].map((value) => score(value));
    const first = aggregate(MEDIAN, outputs);
    for (let other = 0; other < 6; other++) {
      aggregate(`export const aggregate = () => { globalThis.x = ${other}; for (;;); };`, outputs, {
        gasLimit: 1_000_000n,
      });
    }
    expect(aggregate(MEDIAN, outputs)).toEqual(first);
    aggregator = new CodeAggregator();
    expect(aggregate(MEDIAN, outputs)).toEqual(first);
  });

  it("needs the gas that it uses to the last unit", () => {
    const outputs = [score(1), score(2)];
    const { gasUsed } = aggregate(MEDIAN, outputs).execution.receipt;
    expect(aggregate(MEDIAN, outputs, { gasLimit: gasUsed }).execution.receipt.status).toBe(
      ReceiptStatus.OK,
    );
    const { execution } = aggregate(MEDIAN, outputs, { gasLimit: gasUsed - 1n });
    expect(execution.receipt).toMatchObject({
      status: ReceiptStatus.OUT_OF_GAS,
      gasUsed: gasUsed - 1n,
    });
  });

  const failures: ReadonlyArray<readonly [string, string, ReceiptStatus]> = [
    ["throws", "export const aggregate = () => { throw 1; };", ReceiptStatus.EXCEPTION],
    ["loops", "export const aggregate = () => { for (;;); };", ReceiptStatus.OUT_OF_GAS],
    [
      "hoards",
      "export const aggregate = () => { for (const a = []; ; ) a.push(new Uint8Array(1e6)); };",
      ReceiptStatus.OUT_OF_MEMORY,
    ],
    ["recurses", "export const aggregate = () => aggregate() + 1;", ReceiptStatus.STACK_OVERFLOW],
    ["waits", "export const aggregate = () => new Promise(() => {});", ReceiptStatus.EXCEPTION],
    ["has no entry", "export const infer = 1;", ReceiptStatus.EXCEPTION],
    [
      "wants models",
      "export const aggregate = (o, aivm) => aivm.run('net', {});",
      ReceiptStatus.EXCEPTION,
    ],
    [
      "wants randomness",
      "export const aggregate = (o, aivm) => aivm.random();",
      ReceiptStatus.EXCEPTION,
    ],
    [
      "gives no output",
      "export const aggregate = () => ({ accepted: [true, true] });",
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "gives a wrong output",
      "export const aggregate = () => ({ output: { score: new Int32Array(2) } });",
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "judges too few",
      "export const aggregate = ([o]) => ({ output: o, accepted: [true] });",
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "judges too many",
      "export const aggregate = ([o]) => ({ output: o, accepted: [true, true, true] });",
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "judges by numbers",
      "export const aggregate = ([o]) => ({ output: o, accepted: [1, 0] });",
      ReceiptStatus.BAD_OUTPUT,
    ],
  ];

  it.each(failures)("that %s fails, with all fitting outputs accepted", (_, code, status) => {
    const outputs = [score(1), score(2), textInput("")];
    const { execution, accepted } = aggregate(code, outputs);
    expect(execution.receipt.status).toBe(status);
    expect(execution.output.length).toBe(0);
    expect(accepted).toEqual([true, true, false]);
    expect(aggregate(code, outputs)).toEqual({ execution, accepted });
  });

  it("fails when its output is larger than the limit", () => {
    const { execution } = aggregate(MEDIAN, [score(1)], { outputBytes: 3n });
    expect(execution.receipt.status).toBe(ReceiptStatus.OUTPUT_TOO_LARGE);
  });
});
