import { describe, expect, it } from "vitest";
import {
  BatchStatus,
  type Execution,
  MsgChallenge,
  ReceiptStatus,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { compareBytes, equalBytes } from "#core/primitives/bytes.js";
import type { AggregationCall, Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import {
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  rewriting,
  seatOf,
} from "#test/harness/protocolRecord.js";
import { executionOf, type Behaviour } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const BAD = Uint8Array.from([0xff, 0xff]);

/**
 * Takes the least output and does not accept {@link BAD}; every call uses `gas`. One aggregator
 * serves all nodes, so `calls` counts each of them.
 */
function leastOf(gas: bigint, calls: AggregationCall[] = []): Aggregator {
  return {
    aggregate: (call) => {
      calls.push(call);
      const accepted = call.outputs.map((output) => !equalBytes(output, BAD));
      const good = call.outputs.filter((_, index) => accepted[index]);
      const least = [...good].sort(compareBytes)[0];
      const execution =
        least === undefined ? failure(ReceiptStatus.EXCEPTION) : executionOf(least, undefined);
      const receipt = { ...execution.receipt, gasUsed: gas };
      return { execution: { ...execution, receipt }, accepted };
    },
  };
}

function failure(status: ReceiptStatus): Execution {
  const receipt = {
    status,
    gasUsed: 500n,
    outputSize: 0n,
    outputDigest: new Uint8Array(0),
    workDigest: new Uint8Array(0),
  };
  return { receipt, output: new Uint8Array(0) };
}

async function start(
  options: {
    readonly aggregator?: Aggregator;
    readonly budget?: bigint;
    readonly behaviours?: readonly Behaviour[];
  } = {},
) {
  const chain = await InferenceChain.start({
    validators: 4,
    kernels: [testManifest({ name: "sample", byCode: true, seed: SeedKind.MEMBER })],
    aggregator: options.aggregator ?? leastOf(1_000n),
    inference: { aggregationGasPerBlock: options.budget ?? 500_000n, challengeWindowBlocks: 5n },
  });
  for (const [index, behaviour] of (options.behaviours ?? []).entries()) {
    chain.network.nodes[index]!.receipts.behaviour = behaviour;
  }
  return chain;
}

describe("a kernel that aggregates by code", () => {
  it("gives one answer from members' different ones, in R+5, and pays them all", async () => {
    const calls: AggregationCall[] = [];
    const chain = await start({ aggregator: leastOf(1_000n, calls) });
    const before = holdingsOf(chain);
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    const outputs = calls[0]!.outputs.map((output) => output.toString());
    expect(new Set(outputs).size).toBe(4);
    const [least] = [...calls[0]!.outputs].sort(compareBytes);
    const result = chain.getResult(id);
    expect(result.executions[0]?.output).toEqual(least);
    expect(result).toMatchObject({ seatsAgreed: 4, seatsTotal: 4, provisional: false });
    for (const { validator } of chain.network.nodes) {
      const pay = memberPay(chain, id, validator.account);
      expect(pay).toBeGreaterThan(0n);
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: pay, stake: 0n });
    }
    // The members' answers are not kept.
    const keeper = chain.node.wiring.keepers.inference;
    expect(keeper.findSeatPayload(chain.node.context(), 1n, 0)).toBeUndefined();
    chain.expectSound();
  });

  it("hands outputs to the code in seat order, input by input", async () => {
    const calls: AggregationCall[] = [];
    const chain = await start({ aggregator: leastOf(1_000n, calls) });
    await chain.request("sample", [testInput(1), testInput(2)]);
    await chain.run(5);
    const seats = chain
      .getBatch(1n)
      .seats.map((seat) =>
        chain.network.nodes.find(({ validator }) =>
          equalBytes(validator.address, seat.consensusAddress),
        )!,
      );
    for (const input of [0, 1]) {
      const expected = seats.map(
        ({ receipts }) => receipts.findFinished(1n)!.executions[0]![input]!.output,
      );
      expect(calls[input]?.outputs).toEqual(expected);
    }
    chain.expectSound();
  });

  it("punishes nobody for an answer that it does not accept, and pays nothing for it", async () => {
    const bad: Behaviour = { answer: () => executionOf(BAD, undefined) };
    const chain = await start({ behaviours: [bad] });
    const before = holdingsOf(chain);
    const [rejected, accepted] = chain.network.nodes;
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(12);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(chain.getResult(id).seatsAgreed).toBe(3);
    expect(seatOf(chain.getBatch(1n), rejected!).rejections).toEqual(Uint8Array.of(1));
    expect(gainOf(chain, before, rejected!.validator.account)).toEqual({ balance: 0n, stake: 0n });
    expect(memberPay(chain, id, accepted!.validator.account)).toBeGreaterThan(0n);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("that fails on all answers is KERNEL_FAILED and paid for", async () => {
    const bad: Behaviour = { answer: () => executionOf(BAD, undefined) };
    const chain = await start({ behaviours: [bad, bad, bad, bad] });
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.KERNEL_FAILED, paid: true });
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("whose runs fail at every member is KERNEL_FAILED without any call of its code", async () => {
    const calls: AggregationCall[] = [];
    const fails: Behaviour = { answer: () => failure(ReceiptStatus.OUT_OF_GAS) };
    const chain = await start({
      aggregator: leastOf(1_000n, calls),
      behaviours: [fails, fails, fails, fails],
    });
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    expect(chain.getRequest(id).status).toBe(RequestStatus.KERNEL_FAILED);
    expect(chain.getResult(id).executions[0]?.receipt.status).toBe(ReceiptStatus.OUT_OF_GAS);
    expect(calls).toEqual([]);
    expect(memberPay(chain, id, chain.network.nodes[0]!.validator.account)).toBeGreaterThan(0n);
    chain.expectSound();
  });

  it("cannot be challenged", async () => {
    const chain = await start();
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    const message = MsgChallenge.create({ challenger: chain.other.text, requestId: id });
    const refused = await chain.send(chain.other, [pack(MsgChallenge, message)]);
    expect(refused).toMatchObject({ codespace: "inference", code: 10 });
    chain.expectSound();
  });
});

describe("a member's own payload", () => {
  it("that never comes leaves its reveal half done: WITHHELD, and the others are enough", async () => {
    const chain = await start();
    const silent = chain.network.nodes[3]!;
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(
      8,
      rewriting(silent, (said) => ({ ...said, payloads: [] })),
    );
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(id)).toMatchObject({ seatsAgreed: 3, seatsTotal: 4 });
    expect(faultLines(chain)).toEqual(["validator-3 WITHHELD"]);
    expect(memberPay(chain, id, silent.validator.account)).toBe(0n);
    chain.expectSound();
  });

  it("that is not what it revealed says nothing", async () => {
    const chain = await start();
    const liar = chain.network.nodes[3]!;
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(
      8,
      rewriting(liar, (said) => ({
        ...said,
        payloads: said.payloads.map((payload) => ({
          ...payload,
          requests: payload.requests.map((request) => ({
            ...request,
            executions: [executionOf(BAD, undefined)],
          })),
        })),
      })),
    );
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(faultLines(chain)).toEqual(["validator-3 WITHHELD"]);
    chain.expectSound();
  });

  it("may come in a later extension than the reveal", async () => {
    const chain = await start();
    const slow = chain.network.nodes[3]!;
    const id = await chain.request("sample", [testInput(2)]);
    await chain.run(
      4,
      rewriting(slow, (said) => ({ ...said, payloads: [] })),
    );
    await chain.run(1);
    expect(seatOf(chain.getBatch(1n), slow)).toMatchObject({
      status: SeatStatus.COMMITTED,
      payloadReceived: false,
    });
    await chain.run(2);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(id).seatsAgreed).toBe(4);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("of too few members ends the request without agreement, and without an escalation", async () => {
    const silent: Behaviour = { runs: () => false };
    const chain = await start({ behaviours: [silent, silent] });
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(8);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.NO_AGREEMENT, paid: true });
    expect(eventsOf(chain, "inference.escalated")).toEqual([]);
    expect(faultLines(chain)).toEqual(["validator-0 ABSENT", "validator-1 ABSENT"]);
    chain.expectSound();
  });
});

