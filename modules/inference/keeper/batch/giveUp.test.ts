import { describe, expect, test } from "vitest";
import {
  type Batch,
  BatchKind,
  BatchStatus,
  ChallengeStatus,
  MsgRequestInference,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { releaseArtifact } from "#modules/kernel/keeper/releaseArtifact.js";
import { takeDownVersion } from "#modules/kernel/keeper/takeDownVersion.js";
import { FUNDS, InferenceFixture, type FixtureOptions } from "#test/harness/inferenceFixture.js";
import { aggregated, RecordingAggregator } from "#test/harness/recordingAggregator.js";
import { testManifest } from "#test/harness/testKernel.js";
import { isRunning } from "../../types/batch.js";
import { notChallengeable, notRunnable } from "../../types/errors.js";
import { GIVEN_UP_PER_BLOCK } from "./giveUp.js";

/** Admission of a request of one input: all that a refund leaves out. */
const ADMISSION = 233n;

const KERNELS = ["echo", "other"].map((name) => testManifest({ name }));

/** A chain whose providers answer nothing, so that what is drawn stays where it is. */
function silentChain(options: FixtureOptions = {}): InferenceFixture {
  const chain = new InferenceFixture({ kernels: KERNELS, ...options });
  for (const number of chain.validators.keys()) chain.behave(number, { runs: () => false });
  return chain;
}

/** Takes a kernel's head down in the next block, before its end; then `after` acts, in the same. */
function takeDown(chain: InferenceFixture, name = "echo", after?: () => void): void {
  chain.run(1, () => {
    takeDownHead(chain, name);
    after?.();
  });
}

function takeDownHead(chain: InferenceFixture, name: string): void {
  const { state } = chain.kernel;
  const { authority } = state.params(chain.ctx);
  const { id: versionId } = chain.kernel.findHead(chain.ctx, name)!;
  takeDownVersion(chain.ctx, state, { authority, versionId, reason: "court order" });
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
    chain.run();
    takeDown(chain);
    // Its own block stands still: this one would have brought every reveal, and pay.
    expect(chain.request(id).status).toBe(RequestStatus.REVEALING);
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(chain.result(id)).toBeUndefined();
    expect(freeProviders(chain)).toBe(true);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("run no aggregation code, which its uploader may delete in the block of the takedown", () => {
    const byCode = testManifest({ name: "echo", byCode: true });
    const chain = new InferenceFixture({ kernels: [byCode] });
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.REVEALING);
    chain.run();
    takeDown(chain, "echo", () => {
      const { codeDigest: digest } = byCode.aggregation;
      releaseArtifact(chain.ctx, chain.kernel.state, { uploader: chain.user.text, digest });
    });
    expect(chain.request(id).status).toBe(RequestStatus.REVEALING);
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(freeProviders(chain)).toBe(true);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
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

describe("a takedown while a batch", () => {
  /** A chain whose first batch waits for something, and what `isReached` asks about it. */
  interface Phase {
    readonly begin: () => InferenceFixture;
    readonly isReached: (batch: Batch) => boolean;
  }
  const disputed = (): InferenceFixture => {
    const chain = new InferenceFixture({ kernels: KERNELS });
    for (const number of [0, 1]) {
      chain.behave(number, {
        answer: (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 9n } }),
      });
    }
    return chain;
  };
  const byCode = (): InferenceFixture => {
    const kernels = [testManifest({ name: "echo", byCode: true })];
    const aggregator = new RecordingAggregator();
    // One request takes all of a block's gas.
    aggregator.answer = (call) => {
      const { execution, accepted } = aggregated(utf8("agreed"), call);
      const receipt = { ...execution.receipt, gasUsed: 10_000n };
      return { execution: { ...execution, receipt }, accepted };
    };
    return new InferenceFixture({
      kernels,
      aggregator,
      inference: { aggregationGasPerBlock: 10_000n },
    });
  };
  const declined = (): InferenceFixture => {
    const manifest = testManifest({
      name: "echo",
      committee: { target: 2, minimum: 1, maximum: 2 },
    });
    const chain = new InferenceFixture({ kernels: [manifest] });
    for (const number of chain.validators.keys()) chain.behave(number, { declines: () => true });
    return chain;
  };
  const isAt = (status: BatchStatus) => (batch: Batch) => batch.status === status;
  const PHASES: ReadonlyArray<readonly [string, Phase]> = [
    ["awaits commitments", { begin: disputed, isReached: isAt(BatchStatus.COMMITTING) }],
    ["awaits reveals", { begin: disputed, isReached: isAt(BatchStatus.REVEALING) }],
    ["is compared", { begin: disputed, isReached: isAt(BatchStatus.COMPARING) }],
    [
      "is aggregated by code, a part of it done",
      { begin: byCode, isReached: ({ aggregatedRequests }) => aggregatedRequests > 0 },
    ],
    [
      "awaits seats in place of those declined",
      { begin: declined, isReached: ({ pendingRedraws }) => pendingRedraws > 0 },
    ],
  ];

  test.each(PHASES)("%s ends it, refunded", (_, { begin, isReached }) => {
    const chain = begin();
    const ids = Array.from({ length: 4 }, () => chain.ask());
    chain.run();
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n) !== undefined);
    chain.runUntil(() => isReached(chain.batch(1n)));
    takeDown(chain);
    expect(isRunning(chain.batch(1n))).toBe(true);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    chain.run();
    expect(chain.batch(1n)).toMatchObject({ status: BatchStatus.CLOSED, pendingRedraws: 0 });
    for (const id of ids) {
      expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
      expect(chain.result(id)).toBeUndefined();
    }
    expect(freeProviders(chain)).toBe(true);
    expect(chain.faults()).toEqual([]);
    expect(chain.balance(chain.user)).toBe(FUNDS - 4n * ADMISSION);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    chain.run(30);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

describe("takedowns in one block", () => {
  test("of two versions end what was asked of both, and later prune it", () => {
    const chain = silentChain({ inference: { retentionBlocks: 20n } });
    const ids = [chain.ask(), chain.ask({ kernel: "other" })];
    chain.run(2);
    takeDown(chain, "echo", () => {
      takeDownHead(chain, "other");
    });
    chain.run();
    for (const id of ids) {
      expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    }
    expect(freeProviders(chain)).toBe(true);
    expect(chain.balance(chain.user)).toBe(FUNDS - 2n * ADMISSION);
    chain.run(21);
    expect(ids.map((id) => chain.keeper.findInputs(chain.ctx, id))).toEqual([undefined, undefined]);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.reimport();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("refuse requests and challenges behind them, and end what came before them", () => {
    const chain = new InferenceFixture({ kernels: KERNELS });
    const answered = chain.ask();
    const disputed = chain.ask();
    chain.runUntil(() => chain.request(disputed).status === RequestStatus.FULFILLED);
    let asked = 0n;
    const before = chain.balance(chain.other);
    chain.run(1, () => {
      const { id: versionId } = chain.kernel.findHead(chain.ctx, "echo")!;
      asked = chain.ask();
      chain.challenge(disputed);
      takeDownHead(chain, "echo");
      const pinned = { ...chain.askMessage(), kernel: "", versionId };
      chain.expectRefused(notRunnable, () => chain.deliver(MsgRequestInference, pinned));
      chain.expectRefused(notRunnable, () => chain.ask());
      chain.expectRefused(notChallengeable, () => {
        chain.challenge(answered);
      });
    });
    chain.run();
    expect(chain.request(asked)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(chain.request(disputed).status).toBe(RequestStatus.FULFILLED);
    expect(chain.balance(chain.other)).toBe(before);
    chain.reimport();
    chain.runUntil(() => chain.request(answered).paid && chain.request(disputed).paid);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("end more than a block's number of requests over several", () => {
    const alone = { target: 1, minimum: 1, maximum: 1 };
    const manifest = testManifest({ name: "echo", gas: 1_000n, committee: alone });
    const chain = silentChain({
      kernels: [manifest],
      inference: { maxBatchRequests: 256, payloadBytes: 524_288n, inlineOutputBytes: 1n },
    });
    const count = GIVEN_UP_PER_BLOCK + 100;
    const ids = Array.from({ length: count }, () => chain.ask());
    chain.runUntil(() => chain.keeper.queueLength(chain.ctx) === 0n);
    const ended = (): number =>
      ids.filter((id) => chain.request(id).status === RequestStatus.REVOKED).length;
    const drawn = ids.filter((id) => chain.request(id).status === RequestStatus.COMMITTING);
    expect(drawn).toHaveLength(count);
    takeDown(chain);
    expect(ended()).toBe(0);
    chain.run();
    expect(ended()).toBeGreaterThanOrEqual(GIVEN_UP_PER_BLOCK);
    expect(ended()).toBeLessThan(count);
    expect(chain.brokenInvariants()).toEqual([]);
    chain.run();
    expect(ended()).toBe(count);
    expect(freeProviders(chain)).toBe(true);
    expect(chain.balance(chain.user)).toBe(FUNDS - BigInt(count) * ADMISSION);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

describe("escalations of a version that is taken down", () => {
  /** A chain with a request of each kernel named, the first of them escalated. */
  function disagreeing(
    extraPower: bigint,
    kernels: readonly string[] = ["echo"],
  ): { chain: InferenceFixture; id: bigint } {
    const chain = new InferenceFixture({ kernels: KERNELS });
    for (const number of [0, 1]) {
      chain.behave(number, {
        answer: (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 9n } }),
      });
    }
    const [id = 0n] = kernels.map((kernel) => chain.ask({ kernel }));
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

  test("end although others wait before them, for providers that are not there", () => {
    const { chain, id } = disagreeing(0n, ["other", "echo"]);
    const [first, second] = [id, id + 1n];
    chain.staking.extraPower = 1_000n;
    chain.run(2);
    expect(chain.request(second).status).toBe(RequestStatus.ESCALATED);
    takeDown(chain);
    expect(chain.request(second).status).toBe(RequestStatus.ESCALATED);
    chain.run();
    expect(chain.request(first).status).toBe(RequestStatus.ESCALATED);
    expect(chain.request(second)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("end as revoked where the deadline comes first", () => {
    const { chain, id } = disagreeing(1_000n);
    const request = chain.request(id);
    const { due } = chain.keeper.tables;
    const kv = chain.ctx.kv(chain.keys.inference);
    due.delete(kv, [request.deadlineHeight, id]);
    const deadlineHeight = chain.height + 1n;
    chain.keeper.setRequest(chain.ctx, { ...request, deadlineHeight });
    due.add(kv, [deadlineHeight, id]);
    takeDown(chain);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.REVOKED, paid: true });
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

describe("a takedown changes nothing of what its own block draws", () => {
  /** Operators of a batch that is drawn in the block of the takedown, if there is one. */
  function draw(batchId: bigint, isSuspended: boolean, act: typeof takeDown): readonly string[] {
    const chain = silentChain();
    chain.ask();
    chain.ask({ kernel: "other" });
    const { id } = chain.kernel.findHead(chain.ctx, "echo")!;
    if (isSuspended) chain.kernel.suspend(chain.ctx, id, 1_000n);
    act(chain);
    const batch = chain.keeper.findBatch(chain.ctx, batchId);
    return (batch?.seats ?? []).map(({ operatorAddress }) => operatorAddress);
  }
  const justRun = (chain: InferenceFixture): void => {
    chain.run();
  };

  test("of a version that might run until then", () => {
    expect(draw(2n, false, takeDown)).not.toEqual([]);
    expect(draw(2n, false, takeDown)).toEqual(draw(2n, false, justRun));
  });

  test("of a suspended version, whose requests expire", () => {
    expect(draw(1n, true, takeDown)).not.toEqual([]);
    expect(draw(1n, true, takeDown)).toEqual(draw(1n, true, justRun));
    expect(draw(2n, true, takeDown)).toEqual([]);
  });
});
