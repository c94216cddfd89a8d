import { describe, expect, it } from "vitest";
import {
  Assurance,
  BatchStatus,
  ChallengeStatus,
  type Execution,
  MsgChallenge,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import type { TestAccount } from "#test/harness/identities.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import {
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  otherAnswer,
  payoutsOf,
} from "#test/harness/protocolRecord.js";
import type { Behaviour } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";

const WINDOW = 8n;
const BOND = 10_000_000n;
const FEE = 1_000n;

const isEscalated = ({ status }: Request) => status === RequestStatus.ESCALATED;

/** Lies in the committee only. */
const liar = (marker: number): Behaviour => ({
  answer: (honest: Execution, request: Request) =>
    isEscalated(request) ? honest : otherAnswer(honest, marker),
});

function challengeOf(
  challenger: TestAccount,
  requestId: bigint,
  shown?: readonly Uint8Array[],
): PackedMessage {
  return pack(
    MsgChallenge,
    MsgChallenge.create({
      challenger: challenger.text,
      requestId,
      asMember: shown !== undefined,
      requestDigests: [...(shown ?? [])],
    }),
  );
}

async function answered(behaviours: ReadonlyArray<Behaviour | undefined>) {
  const chain = await InferenceChain.start({
    validators: behaviours.length,
    inference: { challengeWindowBlocks: WINDOW },
  });
  for (const [index, behaviour] of behaviours.entries()) {
    if (behaviour !== undefined) chain.network.nodes[index]!.receipts.behaviour = behaviour;
  }
  const id = await chain.request("echo", [testInput(4)]);
  await chain.run(5);
  expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
  const before = holdingsOf(chain);
  return { chain, id, before, nodes: chain.network.nodes };
}

const challengeIn = (chain: InferenceChain, id: bigint) =>
  chain.node.wiring.keepers.inference.findChallenge(chain.node.context(), id);

const stakeOf = (chain: InferenceChain, account: TestAccount) =>
  holdingsOf(chain).get(account.name)!.stake;

