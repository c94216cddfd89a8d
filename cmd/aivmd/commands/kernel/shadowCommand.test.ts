import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  QueryShadowRunsRequest,
  QueryShadowRunsResponse,
  ShadowEnd,
  type ShadowPolicy,
  ShadowRun,
  ShadowStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { coin } from "#core/primitives/coin.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc, notFound } from "#test/harness/fakeChainRpc.js";
import { registerKernel } from "./register.js";

let fake: FakeChainRpc;
let policy: ShadowPolicy | undefined;
let runs: ShadowRun[] = [];

const RUN = ShadowRun.create({
  versionId: new Uint8Array(32).fill(2),
  headVersionId: new Uint8Array(32).fill(1),
  number: 2n,
  status: ShadowStatus.ENDED,
  end: ShadowEnd.HEAD_MOVED,
  requests: 10,
  budget: coin("unes", 0n),
  queued: 7,
  answered: 4,
  agreed: 3,
  kernelFailed: 1,
  noAgreement: 1,
  dropped: 2,
  headBlocks: 16n,
  shadowBlocks: 18n,
  headGas: 4_000n,
  shadowGas: 3_001n,
  headPrice: "8000",
  shadowPrice: "9734",
});

beforeAll(async () => {
  fake = await FakeChainRpc.start();
  fake.answer(
    "/aivm.kernel.v1.Query/ShadowRuns",
    { request: QueryShadowRunsRequest, response: QueryShadowRunsResponse },
    ({ name }) => {
      if (name !== "digits") throw notFound(`kernel ${name}`);
      return { policy, runs };
    },
  );
});

afterAll(() => fake.close());

function shadow(...words: readonly string[]): Promise<CommandOutcome> {
  const place = ["--home", "/nowhere", "--node", fake.server.url];
  return runCommand([registerKernel], ["kernel", "shadow", ...words, ...place]);
}

/** Cells of the last line of a table. */
function lastRow(stdout: string): string[] {
  return stdout.trimEnd().split("\n").at(-1)!.trim().split(/ {2,}/);
}

describe("kernel shadow", () => {
  it("says that there is nothing, and that nothing is asked for", async () => {
    const { code, stdout } = await shadow("digits");
    expect([code, stdout]).toEqual([
      0,
      "policy: any active version becomes the head\n\nno version ever ran beside the head\n".replace(
        "\n\n",
        "\n",
      ),
    ]);
  });

  it("shows agreement, latency and cost side by side", async () => {
    runs = [RUN];
    policy = { kernelId: 1n, minRequests: 50, minAgreementBps: 9_950 };
    const { code, stdout } = await shadow("digits");
    expect(code).toBe(0);
    expect(stdout).toContain("50 answered requests, of which 99.5 % are the head's own answers");
    expect(lastRow(stdout)).toEqual([
      "2",
      "head moved",
      "4 of 10",
      "3 (60.0 %)",
      "1 failed, 1 disagreed, 2 dropped",
      "4 / 4.5",
      "1000 / 750.2",
      "2000 / 2433.5",
      "01010101",
    ]);
  });

  it("shows a run that has only begun", async () => {
    runs = [
      ShadowRun.create({
        number: 3n,
        status: ShadowStatus.RUNNING,
        requests: 5,
        headPrice: "0",
        shadowPrice: "0",
      }),
    ];
    const row = lastRow((await shadow("digits")).stdout);
    expect(row.slice(0, 6)).toEqual(["3", "running", "0 of 5", "-", "-", "- / -"]);
  });

  it("gives the report as the chain has it as JSON", async () => {
    runs = [RUN];
    policy = { kernelId: 1n, minRequests: 50, minAgreementBps: 9_950 };
    const { stdout } = await shadow("digits", "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      policy: { min_requests: 50, min_agreement_bps: 9_950 },
      runs: [{ number: "2", end: "SHADOW_END_HEAD_MOVED", agreed: 3, shadow_gas: "3001" }],
    });
    policy = undefined;
    expect(JSON.parse((await shadow("digits", "-o", "json")).stdout)).toMatchObject({
      policy: null,
    });
  });

  it("says so when there is no such kernel", async () => {
    const { code, stderr } = await shadow("nothing");
    expect([code, stderr]).toEqual([1, expect.stringContaining("kernel nothing")]);
  });
});
