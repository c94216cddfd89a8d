import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Batch, type Seat, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import { getBatch } from "#sdk/inference/getBatch.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import { INFERENCE_QUERIES } from "#sdk/query/services.js";
import { readConsensusKey } from "#node/home/cometKeys.js";
import { awaitPayments } from "#testnet/demo/payments.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";

const VALIDATORS = 4;
const ALL = Array.from({ length: VALIDATORS }, () => "right");

let network: TestNetwork;
let client: AivmClient;

beforeAll(async () => {
  network = await TestNetwork.start({ validators: VALIDATORS });
  client = await network.connect(0, { witnessRpc: network.node(1).url });
}, 180_000);

afterAll(async () => {
  await network.close();
}, 60_000);

showLogsOnFailure(() => network);

function kernelFolder(name: string): string {
  return join(packageRoot(), "kernels", name);
}

function sample(kernel: string, name: string): PlainValues {
  const path = join(kernelFolder(kernel), "samples", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as PlainValues;
}

function labelOf(values: PlainValues | undefined): number {
  return Number((values?.["label"] as readonly string[])[0]);
}

function verdicts({ trace }: Inference): string[] {
  return trace.members.map(({ verdict }) => verdict);
}

async function batchOf({ trace }: Inference): Promise<Batch> {
  return getBatch(client.rpc, trace.batchId);
}

/** What the account has and what has been charged since, transaction fees included. */
async function unes(): Promise<bigint> {
  return client.balance("unes");
}

function seatOf({ seats }: Batch, index: number): Seat {
  const { address } = readConsensusKey(network.node(index).home.consensusKey);
  return seats.find((seat) => toHex(seat.consensusAddress) === toHex(address))!;
}

async function faults(): Promise<number> {
  const answer = await client.queryMethod(INFERENCE_QUERIES, "Faults", {});
  return answer.faults.length;
}

describe("four real validators", () => {
  test("validate the digits kernel that is published to them", async () => {
    const bundle = await buildKernel(kernelFolder("digits"));
    const stages = new Set<string>();
    const { version, isNew } = await client.publishKernel(bundle, {
      onProgress: ({ stage }) => stages.add(stage),
    });
    expect(isNew).toBe(true);
    expect(version.modelGas).toBeGreaterThan(0n);
    expect([...stages]).toEqual(["uploading", "publishing", "validating", "active"]);
  });

  test("agree on digits, for the price that was quoted, with a proof against the genesis file", async () => {
    for (const digit of [0, 6]) {
      const input = sample("digits", `digit-${digit}`);
      const quoted = await client.quote("digits", input);
      const answer = await client.infer("digits", input);
      expect(labelOf(answer.output)).toBe(digit);
      expect(verdicts(answer)).toEqual(ALL);
      expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
      expect(answer.proof.verified).toBe(true);
      const { payouts, escrowed } = await awaitPayments(client, answer.requestId);
      expect(escrowed).toBe(quoted.price.amount);
      const paid = payouts.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
      expect(paid).toBe(answer.price.escrowed);
    }
  });

  test("answer in the fifth block after the request when nothing is slow", async () => {
    const courses: string[] = [];
    // The machine may be busy with something else for a moment.
    for (let attempt = 0; attempt < 5 && !courses.includes("1 3 5"); attempt++) {
      const { trace } = await client.infer("digits", sample("digits", "digit-1"));
      const heights = [trace.drawHeight, trace.frozenHeight ?? 0n, trace.resultHeight];
      courses.push(heights.map((height) => height - trace.requestHeight).join(" "));
    }
    expect(courses).toContain("1 3 5");
  });

  test("answer several inputs of one request in their order", async () => {
    const digits = [3, 1, 4, 1, 5];
    const inputs = digits.map((digit) => sample("digits", `digit-${digit}`));
    const quoted = await client.quote("digits", inputs);
    const answer = await client.infer("digits", inputs);
    expect(answer.outputs.map(labelOf)).toEqual(digits);
    expect(answer.result.executions).toHaveLength(digits.length);
    expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
    expect(answer.proof.verified).toBe(true);
  });

  test("all answer a request with full assurance", async () => {
    const input = sample("digits", "digit-9");
    const quoted = await client.quote("digits", input, { assurance: "full" });
    const answer = await client.infer("digits", input, { assurance: "full" });
    expect(labelOf(answer.output)).toBe(9);
    expect(verdicts(answer)).toEqual(ALL);
    expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
  });

  test("combine answers that differ by the kernel's own code", async () => {
    await client.publishKernel(await buildKernel(kernelFolder("iris")));
    const input = sample("iris", "virginica-doubtful");
    const quoted = await client.quote("iris", input);
    const answer = await client.infer("iris", input);
    const { seats } = await batchOf(answer);
    const roots = new Set(seats.map((seat) => toHex(seat.batchRoot)));
    expect(seats.map(({ status }) => status)).toEqual(seats.map(() => SeatStatus.REVEALED));
    // Each member drew its own sub-networks, and hardly two of them can be the same.
    expect(roots.size).toBe(VALIDATORS);
    const probabilities = (answer.output?.["probs"] as readonly number[]).map(Number);
    expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 4);
    expect(labelOf(answer.output)).toBe(probabilities.indexOf(Math.max(...probabilities)));
    expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
    expect(answer.proof.verified).toBe(true);
    const clear = await client.infer("iris", sample("iris", "setosa"));
    expect(labelOf(clear.output)).toBe(0);
  });
});

describe("a wrong input", () => {
  test("is refused with its field, and costs nothing", async () => {
    const before = await unes();
    const short = client.infer("digits", { image: [1, 2, 3] });
    await expect(short).rejects.toThrow(/image/);
    const unknown = client.infer("digits", { picture: sample("digits", "digit-1")["image"]! });
    await expect(unknown).rejects.toThrow(/picture|image/);
    await expect(client.infer("nothing", {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await unes()).toBe(before);
  });

  test("that the kernel refuses is a failure that everybody agrees on, and its author is not paid", async () => {
    const image = Array.from({ length: 64 }, () => 99);
    const failure = client.infer("digits", { image });
    await expect(failure).rejects.toMatchObject({
      code: "KERNEL_FAILED",
      facts: { failures: [{ status: "EXCEPTION" }], verified: true },
    });
  });
});

describe("with one validator down", () => {
  test("a request is answered by the others and the blame falls on nobody who is up", async () => {
    const before = await faults();
    await network.node(3).kill();
    const answer = await client.infer("digits", sample("digits", "digit-7"));
    expect(labelOf(answer.output)).toBe(7);
    const batch = await batchOf(answer);
    expect(seatOf(batch, 3).status).toBe(SeatStatus.VACATED);
    for (const index of [0, 1, 2]) {
      expect(seatOf(batch, index).status).toBe(SeatStatus.REVEALED);
    }
    expect(verdicts(answer).filter((verdict) => verdict === "right")).toHaveLength(3);
    // A node that is down signs no blocks: that is counted by staking, and is no fault of inference.
    expect(await faults()).toBe(before);
  });

  test("it catches up and takes part again when it is back", async () => {
    const node = network.node(3);
    node.start();
    await node.reaches((await network.node(0).height())!);
    await network.awaitBlocks(3n);
    const answer = await client.infer("digits", sample("digits", "digit-2"));
    expect(labelOf(answer.output)).toBe(2);
    expect(verdicts(answer)).toEqual(ALL);
  });
});