describe("a request that a member could not finish", () => {
  it("is aggregated from the others; the member is paid for the rest", async () => {
    const calls: AggregationCall[] = [];
    const abstaining: Behaviour = {
      answer: (honest, { id }) => (id === 1n ? undefined : honest),
    };
    const chain = await start({
      aggregator: leastOf(1_000n, calls),
      behaviours: [abstaining],
    });
    const { account } = chain.network.nodes[0]!.validator;
    const ids = await chain.requestEach("sample", [[testInput(1)], [testInput(2)]]);
    await chain.run(6);
    expect(ids.map((id) => chain.getRequest(id).paid)).toEqual([true, true]);
    expect(calls.slice(0, 2).map(({ outputs }) => outputs.length)).toEqual([3, 4]);
    expect(memberPay(chain, ids[0]!, account)).toBe(0n);
    expect(memberPay(chain, ids[1]!, account)).toBeGreaterThan(0n);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});

describe("aggregation gas", () => {
  it("that a block has not is carried over: requests go on in the next blocks, in order", async () => {
    const chain = await start({ aggregator: leastOf(6_000n), budget: 10_000n });
    const many = Array.from({ length: 5 }, (_, index) => [testInput(index)]);
    const ids = await chain.requestEach("sample", many);
    await chain.run(5);
    // 6,000 leave 4,000, so a second runs and overdraws; the third waits.
    expect(chain.getBatch(1n)).toMatchObject({
      status: BatchStatus.AGGREGATING,
      aggregatedRequests: 2,
    });
    expect(chain.getResult(ids[0]!).provisional).toBe(true);
    chain.expectSound();
    await chain.run(1);
    expect(chain.getBatch(1n).aggregatedRequests).toBe(4);
    await chain.run(1);
    expect(chain.getBatch(1n).status).toBe(BatchStatus.CLOSED);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});
