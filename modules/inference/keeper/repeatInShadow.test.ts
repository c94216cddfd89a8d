import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  type Execution,
  ReceiptStatus,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  SeedKind,
  ShadowEnd,
  ShadowStatus,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import { takeDownVersion } from "#modules/kernel/keeper/takeDownVersion.js";
import { stopShadow } from "#modules/kernel/keeper/shadow/stopShadow.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { DENOM } from "#test/harness/inferenceFixture.js";
import type { Behaviour } from "#test/harness/scriptedReceipts.js";
import { ShadowChain } from "#test/harness/shadowChain.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

/** Price of one input of 33 bytes: admission 233, 10^6 gas at 4 seats 200, the author's 2,000. */
const PRICE = 2_433n;

/** Makes every node answer requests of the next version in another way. */
function alter(chain: ShadowChain, answer: NonNullable<Behaviour["answer"]>): void {
  for (const number of chain.validators.keys()) {
    chain.behave(number, {
      answer: (honest, request, input) =>
        equalBytes(request.versionId, chain.next) ? answer(honest, request, input) : honest,
    });
  }
}

/** Another output of the same size, for 77 gas. */
function otherwise({ output: honest, receipt }: Execution): Execution {
  const output = honest.slice();
  output[output.length - 1]! ^= 1;
  return { output, receipt: { ...receipt, outputDigest: sha256(output), gasUsed: 77n } };
}

function answered(chain: ShadowChain, id: bigint): void {
  chain.runUntil(() => chain.request(id).status === RequestStatus.FULFILLED);
}

