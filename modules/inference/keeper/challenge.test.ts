import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  ChallengeStatus,
  type Execution,
  MsgChallenge,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { DENOM, FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { TestAccount } from "#test/harness/identities.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";
import {
  alreadyChallenged,
  notChallengeable,
  notMinorityMember,
  unknownRequest,
} from "../types/errors.js";

const BOND = 10_000_000n;
const FALSE = executionOf(Uint8Array.of(66), undefined);

/** A false answer that also binds the work, as far as an escalation can tell. */
const lie = (honest: Execution): Execution => ({
  ...FALSE,
  receipt: { ...FALSE.receipt, workDigest: honest.receipt.workDigest },
});

/** A chain on which a request was answered a block ago; these validators gave another answer. */
function answered(...liars: readonly number[]): InferenceFixture {
  const chain = new InferenceFixture();
  for (const number of liars) chain.behave(number, { answer: lie });
  chain.ask();
  chain.run(5);
  return chain;
}

/** The digests that a validator's root stands for. */
function leavesOf(chain: InferenceFixture, number: number): Uint8Array[] {
  return [...chain.receipts[number]!.findFinished(1n)!.leaves];
}

function asMember(chain: InferenceFixture, number: number, requestDigests: Uint8Array[]): void {
  const challenger = chain.validators[number]!.account.text;
  const message = { challenger, requestId: 1n, asMember: true, requestDigests };
  chain.deliver(MsgChallenge, MsgChallenge.create(message));
}

describe("a challenge with a bond", () => {
  test("escrows the bond and escalates the request", () => {
    const chain = answered();
    const { requestDigest } = chain.result(1n)!;
    chain.challenge(1n);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)).toEqual({
      requestId: 1n,
      challenger: chain.other.text,
      bond: coin(DENOM, BOND),
      batchId: 1n,
      memberSeat: 0,
      height: chain.height,
      disputedDigest: requestDigest,
      status: ChallengeStatus.OPEN,
    });
    expect(chain.balance(chain.other)).toBe(FUNDS - BOND);
    const escalated = { status: RequestStatus.ESCALATED, originBatchId: 1n, batchId: 1n };
    expect(chain.request(1n)).toMatchObject(escalated);
    expect(chain.batch(1n)).toMatchObject({ status: BatchStatus.SETTLED, openEscalations: 1 });
    const escalation = { originBatchId: 1n, challenged: true, height: chain.height };
    const { escalations } = chain.keeper.tables;
    const kv = chain.ctx.kv(chain.keys.inference);
    expect(escalations.find(kv, 1n)).toMatchObject(escalation);
    const emitted = chain.ctx.events.map(({ type }) => type);
    expect(emitted.slice(-2)).toEqual(["inference.escalated", "inference.challenged"]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("may dispute that the kernel failed", () => {
    const chain = new InferenceFixture();
    chain.validators.forEach((_, number) => {
      const failed = { ...FALSE.receipt, status: 5 as const, outputSize: 0n };
      const receipt = { ...failed, outputDigest: new Uint8Array(0) };
      chain.behave(number, { answer: () => ({ receipt, output: new Uint8Array(0) }) });
    });
    chain.ask();
    chain.run(5);
    expect(chain.request(1n).status).toBe(RequestStatus.KERNEL_FAILED);
    chain.challenge(1n);
    expect(chain.request(1n).status).toBe(RequestStatus.ESCALATED);
  });

  test("is possible in the last block of the window, and not after it", () => {
    const chain = answered();
    const { closesHeight } = chain.batch(1n);
    chain.run(Number(closesHeight - chain.height) - 1);
    expect(chain.height).toBe(closesHeight - 1n);
    chain.challenge(1n);
    const late = answered();
    late.run(Number(closesHeight - late.height) - 1);
    const detail = { problem: "its window is over", closed: closesHeight };
    const dispute = (): void => {
      late.challenge(1n);
    };
    // In the block in which the batch closes, and after it.
    late.run(1, () => {
      late.expectRefused(notChallengeable, dispute, detail);
    });
    late.expectRefused(notChallengeable, dispute, detail);
  });
});

describe("a challenge is refused, with no bond taken,", () => {
  test("of a request that does not exist", () => {
    const chain = answered();
    chain.expectRefused(unknownRequest, () => {
      chain.challenge(2n);
    });
  });

  test("of a result that was challenged before, also when that has ended", () => {
    const chain = answered();
    chain.challenge(1n);
    const again = (): void => {
      chain.challenge(1n, chain.user);
    };
    chain.expectRefused(alreadyChallenged, again);
    chain.run(8);
    expect(chain.request(1n).status).toBe(RequestStatus.FULFILLED);
    chain.expectRefused(alreadyChallenged, again);
  });

  test.each([0, 1, 3])(
    "of a request that is not answered, %i blocks after it was made",
    (blocks) => {
      const chain = new InferenceFixture();
      chain.ask();
      chain.run(blocks);
      const detail = { problem: "it is not answered" };
      const run = (): void => {
        chain.challenge(1n);
      };
      chain.expectRefused(notChallengeable, run, detail);
    },
  );

  test("of a result of full assurance, or of an escalation", () => {
    const detail = { problem: "its assurance or aggregation allows no challenge" };
    const full = new InferenceFixture();
    full.ask({ assurance: Assurance.FULL });
    full.run(5);
    const dispute = (chain: InferenceFixture) => () => {
      chain.challenge(1n);
    };
    full.expectRefused(notChallengeable, dispute(full), detail);
    const escalated = new InferenceFixture();
    escalated.behave(0, { answer: lie });
    escalated.behave(1, { answer: lie });
    escalated.ask();
    escalated.runUntil(() => escalated.request(1n).status === RequestStatus.ESCALATED);
    escalated.behave(1, {});
    escalated.runUntil(() => escalated.request(1n).status === RequestStatus.FULFILLED);
    escalated.expectRefused(notChallengeable, dispute(escalated), detail);
  });

  test("once its deadline is over", () => {
    const chain = answered();
    chain.keeper.setRequest(chain.ctx, { ...chain.request(1n), deadlineHeight: chain.height });
    const detail = { problem: "its deadline is over" };
    const run = (): void => {
      chain.challenge(1n);
    };
    chain.expectRefused(notChallengeable, run, detail);
  });

  test("by an account that cannot pay the bond", () => {
    const chain = answered();
    const poor = new TestAccount("poor");
    chain.fund(poor.address, BOND - 1n);
    const detail = { available: `${BOND - 1n}unes`, required: `${BOND}unes` };
    const run = (): void => {
      chain.challenge(1n, poor);
    };
    chain.expectRefused(insufficientFunds, run, detail);
  });
});

describe("a challenge by a member of the minority", () => {
  test("needs no bond and shows what its root stands for", () => {
    const chain = answered(3);
    const number = chain.seatOf(1n, 3);
    asMember(chain, 3, leavesOf(chain, 3));
    const challenge = chain.keeper.findChallenge(chain.ctx, 1n);
    expect(challenge).toMatchObject({ bond: coin(DENOM, 0n), memberSeat: number + 1 });
    expect(chain.batch(1n).seats[number]!.requestDigests).toEqual(leavesOf(chain, 3));
    expect(chain.request(1n).status).toBe(RequestStatus.ESCALATED);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("leaves its penalty in place when the result is confirmed", () => {
    const chain = answered(3);
    asMember(chain, 3, leavesOf(chain, 3));
    chain.behave(3, {});
    chain.run(40);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)?.status).toBe(ChallengeStatus.LOST);
    const { operator } = chain.validators[3]!.account;
    expect(chain.faults().map(({ operatorAddress }) => operatorAddress)).toEqual([operator]);
  });

  test("is refused to who has no seat, or did not reveal", () => {
    const chain = answered(3);
    const message = MsgChallenge.create({
      challenger: chain.user.text,
      requestId: 1n,
      asMember: true,
      requestDigests: leavesOf(chain, 3),
    });
    chain.expectRefused(notMinorityMember, () => chain.deliver(MsgChallenge, message));
    const silent = new InferenceFixture();
    silent.mute.add(3);
    silent.ask();
    silent.run(8);
    expect(silent.request(1n).status).toBe(RequestStatus.FULFILLED);
    const run = (): void => {
      asMember(silent, 3, leavesOf(silent, 3));
    };
    silent.expectRefused(notMinorityMember, run);
  });

  test("is refused with digests that are not what it revealed", () => {
    const chain = answered(3);
    const detail = { problem: "the digests do not hash to the revealed root" };
    const honest = leavesOf(chain, 0);
    for (const digests of [[], honest, [...leavesOf(chain, 3), ...honest]]) {
      const run = (): void => {
        asMember(chain, 3, digests);
      };
      chain.expectRefused(notMinorityMember, run, detail);
    }
  });

  test("is refused to who agreed with the result", () => {
    const chain = answered(3);
    const detail = { verdict: "right" };
    const run = (): void => {
      asMember(chain, 0, leavesOf(chain, 0));
    };
    chain.expectRefused(notMinorityMember, run, detail);
  });

  test("is refused about a request that it answered like the others", () => {
    const chain = new InferenceFixture();
    chain.behave(3, { answer: (honest, { id }) => (id === 2n ? FALSE : honest) });
    chain.ask({ inputs: [testInput(1)] });
    chain.ask({ inputs: [testInput(2)] });
    chain.run(5);
    const digests = leavesOf(chain, 3);
    const run = (): void => {
      asMember(chain, 3, digests);
    };
    // Its operator may dispute request 2, not 1.
    chain.expectRefused(notMinorityMember, run, { verdict: "right" });
    const challenger = chain.validators[3]!.account.text;
    const message = { challenger, requestId: 2n, asMember: true, requestDigests: digests };
    chain.deliver(MsgChallenge, message);
    expect(chain.request(2n).status).toBe(RequestStatus.ESCALATED);
  });
});

describe("how a challenge ends", () => {
  /** All lie in the committee of three; in the escalation everybody is honest. */
  function conspiracy(): InferenceFixture {
    const chain = new InferenceFixture({ validators: 4 });
    for (const number of [0, 1, 2, 3]) chain.behave(number, { answer: lie });
    chain.ask();
    chain.run(5);
    for (const number of [0, 1, 2, 3]) chain.behave(number, {});
    return chain;
  }

  test("won: the result is replaced, the bond returned, the liars pay and the challenger is paid", () => {
    const chain = conspiracy();
    const disputed = chain.result(1n)!;
    chain.challenge(1n);
    chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)?.status).toBe(ChallengeStatus.WON);
    expect(chain.result(1n)!.requestDigest).not.toEqual(disputed.requestDigest);
    expect(chain.balance(chain.other)).toBe(FUNDS);
    expect(chain.eventTypes()).toContain("inference.challenge_ended");
    chain.run(30);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expect(chain.faults()).toHaveLength(4);
    const rewards = chain.staking.slashes.map(({ reward }) => reward);
    expect(rewards).toEqual(rewards.map(() => ({ address: chain.other.address, bps: 5_000n })));
    expect(chain.request(1n).paid).toBe(true);
    expect(chain.moduleBalance("inference")).toBe(0n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("lost: the bond is shared among who repeated the work, its remainder goes to the pool", () => {
    const chain = answered();
    chain.keeper.setParams(chain.ctx, {
      ...chain.keeper.params(chain.ctx),
      challengeBond: coin(DENOM, 1_003n),
    });
    chain.challenge(1n);
    const members = chain.validators.map(({ account }) => account);
    chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)?.status).toBe(ChallengeStatus.LOST);
    // Pay for the request itself comes to an equal share each, in the same block.
    const [first, ...others] = members.map((member) => chain.balance(member));
    expect(others).toEqual([first, first, first]);
    expect(first).toBeGreaterThanOrEqual(250n);
    expect(chain.reward.communityPool(chain.ctx)).toBe(3n);
    expect(chain.balance(chain.other)).toBe(FUNDS - 1_003n);
    expect(chain.staking.slashes).toEqual([]);
    chain.run(30);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("without agreement: the answer stands and the bond goes to the community pool", () => {
    const chain = answered();
    const answer = chain.result(1n);
    chain.challenge(1n);
    for (const number of [0, 1]) chain.behave(number, { answer: lie });
    chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)?.status).toBe(ChallengeStatus.LOST);
    expect(chain.result(1n)).toEqual(answer);
    expect(chain.request(1n)).toMatchObject({ batchId: 1n, originBatchId: 0n });
    expect(chain.reward.communityPool(chain.ctx)).toBe(BOND);
    chain.run(30);
    expect(chain.request(1n).paid).toBe(true);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("a bond of zero moves no coins", () => {
    const chain = answered();
    const params = chain.keeper.params(chain.ctx);
    chain.keeper.setParams(chain.ctx, { ...params, challengeBond: coin(DENOM, 0n) });
    chain.challenge(1n, new TestAccount("nobody"));
    chain.run(40);
    expect(chain.keeper.findChallenge(chain.ctx, 1n)?.status).toBe(ChallengeStatus.LOST);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});
