import { describe, expect, test } from "vitest";
import {
  Assurance,
  ChallengeStatus,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";

/** Brings the deadline of a request forward, as no parameters allow. */
function setDeadline(chain: InferenceFixture, id: bigint, height: bigint): void {
  const request = chain.request(id);
  const kv = chain.ctx.kv(chain.keys.inference);
  chain.keeper.tables.due.delete(kv, [request.deadlineHeight, id]);
  chain.keeper.tables.due.add(kv, [height, id]);
  chain.keeper.setRequest(chain.ctx, { ...request, deadlineHeight: height });
}

/** A chain whose providers are all busy with themselves, so that nothing is drawn. */
function idleChain(): InferenceFixture {
  const chain = new InferenceFixture({ inference: { maxQueueBlocks: 3n } });
  chain.ask();
  chain.staking.members.forEach((_, number) => {
    chain.staking.leave(number, 3n);
  });
  return chain;
}

describe("a request that waits in the queue", () => {
  test("expires after max_queue_blocks and gets all but the admission fee back", () => {
    const chain = idleChain();
    chain.runUntil(() => chain.request(1n).status !== RequestStatus.QUEUED);
    expect(chain.request(1n)).toMatchObject({ status: RequestStatus.EXPIRED, paid: true });
    expect(chain.height).toBeGreaterThanOrEqual(1n + 3n);
    expect(chain.height).toBeLessThanOrEqual(1n + 3n + 1n);
    expect(chain.balance(chain.user)).toBe(FUNDS - 233n);
    expect(chain.keeper.queueLength(chain.ctx)).toBe(0n);
    expect(chain.eventTypes()).toContain("inference.request_ended");
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is looked at no more once it was drawn", () => {
    const chain = new InferenceFixture({ inference: { maxQueueBlocks: 3n } });
    chain.mute.add(0).add(1).add(2).add(3);
    const id = chain.ask();
    chain.run(4);
    expect(chain.request(id).status).toBe(RequestStatus.COMMITTING);
  });
});

describe("a request that is open at its deadline", () => {
  test("ends without agreement while its batch runs on", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run(2);
    setDeadline(chain, id, chain.height + 1n);
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.NO_AGREEMENT, paid: true });
    // Admission and the author's part: compute goes to the community pool.
    expect(chain.balance(chain.user)).toBe(FUNDS - 233n - 200n);
    chain.run(40);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.result(id)).toBeUndefined();
    expect(chain.moduleBalance("inference")).toBe(0n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("keeps no provisional result, which would be none", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run(3);
    chain.mute.add(3);
    chain.runUntil(() => chain.result(id) !== undefined);
    expect(chain.result(id)).toMatchObject({ provisional: true });
    setDeadline(chain, id, chain.height + 1n);
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.result(id)).toBeUndefined();
    chain.run(40);
    expect(chain.result(id)).toBeUndefined();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("leaves the escalation queue, and the batch that disagreed closes", () => {
    const chain = new InferenceFixture();
    chain.mute.add(0).add(1).add(2).add(3);
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.ESCALATED);
    // Too little power is there for an escalation.
    chain.staking.extraPower = 1_000n;
    chain.run(2);
    expect(chain.batch(1n).openEscalations).toBe(1);
    setDeadline(chain, id, chain.height + 1n);
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.batch(1n).openEscalations).toBe(0);
    expect([
      ...chain.keeper.tables.escalations.iterate(chain.ctx.kv(chain.keys.inference)),
    ]).toEqual([]);
    chain.run(30);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("while it is challenged keeps its answer, and the bond is forfeited", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run(5);
    const answer = chain.result(id);
    chain.challenge(id);
    const bonded = chain.balance(chain.other);
    chain.run(2);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.ESCALATED, batchId: 2n });
    setDeadline(chain, id, chain.height + 1n);
    chain.run();
    const restored = { status: RequestStatus.FULFILLED, batchId: 1n, originBatchId: 0n };
    expect(chain.request(id)).toMatchObject(restored);
    expect(chain.result(id)).toEqual(answer);
    const challenge = chain.keeper.findChallenge(chain.ctx, id);
    expect(challenge?.status).toBe(ChallengeStatus.LOST);
    chain.run(40);
    expect(chain.balance(chain.other)).toBe(bonded);
    expect(chain.request(id).paid).toBe(true);
    expect(chain.moduleBalance("inference")).toBe(0n);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

test("an orderly request ends by itself before its deadline, and nothing happens then", () => {
  const chain = new InferenceFixture();
  const id = chain.ask({ assurance: Assurance.FULL });
  chain.behave(0, { answer: () => executionOf(Uint8Array.of(1), undefined) });
  chain.run(5);
  const { deadlineHeight } = chain.request(id);
  const kv = chain.ctx.kv(chain.keys.inference);
  expect(chain.keeper.tables.due.has(kv, [deadlineHeight, id])).toBe(false);
});