describe("a challenge of a right result", () => {
  it("is lost: the bond goes to those who repeated the work, pay waits until then", async () => {
    const { chain, id, before, nodes } = await answered([{}, {}, {}, {}]);
    const result = await chain.send(chain.other, [challengeOf(chain.other, id)]);
    expect(result).toMatchObject({ code: 0 });
    expect(gainOf(chain, before, chain.other).balance).toBe(-BOND - FEE);
    chain.expectSound();
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.ESCALATED, paid: false });
    await chain.run(6);
    expect(challengeIn(chain, id)?.status).toBe(ChallengeStatus.LOST);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    await chain.run(Number(WINDOW));
    expect(chain.getRequest(id).paid).toBe(true);
    expect(eventsOf(chain, "inference.challenge_ended")).toMatchObject([{ won: "false" }]);
    expect(chain.faults()).toEqual([]);
    for (const { validator } of nodes) {
      const pay = memberPay(chain, id, validator.account);
      expect(pay).toBeGreaterThan(0n);
      expect(gainOf(chain, before, validator.account)).toEqual({
        balance: pay + BOND / 4n,
        stake: 0n,
      });
    }
    expect(gainOf(chain, before, chain.other).balance).toBe(-BOND - FEE);
    chain.expectSound();
  });

  it("is lost without agreement: the result stands, the bond goes to the community", async () => {
    const { chain, id, nodes } = await answered([{}, {}, {}, {}]);
    const digest = chain.getResult(id).requestDigest;
    for (const [index, node] of nodes.entries()) {
      node.receipts.behaviour = {
        answer: (honest, request) =>
          isEscalated(request) ? otherAnswer(honest, index % 2) : honest,
      };
    }
    const { reward } = chain.node.wiring.keepers;
    const pool = reward.communityPool(chain.node.context());
    await chain.send(chain.other, [challengeOf(chain.other, id)]);
    await chain.runUntil(() => challengeIn(chain, id)?.status === ChallengeStatus.LOST, 12);
    expect(reward.communityPool(chain.node.context()) - pool).toBeGreaterThanOrEqual(BOND);
    await chain.run(Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({
      status: RequestStatus.FULFILLED,
      batchId: 1n,
      originBatchId: 0n,
      paid: true,
    });
    expect(chain.getResult(id)).toMatchObject({ requestDigest: digest, provisional: false });
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});

describe("a challenge of a wrong result", () => {
  it("is won: result replaced, liars punished, part of it and the bond to the challenger", async () => {
    const { chain, id, before, nodes } = await answered([{}, liar(9), liar(9), liar(9)]);
    const wrong = chain.getResult(id).requestDigest;
    await chain.send(chain.other, [challengeOf(chain.other, id)]);
    await chain.run(6);
    expect(challengeIn(chain, id)?.status).toBe(ChallengeStatus.WON);
    expect(chain.getResult(id).requestDigest).not.toEqual(wrong);
    await chain.run(Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(faultLines(chain).sort()).toEqual([
      "validator-1 WRONG",
      "validator-2 WRONG",
      "validator-3 WRONG",
    ]);
    // Half of three times one per cent of 100 NES; the bond is back.
    expect(gainOf(chain, before, chain.other).balance).toBe(1_500_000n - FEE);
    expect(gainOf(chain, before, nodes[0]!.validator.account).stake).toBe(0n);
    for (const { validator } of nodes.slice(1)) {
      expect(gainOf(chain, before, validator.account).stake).toBe(-1_000_000n);
    }
    // The one that was right in both rounds has two shares.
    const share = memberPay(chain, id, nodes[1]!.validator.account);
    expect(memberPay(chain, id, nodes[0]!.validator.account)).toBe(2n * share);
    expect(eventsOf(chain, "inference.challenge_ended")).toMatchObject([{ won: "true" }]);
    chain.expectSound();
  });

  it("can be made by the member in the minority, with its penalty for a bond", async () => {
    const { chain, id, before, nodes } = await answered([{}, liar(9), liar(9), liar(9)]);
    const { receipts, validator } = nodes[0]!;
    const { leaves } = receipts.findFinished(1n)!;
    const message = challengeOf(validator.account, id, leaves);
    expect(await chain.send(validator.account, [message])).toMatchObject({ code: 0 });
    expect(gainOf(chain, before, validator.account)).toEqual({ balance: -FEE, stake: 0n });
    await chain.run(6 + Number(WINDOW));
    expect(challengeIn(chain, id)?.status).toBe(ChallengeStatus.WON);
    expect(faultLines(chain)).toHaveLength(3);
    expect(faultLines(chain)).not.toContain("validator-0 WRONG");
    const pay = memberPay(chain, id, validator.account);
    expect(gainOf(chain, before, validator.account)).toEqual({
      balance: pay + 1_500_000n - FEE,
      stake: 0n,
    });
    chain.expectSound();
  });
});

describe("a member in the minority that was wrong", () => {
  it("loses its challenge and pays its penalty, once", async () => {
    const { chain, id, before, nodes } = await answered([liar(9), {}, {}, {}]);
    const { receipts, validator } = nodes[0]!;
    const { leaves } = receipts.findFinished(1n)!;
    await chain.send(validator.account, [challengeOf(validator.account, id, leaves)]);
    await chain.run(6 + Number(WINDOW));
    expect(challengeIn(chain, id)?.status).toBe(ChallengeStatus.LOST);
    expect(faultLines(chain)).toEqual(["validator-0 WRONG"]);
    expect(gainOf(chain, before, validator.account).stake).toBe(-1_000_000n);
    expect(chain.getRequest(id).paid).toBe(true);
    chain.expectSound();
  });
});

describe("pay and penalties", () => {
  it("are held for as long as a challenge of the batch is open, and released once", async () => {
    const { chain, id, before, nodes } = await answered([liar(9), {}, {}, {}]);
    const closes = chain.getBatch(1n).closesHeight;
    while (chain.height < closes - 2n) await chain.run(1);
    await chain.send(chain.other, [challengeOf(chain.other, id)]);
    // The escalation is decided after the window would have been over.
    while (chain.height < closes + 2n) {
      await chain.run(1);
      expect(chain.getBatch(1n).status).toBe(BatchStatus.SETTLED);
      expect(chain.getRequest(id).paid).toBe(false);
      expect(stakeOf(chain, nodes[0]!.validator.account)).toBe(
        before.get(nodes[0]!.validator.account.name)!.stake,
      );
      chain.expectSound();
    }
    await chain.runUntil(() => chain.getBatch(1n).status === BatchStatus.CLOSED, 6);
    expect(chain.getRequest(id).paid).toBe(true);
    expect(faultLines(chain)).toEqual(["validator-0 WRONG"]);
    chain.expectSound();
  });
});

describe("a challenge that is refused", () => {
  it.each<[string, number, (chain: InferenceChain, id: bigint) => PackedMessage]>([
    ["of a request that does not exist", 4, (chain) => challengeOf(chain.other, 99n)],
    [
      "by a member without a seat",
      12,
      (chain, id) => challengeOf(chain.other, id, [new Uint8Array(32)]),
    ],
  ])("%s changes nothing", async (_, code, message) => {
    const { chain, id, before } = await answered([{}, {}, {}, {}]);
    const result = await chain.send(chain.other, [message(chain, id)]);
    expect(result).toMatchObject({ codespace: "inference", code });
    expect(gainOf(chain, before, chain.other).balance).toBe(-FEE);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });

  it("comes a second time for the same request", async () => {
    const { chain, id, before } = await answered([{}, {}, {}, {}]);
    await chain.send(chain.other, [challengeOf(chain.other, id)]);
    const again = await chain.send(chain.user, [challengeOf(chain.user, id)]);
    expect(again).toMatchObject({ codespace: "inference", code: 11 });
    expect(gainOf(chain, before, chain.user).balance).toBe(-FEE);
    chain.expectSound();
  });

  it("comes when the window is over", async () => {
    const { chain, id } = await answered([{}, {}, {}, {}]);
    await chain.run(Number(WINDOW));
    const late = await chain.send(chain.other, [challengeOf(chain.other, id)]);
    expect(late).toMatchObject({ codespace: "inference", code: 10 });
    expect(payoutsOf(chain, id)?.["MEMBER"]).toBeGreaterThan(0n);
    chain.expectSound();
  });

  it("disputes what FULL assurance decided", async () => {
    const { chain } = await answered([{}, {}, {}, {}]);
    const id = await chain.request("echo", [testInput(5)], { assurance: Assurance.FULL });
    await chain.run(5);
    const refused = await chain.send(chain.other, [challengeOf(chain.other, id)]);
    expect(refused).toMatchObject({ codespace: "inference", code: 10 });
    chain.expectSound();
  });

  it("is by a member that answered as the majority did, or shows digests not its own", async () => {
    const { chain, id, nodes } = await answered([{}, {}, {}, liar(1)]);
    const [right, liarNode] = [nodes[0]!, nodes[3]!];
    const own = right.receipts.findFinished(1n)!.leaves;
    const lies = liarNode.receipts.findFinished(1n)!.leaves;
    const { account } = right.validator;
    for (const leaves of [own, lies]) {
      const refused = await chain.send(account, [challengeOf(account, id, leaves)]);
      expect(refused).toMatchObject({ codespace: "inference", code: 12 });
    }
    expect(challengeIn(chain, id)).toBeUndefined();
    chain.expectSound();
  });
});
