import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { initKernel } from "#cmd/aivmd/commands/kernel/initCommand.js";
import { EMBEDDING } from "#cmd/aivmd/commands/kernel/templates/embedding.js";
import type { AivmClient } from "#sdk/client.js";
import { getRequest } from "#sdk/inference/getRequest.js";
import { awaitPayments } from "#testnet/demo/payments.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";

const NAME = "embedding";

let network: TestNetwork;
let client: AivmClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "aivm-buckets-"));
  network = await TestNetwork.start({ validators: 2 });
  client = await network.connect(0, { witnessRpc: network.node(1).url });
}, 180_000);

afterAll(async () => {
  await network.close();
  rmSync(folder, { recursive: true });
}, 60_000);

showLogsOnFailure(() => network);

const text = (length: number): { text: string } => ({ text: "v".repeat(length) });

describe("a kernel with buckets on two real validators", () => {
  test("is measured bucket by bucket when it is published", async () => {
    const place = join(folder, NAME);
    initKernel(place, NAME, EMBEDDING);
    const { version } = await client.publishKernel(await buildKernel(place));
    const [short = 0n, medium = 0n, long = 0n] = version.bucketGas;
    expect(version.bucketGas).toHaveLength(3);
    expect(short).toBeGreaterThan(0n);
    expect(medium).toBeGreaterThan(short);
    expect(long).toBeGreaterThan(medium);
  });

  test.each([
    [0, 2_000_000n],
    [64, 2_000_000n],
    [65, 3_000_000n],
    [256, 3_000_000n],
    [257, 8_000_000n],
    [1_024, 8_000_000n],
  ])("charges a text of %i letters what it quotes, for %i gas", async (length, gas) => {
    const quoted = await client.quote(NAME, text(length));
    const answer = await client.infer(NAME, text(length));
    expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
    expect(answer.proof.verified).toBe(true);
    expect((await getRequest(client.rpc, answer.requestId)).request.gas).toBe(gas);
    const [execution] = answer.result.executions;
    expect(execution?.receipt.gasUsed).toBeLessThanOrEqual(gas);
    const { payouts, escrowed } = await awaitPayments(client, answer.requestId);
    expect(escrowed).toBe(quoted.price.amount);
    const paid = payouts.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    expect(paid.toString()).toBe(quoted.price.amount);
  });

  test("charges each input of a request by its own", async () => {
    const inputs = [text(1_000), text(10), text(100)];
    const quoted = await client.quote(NAME, inputs);
    const answer = await client.infer(NAME, inputs);
    expect(answer.price.escrowed.toString()).toBe(quoted.price.amount);
    expect((await getRequest(client.rpc, answer.requestId)).request.gas).toBe(13_000_000n);
  });
});
