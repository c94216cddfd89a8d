import { describe, expect, it } from "vitest";
import { FaultKind, RequestStatus, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import type { BlockOptions } from "#test/harness/memoryNetwork.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import {
  answering,
  eventsOf,
  faultLines,
  gainOf,
  type Holding,
  holdingsOf,
  memberPay,
  payoutsOf,
  penaltyBps,
  rewriting,
  seatOf,
} from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const STAKE = 100_000_000n;
/** Longer than any fault but WRONG takes to be found. */
const WINDOW = 8n;

/** One request on four validators of which the last breaks the protocol in one way. */
async function runWithFault(
  arrange: (culprit: MemoryNode) => void,
  options: (culprit: MemoryNode) => BlockOptions = () => ({}),
) {
  const chain = await InferenceChain.start({
    validators: 4,
    inference: { challengeWindowBlocks: WINDOW },
  });
  const culprit = chain.network.nodes[3]!;
  const honest = chain.network.nodes.slice(0, 3);
  const before = holdingsOf(chain);
  arrange(culprit);
  const id = await chain.request("echo", [testInput(1)]);
  const requested = chain.height;
  await chain.run(7, options(culprit));
  const answered = chain.getRequest(id).status;
  await chain.run(Number(WINDOW));
  chain.expectSound();
  return { chain, culprit, honest, before, id, requested, answered };
}

type Outcome = Awaited<ReturnType<typeof runWithFault>>;

/** The request was answered, and the right fault and only it is on record and was paid for. */
function expectFault(
  outcome: Outcome,
  expected: { readonly kind: FaultKind; readonly name: string; readonly status: SeatStatus },
) {
  const { chain, culprit, honest, before, id, answered } = outcome;
  expect(answered).toBe(RequestStatus.FULFILLED);
  expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
  expect(faultLines(chain)).toEqual([`validator-3 ${expected.name}`]);
  const penalty = (STAKE * penaltyBps(chain, expected.kind)) / 10_000n;
  expect(chain.faults()[0]?.penalty).toEqual({ denom: "unes", amount: penalty.toString() });
  expect(eventsOf(chain, "inference.fault_recorded")).toMatchObject([
    {
      operator: culprit.validator.account.operator,
      kind: expected.name,
      penalty: `${penalty}unes`,
    },
  ]);
  expect(seatOf(chain.getBatch(1n), culprit).status).toBe(expected.status);
  expect(gainOf(chain, before, culprit.validator.account)).toEqual({
    balance: 0n,
    stake: -penalty,
  });
  expectPaid(chain, { honest, before, id });
}

/** The honest shared the member part equally and lost nothing; the user paid just the price. */
function expectPaid(
  chain: InferenceChain,
  given: {
    readonly honest: readonly MemoryNode[];
    readonly before: ReadonlyMap<string, Holding>;
    readonly id: bigint;
  },
) {
  const { honest, before, id } = given;
  const { fees } = chain.getRequest(id);
  const compute = BigInt(fees.compute);
  const pay = (compute * 8_000n) / 10_000n / BigInt(honest.length);
  expect(pay).toBeGreaterThan(0n);
  for (const { validator } of honest) {
    expect(memberPay(chain, id, validator.account)).toBe(pay);
    expect(gainOf(chain, before, validator.account)).toEqual({ balance: pay, stake: 0n });
  }
  const price = BigInt(fees.admission) + compute + BigInt(fees.author);
  // The user also owns the kernel, and paid 1,000 for its transaction.
  const owned = compute / 10n + BigInt(fees.author);
  expect(gainOf(chain, before, chain.user).balance).toBe(owned - price - 1_000n);
  const sum = Object.values(payoutsOf(chain, id) ?? {}).reduce((a, b) => a + b, 0n);
  expect(sum).toBe(price);
}

