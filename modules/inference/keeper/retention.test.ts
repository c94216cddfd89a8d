import { describe, expect, test } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testInput } from "#test/harness/testKernel.js";
import { requestDigest } from "../types/digests.js";

const RETENTION = 25n;

function chainWith(inputs = [testInput(1), testInput(2)]): InferenceFixture {
  const chain = new InferenceFixture({ inference: { retentionBlocks: RETENTION } });
  chain.ask({ inputs });
  return chain;
}

/** Planned prunings: height and request. */
const planned = (chain: InferenceFixture): Array<readonly [bigint, bigint]> => [
  ...chain.keeper.tables.retention.iterate(chain.ctx.kv(chain.keys.inference)),
];

describe("an answered request", () => {
  test("loses inputs and outputs retention_blocks after its end and keeps the rest", () => {
    const chain = chainWith();
    chain.run(5);
    const ended = chain.height;
    const whole = chain.result(1n)!;
    expect(planned(chain)).toEqual([[ended + RETENTION, 1n]]);
    chain.run(Number(RETENTION) - 1);
    expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeDefined();
    expect(chain.result(1n)).toEqual(whole);
    chain.run();
    expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeUndefined();
    const executions = whole.executions.map(({ receipt }) => ({
      receipt,
      output: new Uint8Array(0),
    }));
    expect(chain.result(1n)).toEqual({ ...whole, executions, pruned: true });
    expect(planned(chain)).toEqual([]);
    expect(chain.request(1n)).toMatchObject({ status: RequestStatus.FULFILLED, inputCount: 2 });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("still proves what was agreed: its receipts hash to its digest", () => {
    const chain = chainWith();
    chain.run(5 + Number(RETENTION));
    const { executions, requestDigest: digest, pruned } = chain.result(1n)!;
    expect(pruned).toBe(true);
    expect(requestDigest(executions.map(({ receipt }) => receipt))).toEqual(digest);
  });
});

test("a request that ended without an answer loses its inputs too", () => {
  const chain = chainWith();
  for (const number of [0, 1, 2, 3]) chain.behave(number, { answer: () => undefined });
  chain.runUntil(() => chain.request(1n).status === RequestStatus.NO_AGREEMENT);
  chain.run(Number(RETENTION));
  expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeUndefined();
  expect(chain.result(1n)).toBeUndefined();
});

test("a challenge puts pruning off to its own end", () => {
  const chain = chainWith();
  chain.run(10);
  chain.challenge(1n);
  expect(planned(chain)).toEqual([]);
  chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
  expect(planned(chain)).toEqual([[chain.height + RETENTION, 1n]]);
  chain.run(Number(RETENTION) - 1);
  expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeDefined();
  chain.run();
  expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeUndefined();
});

test("a pruning planned by other parameters waits for the end of a challenge", () => {
  const chain = chainWith();
  chain.run(5);
  const params = chain.keeper.params(chain.ctx);
  chain.keeper.setParams(chain.ctx, { ...params, retentionBlocks: 100n });
  chain.staking.extraPower = 1_000n;
  chain.run(15);
  chain.challenge(1n);
  chain.run(15);
  expect(chain.request(1n).status).toBe(RequestStatus.ESCALATED);
  expect(chain.keeper.findInputs(chain.ctx, 1n)).toBeDefined();
  expect(planned(chain)).toEqual([]);
});

test("a block prunes 256 requests at most, the others follow", () => {
  const chain = chainWith([testInput(1)]);
  const kv = chain.ctx.kv(chain.keys.inference);
  for (let index = 0; index < 299; index++) chain.ask();
  chain.staking.extraPower = 10_000n;
  for (const id of Array.from({ length: 300 }, (_, index) => BigInt(index + 1))) {
    const ended = { ...chain.request(id), status: RequestStatus.EXPIRED };
    chain.keeper.setRequest(chain.ctx, ended);
    chain.keeper.tables.retention.add(kv, [2n, id]);
  }
  const left = (): number => [...chain.keeper.tables.inputs.iterate(kv)].length;
  for (const key of [...chain.keeper.tables.queue.iterate(kv)]) {
    chain.keeper.tables.queue.delete(kv, key);
  }
  chain.run();
  expect(left()).toBe(44);
  chain.run();
  expect(left()).toBe(0);
});