describe("an answer of the head", () => {
  test("is repeated beside it, for nobody but the run's budget", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 3, budget: 3n * PRICE });
    const before = chain.balance(chain.other);
    const id = chain.ask({ from: chain.other });
    answered(chain, id);
    const [shadow] = chain.shadowIds();
    expect(chain.request(shadow!)).toMatchObject({
      requester: chain.user.text,
      versionId: chain.next,
      status: RequestStatus.QUEUED,
      inputCount: 1,
      shadow: { requestId: id, headPrice: PRICE.toString() },
    });
    expect(chain.eventTypes()).toContain("inference.shadow_queued");
    expect(chain.shadowRun).toMatchObject({ queued: 1, budget: coin(DENOM, 2n * PRICE) });
    expect(chain.brokenInvariants()).toEqual([]);
    chain.runUntil(() => chain.request(shadow!).paid);
    expect(before - chain.balance(chain.other)).toBe(PRICE);
    expect(chain.request(shadow!).status).toBe(RequestStatus.FULFILLED);
    expect(chain.shadowRun).toMatchObject({
      status: ShadowStatus.RUNNING,
      answered: 1,
      agreed: 1,
      kernelFailed: 0,
      headBlocks: 4n,
      shadowBlocks: 4n,
      headPrice: PRICE.toString(),
      shadowPrice: PRICE.toString(),
    });
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("ends the run when it is the last, and no other is repeated", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 2 });
    const ids = [1, 2, 3].map((first) => chain.ask({ inputs: [testInput(first)] }));
    chain.runUntil(() => ids.every((id) => chain.request(id).status === RequestStatus.FULFILLED));
    expect(chain.shadowRun).toMatchObject({ status: ShadowStatus.DRAINING, queued: 2 });
    chain.runUntil(() => chain.hasEnded);
    const report = { end: ShadowEnd.COMPLETE, answered: 2, agreed: 2, skipped: 0n };
    expect(chain.shadowRun).toMatchObject(report);
    expect(chain.shadowIds()).toHaveLength(2);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("has the head's seed when it is repeated, or nothing that is sampled could be compared", () => {
    for (const kind of [SeedKind.BEACON, SeedKind.FIXED]) {
      const chain = new ShadowChain({ kernels: [testManifest({ name: "echo", seed: kind })] });
      chain.start({ requests: 1 });
      const id = chain.ask();
      chain.runUntil(() => chain.hasEnded);
      expect(chain.shadowRun.agreed).toBe(1);
      const shadow = chain.request(chain.shadowIds()[0]!);
      expect(shadow.slotBeacon).toEqual(chain.request(id).slotBeacon);
    }
  });

  test("is repeated with its first input alone", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 1 });
    const inputs = [1, 2, 3].map(testInput);
    chain.ask({ inputs });
    chain.runUntil(() => chain.shadowIds().length > 0);
    const shadow = chain.shadowIds()[0]!;
    expect(chain.keeper.findInputs(chain.ctx, shadow)?.inputs).toEqual([inputs[0]]);
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 1, headPrice: PRICE.toString() });
  });

  test("that is of FULL assurance, another kernel, or a version that is not the head is not repeated", () => {
    const chain = new ShadowChain({
      kernels: ["echo", "other"].map((name) => testManifest({ name })),
    });
    chain.start();
    const ids = [
      chain.ask({ assurance: Assurance.FULL }),
      chain.ask({ kernel: "other" }),
      chain.ask({ versionId: chain.next }),
    ];
    chain.runUntil(() => ids.every((id) => chain.request(id).paid));
    expect(chain.shadowIds()).toEqual([]);
    expect(chain.shadowRun).toMatchObject({ queued: 0, skipped: 0n });
  });

  test("is repeated once, be it challenged and answered again", () => {
    const chain = new ShadowChain();
    chain.start();
    const id = chain.ask();
    answered(chain, id);
    chain.challenge(id);
    chain.runUntil(() => chain.request(id).paid);
    expect(chain.shadowIds()).toHaveLength(1);
    chain.runUntil(() => chain.shadowRun.answered === 1);
    expect(chain.shadowRun.agreed).toBe(1);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is repeated when it took an escalation, and the report has what that took", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 1 });
    for (const number of chain.validators.keys()) {
      chain.behave(number, {
        answer: (honest, { versionId, originBatchId }) =>
          equalBytes(versionId, chain.head) && originBatchId === 0n
            ? { ...honest, receipt: { ...honest.receipt, gasUsed: BigInt(number) } }
            : honest,
      });
    }
    const id = chain.ask();
    chain.runUntil(() => chain.hasEnded);
    expect(chain.request(id).originBatchId).toBeGreaterThan(0n);
    expect(chain.shadowIds()).toHaveLength(1);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 1, shadowBlocks: 4n });
    expect(chain.shadowRun.headBlocks).toBeGreaterThan(4n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("of each of two kernels is repeated by the version beside its own head, in one block", () => {
    const names = ["echo", "other"];
    const chain = new ShadowChain({ kernels: names.map((name) => testManifest({ name })) });
    const head = chain.kernel.findHead(chain.ctx, "other")!.id;
    const next = chain.publish({ ...testManifest({ name: "other" }), description: "the next" });
    chain.runUntil(() => chain.statusOf(next) === VersionStatus.ACTIVE);
    chain.moveHead(head);
    chain.start({ requests: 1 });
    chain.start({ requests: 1, versionId: next });
    const ids = names.map((kernel) => chain.ask({ kernel }));
    chain.runUntil(() => chain.hasEnded);
    const repeats = chain.shadowIds().map((id) => chain.request(id));
    expect(repeats).toMatchObject([
      { versionId: chain.next, shadow: { requestId: ids[0] } },
      { versionId: next, shadow: { requestId: ids[1] } },
    ]);
    expect(new Set(repeats.map(({ height }) => height)).size).toBe(1);
    const { state } = chain.kernel;
    const other = state.shadows.find(chain.ctx, state.getVersion(chain.ctx, next));
    expect(other).toMatchObject({ status: ShadowStatus.ENDED, answered: 1, agreed: 1 });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is repeated for each of several that one block answers", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 5 });
    const ids = Array.from({ length: 5 }, (_, index) => chain.ask({ inputs: [testInput(index)] }));
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 5, agreed: 5 });
    expect(chain.shadowIds().map((id) => chain.request(id).shadow?.requestId)).toEqual(ids);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

describe("the report tells", () => {
  test("another output from the same", () => {
    const chain = new ShadowChain();
    alter(chain, otherwise);
    chain.start({ requests: 1 });
    chain.ask();
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 0, shadowGas: 77n });
    expect(chain.shadowRun.headGas).not.toBe(77n);
  });

  test("other gas for the same output, which is the same answer", () => {
    const chain = new ShadowChain();
    alter(chain, (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 77n } }));
    chain.start({ requests: 1 });
    chain.ask();
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 1, shadowGas: 77n });
  });

  test("that the version fails, and that the head fails alike", () => {
    const failure = {
      output: new Uint8Array(0),
      receipt: {
        status: ReceiptStatus.OUT_OF_GAS,
        gasUsed: 1n,
        outputSize: 0n,
        outputDigest: new Uint8Array(0),
        workDigest: new Uint8Array(0),
      },
    };
    const chain = new ShadowChain();
    alter(chain, () => failure);
    chain.start({ requests: 2 });
    const id = chain.ask();
    chain.runUntil(() => chain.shadowRun.answered === 1);
    expect(chain.shadowRun).toMatchObject({ agreed: 0, kernelFailed: 1 });
    for (const number of chain.validators.keys()) chain.behave(number, { answer: () => failure });
    chain.ask();
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 2, agreed: 1, kernelFailed: 2 });
    expect(chain.request(id).paid).toBe(true);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that a committee did not agree, which no others repeat and nobody is punished for", () => {
    const chain = new ShadowChain();
    for (const number of chain.validators.keys()) {
      chain.behave(number, {
        answer: (honest, { versionId }) =>
          equalBytes(versionId, chain.next)
            ? { ...honest, receipt: { ...honest.receipt, gasUsed: BigInt(number) } }
            : honest,
      });
    }
    chain.start({ requests: 1 });
    chain.ask();
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 0, noAgreement: 1, dropped: 0 });
    const [shadow] = chain.shadowIds();
    expect(chain.request(shadow!)).toMatchObject({
      status: RequestStatus.NO_AGREEMENT,
      originBatchId: 0n,
      paid: true,
    });
    chain.run(60);
    expect(chain.faults()).toEqual([]);
    expect(chain.keeper.trouble(chain.ctx, chain.next).escalations).toBe(0);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("the answer that a challenge put in the place of a wrong one", () => {
    const chain = new ShadowChain({ validators: 5 });
    for (const number of chain.validators.keys()) {
      chain.behave(number, {
        answer: (honest, { versionId, originBatchId }) =>
          equalBytes(versionId, chain.next) && originBatchId === 0n ? otherwise(honest) : honest,
      });
    }
    chain.start({ requests: 1 });
    chain.ask();
    chain.runUntil(() => chain.shadowIds().length > 0);
    const [shadow] = chain.shadowIds();
    answered(chain, shadow!);
    chain.challenge(shadow!);
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 1 });
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

