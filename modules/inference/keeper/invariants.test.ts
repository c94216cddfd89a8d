import { describe, expect, test } from "vitest";
import {
  type Batch,
  BatchStatus,
  ChallengeStatus,
  type Execution,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import { DENOM, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { RecordingAggregator } from "#test/harness/recordingAggregator.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testManifest } from "#test/harness/testKernel.js";

const lie = (honest: Execution): Execution => {
  const told = executionOf(Uint8Array.of(66), undefined);
  return { ...told, receipt: { ...told.receipt, workDigest: honest.receipt.workDigest } };
};

/**
 * A chain with something of everything: request 1 answered and paid, 2 under challenge, 3 without
 * agreement and waiting for an escalation, 4 drawn, 5 about to expire, and validators that leave.
 */
function busyChain(): InferenceFixture {
  const chain = new InferenceFixture({ inference: { slotGas: 20_000_000_000n } });
  const first = chain.ask();
  chain.run(30);
  expect(chain.request(first).paid).toBe(true);
  const second = chain.ask();
  chain.run(5);
  chain.challenge(second);
  chain.behave(0, { answer: lie });
  chain.behave(1, { answer: lie });
  chain.ask();
  chain.run(5);
  chain.staking.extraPower = 10_000n;
  chain.runUntil(() => chain.request(3n).status === RequestStatus.ESCALATED);
  chain.ask();
  chain.run(1);
  const queued = chain.ask();
  chain.keeper.tables.due.add(kvOf(chain), [chain.height + 1n, queued]);
  chain.staking.members.forEach((_, number) => {
    chain.staking.leave(number, chain.height + 2n);
  });
  return chain;
}

function kvOf(chain: InferenceFixture) {
  return chain.ctx.kv(chain.keys.inference);
}

/** Request 1 is answered and paid, 2 runs, 3 is queued. */
function plainChain(): InferenceFixture {
  const chain = new InferenceFixture();
  chain.ask();
  chain.run(30);
  chain.ask();
  chain.run();
  chain.ask();
  return chain;
}

/** Request 1 is under challenge and waits for its escalation. */
function challengedChain(): InferenceFixture {
  const chain = new InferenceFixture();
  chain.ask();
  chain.run(5);
  chain.challenge(1n);
  return chain;
}

/** Request 1 is aggregated by code and has all answers but one. */
function codeChain(): InferenceFixture {
  const kernels = [testManifest({ name: "echo", byCode: true })];
  const chain = new InferenceFixture({ kernels, aggregator: new RecordingAggregator() });
  chain.ask();
  chain.run(3);
  chain.mute.add(0);
  chain.run(3);
  expect(chain.batch(1n).status).toBe(BatchStatus.REVEALING);
  return chain;
}

function setRequest(chain: InferenceFixture, id: bigint, changes: Partial<Request>): void {
  chain.keeper.setRequest(chain.ctx, { ...chain.request(id), ...changes });
}

function setResult(chain: InferenceFixture, id: bigint, changes: Partial<Result>): void {
  chain.keeper.setResult(chain.ctx, { ...chain.result(id)!, ...changes });
}

/** Writes a batch without filing it. */
function setBatch(chain: InferenceFixture, id: bigint, changes: Partial<Batch>): void {
  chain.keeper.tables.batches.set(kvOf(chain), id, { ...chain.batch(id), ...changes });
}

function setLoad(chain: InferenceFixture, changes: object): void {
  const load = chain.keeper.load(chain.ctx, chain.validators[0]!.address);
  chain.keeper.setLoad(chain.ctx, { ...load, ...changes });
}

function expectRed(
  chain: InferenceFixture,
  broken: string,
  damage: (chain: InferenceFixture) => void,
): void {
  expect(chain.brokenInvariants()).toEqual([]);
  damage(chain);
  const names = chain.brokenInvariants().map((sentence) => sentence.split(":")[0]);
  expect(names).toContain(broken);
}

test("the invariants hold on every block of a busy chain", () => {
  const chain = busyChain();
  expect(chain.brokenInvariants()).toEqual([]);
  for (let block = 0; block < 40; block++) {
    chain.run();
    expect(chain.brokenInvariants()).toEqual([]);
  }
});

describe("escrow is broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by coins that nobody accounts for",
      (chain) => {
        const { bank, ctx, user } = chain;
        bank.sendToModule(ctx, user.address, "inference", [coin(DENOM, 1n)]);
      },
    ],
    [
      "by coins that are gone",
      (chain) => {
        const { bank, ctx, user } = chain;
        bank.sendFromModule(ctx, "inference", user.address, [coin(DENOM, 1n)]);
      },
    ],
    [
      "by a request that says it was paid",
      (chain) => {
        setRequest(chain, 2n, { paid: true });
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "escrow", damage);
  });

  test("by a bond that no challenge accounts for", () => {
    expectRed(challengedChain(), "escrow", (chain) => {
      const challenge = chain.keeper.findChallenge(chain.ctx, 1n)!;
      chain.keeper.setChallenge(chain.ctx, { ...challenge, status: ChallengeStatus.LOST });
    });
  });
});

