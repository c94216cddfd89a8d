import { describe, expect, test } from "vitest";
import {
  BatchKind,
  BatchStatus,
  ChallengeStatus,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { FUNDS, InferenceFixture, type FixtureOptions } from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";
import { notChallengeable } from "../../types/errors.js";

/** Admission of a request of one input: all that a refund leaves out. */
const ADMISSION = 233n;

const KERNELS = ["echo", "other"].map((name) => testManifest({ name }));

/** A chain whose providers answer nothing, so that what is drawn stays where it is. */
function silentChain(options: FixtureOptions = {}): InferenceFixture {
  const chain = new InferenceFixture({ kernels: KERNELS, ...options });
  for (const number of chain.validators.keys()) chain.behave(number, { runs: () => false });
  return chain;
}

/** Takes a kernel's head down in the next block, before its end. */
function takeDown(chain: InferenceFixture, name = "echo"): void {
  chain.run(1, () => {
    const { state } = chain.kernel;
    const version = chain.kernel.findHead(chain.ctx, name)!;
    state.setVersion(chain.ctx, {
      ...version,
      status: VersionStatus.REVOKED,
      revokedHeight: chain.ctx.height,
      reason: "court order",
    });
    state.setKernel(chain.ctx, {
      ...state.getKernelOf(chain.ctx, version),
      headVersionId: new Uint8Array(0),
    });
  });
}

function freeProviders(chain: InferenceFixture): boolean {
  const kv = chain.ctx.kv(chain.keys.inference);
  return [...chain.keeper.tables.providers.iterate(kv)].every(
    ([, { openBatches, reservedGas }]) => openBatches === 0 && reservedGas === 0n,
  );
}

describe("requests of a version that is taken down", () => {
  test("end a block later while a committee works on them, refunded, and nobody is at fault", () => {
    const chain = silentChain();
    const [id, other] = [chain.ask(), chain.ask({ kernel: "other" })];
    chain.run(2);
    expect(chain.request(id).status).toBe(RequestStatus.COMMITTING);
    takeDown(chain);
    expect(chain.request(id).status).toBe(RequestStatus.COMMITTING);
    const before = chain.balance(chain.user);
    const { compute, author, priority } = chain.request(id).fees;
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(chain.request(other).status).toBe(RequestStatus.COMMITTING);
    const refund = BigInt(compute) + BigInt(author) + BigInt(priority);
    expect(chain.balance(chain.user) - before).toBe(refund);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expect(chain.eventTypes()).toContain("inference.request_ended");
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    expect(chain.brokenInvariants()).toEqual([]);
    expect(chain.request(id).status).toBe(RequestStatus.REVOKED);
  });

  test("end in the queue, refunded but for the admission fee, without ever having had a batch", () => {
    const gas = { slotGas: 1_000_000n, maxBatchGas: 1_000_000n };
    const chain = silentChain({ inference: gas });
    const ids = [chain.ask(), chain.ask()] as const;
    takeDown(chain);
    expect(chain.request(ids[1]).status).toBe(RequestStatus.QUEUED);
    chain.run();
    expect(ids.map((id) => chain.request(id))).toMatchObject([
      { status: RequestStatus.REVOKED, paid: true, batchId: 1n },
      { status: RequestStatus.REVOKED, paid: true, batchId: 0n },
    ]);
    expect(chain.balance(chain.user)).toBe(FUNDS - 2n * ADMISSION);
    expect(chain.keeper.queueLength(chain.ctx)).toBe(0n);
    expect(freeProviders(chain)).toBe(true);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("end while members reveal, with nothing kept of what was provisional", () => {
    const chain = new InferenceFixture({ kernels: KERNELS });
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.REVEALING);
    takeDown(chain);
    chain.run();
    // The takedown's own block still counted what was revealed.
    const { status } = chain.request(id);
    expect([RequestStatus.REVOKED, RequestStatus.FULFILLED]).toContain(status);
    if (status === RequestStatus.REVOKED) expect(chain.result(id)).toBeUndefined();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that are answered stay so and are paid, and can no longer be challenged", () => {
    const chain = new InferenceFixture({ kernels: KERNELS });
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.FULFILLED);
    takeDown(chain);
    chain.expectRefused(notChallengeable, () => {
      chain.challenge(id);
    });
    chain.runUntil(() => chain.request(id).paid);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

describe("escalations of a version that is taken down", () => {
  function disagreeing(extraPower: bigint): { chain: InferenceFixture; id: bigint } {
    const chain = new InferenceFixture({ kernels: KERNELS });
    for (const number of [0, 1]) {
      chain.behave(number, {
        answer: (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 9n } }),
      });
    }
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.ESCALATED);
    chain.staking.extraPower = extraPower;
    return { chain, id };
  }

  test("end while they wait for providers, and their first batch closes", () => {
    const { chain, id } = disagreeing(1_000n);
    takeDown(chain);
    expect(chain.request(id).status).toBe(RequestStatus.ESCALATED);
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    chain.runUntil(() => chain.batch(1n).status === BatchStatus.CLOSED);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("end while providers work on them", () => {
    const { chain, id } = disagreeing(0n);
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 2n) !== undefined);
    expect(chain.batch(2n).kind).toBe(BatchKind.ESCALATION);
    takeDown(chain);
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(chain.batch(2n).status).toBe(BatchStatus.CLOSED);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("leave a challenged result as it was and return the bond", () => {
    const chain = new InferenceFixture({ kernels: KERNELS });
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.FULFILLED);
    const before = chain.balance(chain.other);
    chain.challenge(id);
    expect(chain.balance(chain.other)).toBeLessThan(before);
    takeDown(chain);
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.keeper.findChallenge(chain.ctx, id)?.status).toBe(ChallengeStatus.LOST);
    expect(chain.balance(chain.other)).toBe(before);
    chain.runUntil(() => chain.request(id).paid);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

test("a takedown changes nothing of what its own block draws", () => {
  const draw = (takesDown: boolean): readonly string[] => {
    const chain = silentChain();
    chain.ask();
    chain.ask({ kernel: "other" });
    if (takesDown) takeDown(chain);
    else chain.run();
    const batch = chain.keeper.findBatch(chain.ctx, 2n);
    return (batch?.seats ?? []).map(({ operatorAddress }) => operatorAddress);
  };
  expect(draw(true)).not.toEqual([]);
  expect(draw(true)).toEqual(draw(false));
});