describe("shadow requests", () => {
  /** Room for one request of 10^6 gas in a slot. */
  const NARROW = { slotGas: 1_000_000n, maxBatchGas: 1_000_000n };

  test("wait behind everybody who pays, however late", () => {
    const chain = new ShadowChain({ inference: NARROW });
    chain.start();
    answered(chain, chain.ask());
    const [shadow] = chain.shadowIds();
    const ids = [chain.ask(), chain.ask()];
    chain.run();
    expect(chain.request(shadow!).status).toBe(RequestStatus.QUEUED);
    // Whatever came before the block comes before them.
    chain.runUntil(() => chain.request(shadow!).status !== RequestStatus.QUEUED);
    expect(ids.map((id) => chain.request(id).status)).not.toContain(RequestStatus.QUEUED);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("are never of one batch with what somebody pays for", () => {
    const chain = new ShadowChain();
    chain.start();
    answered(chain, chain.ask());
    const pinned = chain.ask({ versionId: chain.next });
    chain.run(2);
    const [shadow] = chain.shadowIds();
    const batches = [shadow!, pinned].map((id) => chain.request(id).batchId);
    expect(batches.every((id) => id > 0n)).toBe(true);
    expect(new Set(batches).size).toBe(2);
  });

  test("wait as long as a request is left that found no place, though they would", () => {
    const heavy = testManifest({ name: "heavy", gas: 3_000_000n });
    const drawn = (requests: number): boolean => {
      const chain = new ShadowChain({
        kernels: [testManifest({ name: "echo" }), heavy],
        inference: { providerGas: 4_000_000n, maxBatchGas: 3_000_000n },
      });
      chain.start();
      answered(chain, chain.ask());
      for (let index = 0; index < requests; index++) chain.ask({ kernel: "heavy" });
      chain.run();
      const shadow = chain.request(chain.shadowIds()[0]!);
      expect(chain.brokenInvariants()).toEqual([]);
      return shadow.status !== RequestStatus.QUEUED;
    };
    // Providers have room for one of them and a shadow request.
    expect([drawn(1), drawn(2)]).toEqual([true, false]);
  });

  test("are not made while the queue is full, and take no place in it", () => {
    const chain = new ShadowChain({ inference: { ...NARROW, maxQueueRequests: 2 } });
    chain.start();
    const ids = [chain.ask(), chain.ask()];
    chain.runUntil(() => chain.shadowIds().length > 0);
    expect(chain.keeper.shadowQueueLength(chain.ctx)).toBe(1n);
    // Two more are let in although a shadow request waits.
    expect([chain.ask(), chain.ask()]).toHaveLength(2);
    chain.runUntil(() => chain.request(ids[1]!).status === RequestStatus.FULFILLED);
    expect(chain.shadowRun.skipped).toBe(1n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that nobody has time for expire, and are told from answers", () => {
    const chain = new ShadowChain({ inference: { maxQueueBlocks: 3n, providerBatches: 1 } });
    chain.start({ requests: 1 });
    answered(chain, chain.ask());
    for (const number of chain.validators.keys()) chain.behave(number, { runs: () => false });
    chain.ask({ from: chain.other });
    const before = chain.balance(chain.user);
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 0, dropped: 1, noAgreement: 0 });
    expect(chain.request(chain.shadowIds()[0]!).status).toBe(RequestStatus.EXPIRED);
    // All but the admission fee; the author's part of the head's request comes in besides.
    expect(chain.balance(chain.user) - before).toBeGreaterThanOrEqual(PRICE - 233n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that nobody answers are told from those on which a committee does not agree", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 1 });
    answered(chain, chain.ask());
    for (const number of chain.validators.keys()) chain.behave(number, { runs: () => false });
    chain.runUntil(() => chain.hasEnded);
    expect(chain.request(chain.shadowIds()[0]!).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.shadowRun).toMatchObject({ answered: 0, dropped: 1, noAgreement: 0 });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("are not made while the version is suspended", () => {
    const chain = new ShadowChain();
    chain.start();
    chain.kernel.suspend(chain.ctx, chain.next, chain.height + 1_000n);
    answered(chain, chain.ask());
    expect(chain.shadowRun).toMatchObject({ queued: 0, skipped: 1n });
    chain.kernel.suspend(chain.ctx, chain.next, 0n);
    answered(chain, chain.ask());
    expect(chain.shadowRun).toMatchObject({ queued: 1, skipped: 1n });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("are not made of an input that parameters do not take any more", () => {
    const chain = new ShadowChain();
    chain.start();
    const id = chain.ask();
    chain.keeper.setParams(chain.ctx, { ...chain.keeper.params(chain.ctx), maxBatchGas: 999_999n });
    answered(chain, id);
    expect(chain.shadowRun).toMatchObject({ queued: 0, skipped: 1n });
  });

  test("end the run when its budget does not pay for them", () => {
    const chain = new ShadowChain();
    const before = chain.balance(chain.user);
    chain.start({ budget: PRICE - 1n });
    answered(chain, chain.ask({ from: chain.other }));
    expect(chain.shadowRun).toMatchObject({
      status: ShadowStatus.ENDED,
      end: ShadowEnd.BUDGET_SPENT,
      queued: 0,
    });
    expect(chain.balance(chain.user)).toBe(before);
    expect(chain.shadowIds()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that are under way count after the run was stopped, or the head has moved", () => {
    const chain = new ShadowChain();
    chain.start();
    answered(chain, chain.ask());
    chain.moveHead(chain.next);
    expect(chain.shadowRun).toMatchObject({
      status: ShadowStatus.DRAINING,
      end: ShadowEnd.HEAD_MOVED,
    });
    chain.runUntil(() => chain.hasEnded);
    expect(chain.shadowRun).toMatchObject({ answered: 1, agreed: 1 });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test.each(["waits", "is being answered", "is answered"] as const)(
    "of a version that is taken down while one %s",
    (phase) => {
      const chain = new ShadowChain();
      chain.start();
      answered(chain, chain.ask());
      const shadow = chain.shadowIds()[0]!;
      if (phase === "is being answered") chain.run(2);
      if (phase === "is answered") answered(chain, shadow);
      chain.run(1, () => {
        const { state } = chain.kernel;
        const { authority } = state.params(chain.ctx);
        takeDownVersion(chain.ctx, state, { authority, versionId: chain.next, reason: "court" });
      });
      expect(chain.shadowRun).toMatchObject({ end: ShadowEnd.NOT_ACTIVE });
      expect(chain.brokenInvariants()).toEqual([]);
      chain.runUntil(() => chain.hasEnded);
      const isAnswered = phase === "is answered";
      const report = { answered: isAnswered ? 1 : 0, dropped: isAnswered ? 0 : 1 };
      expect(chain.shadowRun).toMatchObject(report);
      expect(chain.statusOf(chain.next)).toBe(VersionStatus.REVOKED);
      expect(chain.faults()).toEqual([]);
      expect(chain.brokenInvariants()).toEqual([]);
    },
  );

  test("survive an export in every phase", () => {
    const chain = new ShadowChain();
    chain.start({ requests: 2 });
    const id = chain.ask();
    chain.ask({ inputs: [testInput(7)] });
    chain.runUntil(() => {
      chain.reimport();
      expect(chain.brokenInvariants()).toEqual([]);
      return chain.hasEnded;
    });
    expect(chain.shadowRun).toMatchObject({ answered: 2, agreed: 2 });
    expect(chain.request(id).paid).toBe(true);
    expect(chain.batch(chain.request(id).batchId).status).toBe(BatchStatus.CLOSED);
  });

  test("that a stopped run has none of end it at once", () => {
    const chain = new ShadowChain();
    const before = chain.balance(chain.user);
    chain.start();
    stopShadow(chain.ctx, chain.kernel.state, { owner: chain.user.text, kernel: "echo" });
    expect(chain.hasEnded).toBe(true);
    expect(chain.balance(chain.user)).toBe(before);
  });
});