describe("the queue is broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by a request in it that is not queued",
      (chain) => {
        setRequest(chain, 3n, { status: RequestStatus.COMMITTING });
      },
    ],
    [
      "by a queued request that is not in it",
      (chain) => {
        const { queue } = chain.keeper.tables;
        const [key] = [...queue.iterate(kvOf(chain))];
        queue.delete(kvOf(chain), key!);
        chain.keeper.tables.queueLength.set(kvOf(chain), 0n);
      },
    ],
    [
      "by a miscounted length",
      (chain) => {
        chain.keeper.tables.queueLength.set(kvOf(chain), 2n);
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "queue", damage);
  });
});

describe("termination is broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by a request that outlives its deadline",
      (chain) => {
        setRequest(chain, 2n, { deadlineHeight: chain.height });
      },
    ],
    [
      "by a request without a planned end",
      (chain) => {
        const { deadlineHeight } = chain.request(2n);
        chain.keeper.tables.due.delete(kvOf(chain), [deadlineHeight, 2n]);
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "terminal", damage);
  });
});

describe("results are broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by an answered request without one",
      (chain) => {
        chain.keeper.tables.results.delete(kvOf(chain), 1n);
      },
    ],
    [
      "by one of another status",
      (chain) => {
        setResult(chain, 1n, { status: RequestStatus.KERNEL_FAILED });
      },
    ],
    [
      "by one that is still provisional",
      (chain) => {
        setResult(chain, 1n, { provisional: true });
      },
    ],
    [
      "by one of a request that ended otherwise",
      (chain) => {
        setRequest(chain, 1n, { status: RequestStatus.NO_AGREEMENT });
      },
    ],
    [
      "by pay for a request that goes on",
      (chain) => {
        setRequest(chain, 2n, { paid: true });
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "results", damage);
  });
});

describe("batches are broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by a running one that is not listed",
      (chain) => {
        chain.keeper.tables.openBatches.delete(kvOf(chain), 2n);
      },
    ],
    [
      "by a listed one that does not run",
      (chain) => {
        setBatch(chain, 2n, { status: BatchStatus.CLOSED });
      },
    ],
    [
      "by a closed one that is filed to close",
      (chain) => {
        const { closesHeight } = chain.batch(1n);
        chain.keeper.tables.closing.add(kvOf(chain), [closesHeight, 1n]);
      },
    ],
    [
      "by a settled one that is not",
      (chain) => {
        setBatch(chain, 1n, { status: BatchStatus.SETTLED });
      },
    ],
    [
      "by a request that points elsewhere",
      (chain) => {
        setRequest(chain, 2n, { batchId: 1n });
      },
    ],
    [
      "by a seat that is not listed",
      (chain) => {
        const { address } = chain.validators[0]!;
        chain.keeper.tables.owedSeats.delete(kvOf(chain), [address, 2n]);
      },
    ],
    [
      "by a seat that is listed in another's place",
      (chain) => {
        const { address } = chain.validators[0]!;
        const wrong = BigInt((chain.seatOf(2n, 0) + 1) % 4);
        chain.keeper.tables.owedSeats.set(kvOf(chain), [address, 2n], wrong);
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "batches", damage);
  });
});