describe("a member that breaks the protocol", () => {
  it("is ABSENT when it never commits, three proposers later", async () => {
    const outcome = await runWithFault((culprit) => {
      culprit.receipts.behaviour = { runs: () => false };
    });
    expectFault(outcome, { kind: FaultKind.ABSENT, name: "ABSENT", status: SeatStatus.ABSENT });
    expect(outcome.chain.faults()[0]?.height).toBe(outcome.requested + 5n);
  });

  it("is WITHHELD when it commits and does not reveal, three proposers later", async () => {
    const outcome = await runWithFault(
      () => undefined,
      (culprit) => rewriting(culprit, (said) => ({ ...said, reveals: [], payloads: [] })),
    );
    expectFault(outcome, {
      kind: FaultKind.WITHHELD,
      name: "WITHHELD",
      status: SeatStatus.WITHHELD,
    });
    expect(outcome.chain.faults()[0]?.height).toBe(outcome.requested + 7n);
  });

  it("is WITHHELD, and reveals nothing else, when it lost what it committed to", async () => {
    const outcome = await runWithFault((culprit) => {
      const { receipts, validator } = culprit;
      const work = receipts.work.bind(receipts);
      receipts.work = (ctx, keeper) => {
        const committed = keeper
          .owedBatchIds(ctx, validator.address)
          .map((id) => seatOf(keeper.getBatch(ctx, id), culprit))
          .some((seat) => seat.status === SeatStatus.COMMITTED);
        if (committed) {
          receipts.forget();
          receipts.behaviour = answering(5);
        }
        return work(ctx, keeper);
      };
    });
    expectFault(outcome, {
      kind: FaultKind.WITHHELD,
      name: "WITHHELD",
      status: SeatStatus.WITHHELD,
    });
  });

  it("is INVALID at once when its reveal does not open its commitment", async () => {
    const outcome = await runWithFault(
      () => undefined,
      (culprit) =>
        rewriting(culprit, (said) => ({
          ...said,
          reveals: said.reveals.map((reveal) => ({ ...reveal, salt: new Uint8Array(32) })),
        })),
    );
    expectFault(outcome, { kind: FaultKind.INVALID, name: "INVALID", status: SeatStatus.INVALID });
    expect(outcome.chain.faults()[0]?.height).toBe(outcome.requested + 5n);
  });

  it("is INVALID when its abstentions name requests that the batch does not have", async () => {
    const outcome = await runWithFault(
      () => undefined,
      (culprit) =>
        rewriting(culprit, (said) => ({
          ...said,
          reveals: said.reveals.map((one) => ({ ...one, abstentions: Uint8Array.of(0x80) })),
        })),
    );
    expectFault(outcome, { kind: FaultKind.INVALID, name: "INVALID", status: SeatStatus.INVALID });
  });

  it("is WRONG when its answer differs, and pays only after the challenge window", async () => {
    const outcome = await runWithFault((culprit) => {
      culprit.receipts.behaviour = answering(666);
    });
    expectFault(outcome, { kind: FaultKind.WRONG, name: "WRONG", status: SeatStatus.REVEALED });
    expect(outcome.chain.faults()[0]?.height).toBe(outcome.requested + 5n + WINDOW);
  });

  it("is WRONG when it abstains from nothing but says so for a request it answered", async () => {
    const outcome = await runWithFault(
      (culprit) => {
        culprit.receipts.behaviour = answering(666);
      },
      (culprit) =>
        rewriting(culprit, (said) => ({
          ...said,
          reveals: said.reveals.map((one) => ({ ...one, abstentions: Uint8Array.of(0x01) })),
        })),
    );
    expectFault(outcome, { kind: FaultKind.WRONG, name: "WRONG", status: SeatStatus.REVEALED });
  });
});

describe("several faults", () => {
  it("each is recorded for its own kind, and the two honest of five do not decide", async () => {
    const committee = { target: 5, minimum: 1, maximum: 16 };
    const chain = await InferenceChain.start({
      validators: 5,
      kernels: [testManifest({ name: "echo", committee })],
    });
    const [, , absent, withheld, wrong] = chain.network.nodes;
    absent!.receipts.behaviour = { runs: () => false };
    wrong!.receipts.behaviour = answering(3);
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(
      40,
      rewriting(withheld!, (said) => ({ ...said, reveals: [] })),
    );
    expect(chain.getRequest(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(faultLines(chain).sort()).toEqual([
      // The committee and the escalation find the same two silent; nobody is wrong without agreement.
      "validator-2 ABSENT",
      "validator-2 ABSENT",
      "validator-3 WITHHELD",
      "validator-3 WITHHELD",
    ]);
    chain.expectSound();
  });

  it("jail the validator once there are enough of them inside the window", async () => {
    const chain = await InferenceChain.start({
      validators: 5,
      inference: { faultsToJail: 2, faultWindowBlocks: 200n },
    });
    const culprit = chain.network.nodes[4]!;
    culprit.receipts.behaviour = { runs: () => false };
    const { staking } = chain.node.wiring.keepers;
    const isJailed = () => staking.isJailed(chain.node.context(), culprit.validator.address);
    for (let faults = 1; faults <= 2; faults++) {
      while (chain.faults().length < faults) {
        expect(isJailed()).toBe(false);
        await chain.request("echo", [testInput(faults)]);
        await chain.run(8);
      }
    }
    expect(isJailed()).toBe(true);
    const others = chain.network.nodes.slice(0, 4);
    for (const { validator } of others) {
      expect(staking.isJailed(chain.node.context(), validator.address)).toBe(false);
    }
    await chain.run(3);
    expect(chain.network.set(chain.height + 1n)).toHaveLength(4);
    const id = await chain.request("echo", [testInput(77)]);
    await chain.run(5);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });

  it("outside the window do not add up", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      inference: { faultsToJail: 2, faultWindowBlocks: 5n },
    });
    const culprit = chain.network.nodes[3]!;
    culprit.receipts.behaviour = { runs: () => false };
    for (let index = 0; index < 3; index++) {
      await chain.request("echo", [testInput(index)]);
      await chain.run(12);
    }
    expect(faultLines(chain)).toHaveLength(3);
    const { staking } = chain.node.wiring.keepers;
    expect(staking.isJailed(chain.node.context(), culprit.validator.address)).toBe(false);
    chain.expectSound();
  });
});

describe("the honest", () => {
  it("are slashed for nothing on a chain where nobody does anything wrong", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const before = holdingsOf(chain);
    const id = await chain.request("echo", [testInput(1), testInput(2)]);
    await chain.run(30);
    expectPaid(chain, { honest: chain.network.nodes, before, id });
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});