describe("reservations are broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by a batch too many",
      (chain) => {
        setLoad(chain, { openBatches: 2 });
      },
    ],
    [
      "by gas that nobody holds",
      (chain) => {
        setLoad(chain, { reservedGas: 1_000_001n });
      },
    ],
    [
      "by payload bytes that nobody holds",
      (chain) => {
        setLoad(chain, { reservedPayloadBytes: 1n });
      },
    ],
    [
      "by a provider without a load",
      (chain) => {
        chain.keeper.tables.providers.delete(kvOf(chain), chain.validators[0]!.address);
      },
    ],
    [
      "by a seat of a batch that has closed",
      (chain) => {
        const { address } = chain.validators[0]!;
        chain.keeper.tables.owedSeats.set(kvOf(chain), [address, 1n], 0n);
      },
    ],
    [
      "by gas of a seat that has committed",
      (chain) => {
        chain.run(2);
        setLoad(chain, { reservedGas: 3_000_000n });
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(plainChain(), "reservations", damage);
  });
});

describe("escalations are broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by a batch that waits for none",
      (chain) => {
        setBatch(chain, 1n, { openEscalations: 0 });
      },
    ],
    [
      "by a batch that waits for too many",
      (chain) => {
        setBatch(chain, 1n, { openEscalations: 2 });
      },
    ],
    [
      "by a waiting request that has ended",
      (chain) => {
        setRequest(chain, 1n, { status: RequestStatus.FULFILLED });
      },
    ],
    [
      "by a waiting request of another origin",
      (chain) => {
        setRequest(chain, 1n, { originBatchId: 0n });
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(challengedChain(), "escalations", damage);
  });
});

describe("challenges are broken", () => {
  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "by an open one of a request that has ended",
      (chain) => {
        setRequest(chain, 1n, { status: RequestStatus.FULFILLED });
      },
    ],
    [
      "by an open one of another batch",
      (chain) => {
        setRequest(chain, 1n, { originBatchId: 2n });
      },
    ],
    [
      "by one that has ended while its request goes on",
      (chain) => {
        const challenge = chain.keeper.findChallenge(chain.ctx, 1n)!;
        chain.keeper.setChallenge(chain.ctx, { ...challenge, status: ChallengeStatus.WON });
      },
    ],
  ])("%s", (_, damage) => {
    expectRed(challengedChain(), "challenges", damage);
  });
});

describe("payloads are broken", () => {
  test("by outputs of a batch that has settled", () => {
    expectRed(plainChain(), "payloads", (chain) => {
      chain.keeper.setAgreedPayload(chain.ctx, { batchId: 1n, requests: [] });
    });
  });

  test.each<readonly [string, (chain: InferenceFixture) => void]>([
    [
      "of a seat that has not shown any",
      (chain) => {
        const number = chain.seatOf(1n, 0);
        chain.keeper.setSeatPayload(chain.ctx, 1n, number, { batchId: 1n, requests: [] });
      },
    ],
    [
      "of a seat that is not there",
      (chain) => {
        chain.keeper.setSeatPayload(chain.ctx, 1n, 9, { batchId: 1n, requests: [] });
      },
    ],
    [
      "of a batch that has settled",
      (chain) => {
        chain.keeper.setBatch(chain.ctx, { ...chain.batch(1n), status: BatchStatus.CLOSED });
      },
    ],
  ])("by answers %s", (_, damage) => {
    expectRed(codeChain(), "payloads", damage);
  });

  test("by answers where no code aggregates them", () => {
    expectRed(plainChain(), "payloads", (chain) => {
      chain.keeper.setSeatPayload(chain.ctx, 2n, 0, { batchId: 2n, requests: [] });
    });
  });
});
