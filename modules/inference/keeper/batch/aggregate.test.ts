import { describe, expect, test } from "vitest";
import {
  BatchStatus,
  type Execution,
  type Params,
  Receipt,
  ReceiptStatus,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { aggregated, RecordingAggregator } from "#test/harness/recordingAggregator.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { notChallengeable } from "../../types/errors.js";

const KERNEL = testManifest({ name: "echo", byCode: true, seed: SeedKind.MEMBER, price: 0n });

interface Ensemble {
  readonly chain: InferenceFixture;
  readonly aggregator: RecordingAggregator;
}

function ensemble(inference: Partial<Params> = {}): Ensemble {
  const aggregator = new RecordingAggregator();
  const chain = new InferenceFixture({ kernels: [KERNEL], inference, aggregator });
  return { chain, aggregator };
}

/** A run that the kernel itself failed. */
const failure = (status: Receipt["status"]): Execution => ({
  receipt: Receipt.create({ status, gasUsed: 3n }),
  output: new Uint8Array(0),
});

/** What members say by number: an output, a failure, or an abstention. */
function answering(chain: InferenceFixture, answers: ReadonlyMap<number, Execution | undefined>) {
  for (const [number, answer] of answers) chain.behave(number, { answer: () => answer });
}

/** What validators earned, by number. */
const earnings = (chain: InferenceFixture): bigint[] =>
  chain.validators.map(({ account }) => chain.balance(account));

describe("answers of members", () => {
  test("are given to the code in seat order, once for each input of each request", () => {
    const { chain, aggregator } = ensemble();
    chain.validators.forEach((_, number) => {
      chain.behave(number, {
        answer: (_honest, request, input) =>
          executionOf(utf8(`${number} ${request.id} ${input}`), undefined),
      });
    });
    chain.ask({ inputs: [testInput(1), testInput(2)] });
    chain.ask();
    chain.run(5);
    const holders = chain.batch(1n).seats.map((_, seat) => chain.holder(1n, seat));
    const texts = aggregator.calls.map(({ outputs }) =>
      outputs.map((bytes) => new TextDecoder().decode(bytes)),
    );
    const expected = ["1 0", "1 1", "2 0"].map((work) => holders.map((who) => `${who} ${work}`));
    expect(texts).toEqual(expected);
    expect(aggregator.calls[0]).toMatchObject({ gasLimit: KERNEL.aggregation.gasLimit });
    expect(aggregator.calls[0]!.code.length).toBeGreaterThan(0);
  });

  test("become one result, which the code decides", () => {
    const { chain, aggregator } = ensemble();
    aggregator.answer = (call) => aggregated(utf8("agreed"), call);
    const id = chain.ask();
    chain.run(5);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    const result = chain.result(id)!;
    expect(result).toMatchObject({ provisional: false, seatsAgreed: 4, seatsTotal: 4 });
    expect(result.executions.map(({ output }) => output)).toEqual([utf8("agreed")]);
    expect(chain.request(id).paid).toBe(true);
    expect(new Set(earnings(chain)).size).toBe(1);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that the code does not accept are not paid, and are nobody's fault", () => {
    const { chain, aggregator } = ensemble();
    aggregator.answer = (call) => ({
      ...aggregated(utf8("agreed"), call),
      accepted: [true, false, true, true],
    });
    const id = chain.ask();
    chain.run(5);
    const rejected = chain.holder(1n, 1);
    expect(chain.result(id)).toMatchObject({ seatsAgreed: 3, seatsTotal: 4 });
    const paid = earnings(chain);
    expect(paid[rejected]).toBe(0n);
    expect(paid.filter((amount) => amount > 0n)).toHaveLength(3);
    expect(chain.faults()).toEqual([]);
  });

  test("that were not accepted for any input are not accepted for the request", () => {
    const { chain, aggregator } = ensemble();
    let calls = 0;
    aggregator.answer = (call) => {
      const refused = calls++;
      return {
        ...aggregated(utf8("agreed"), call),
        accepted: call.outputs.map((_, i) => i !== refused),
      };
    };
    const first = chain.ask({ inputs: [testInput(1), testInput(2)] });
    const second = chain.ask();
    chain.run(5);
    expect(chain.result(first)?.seatsAgreed).toBe(2);
    expect(chain.result(second)?.seatsAgreed).toBe(3);
    expect(chain.batch(1n).seats.map(({ rejections }) => [...rejections])).toEqual([
      [0b01],
      [0b01],
      [0b10],
      [],
    ]);
  });
});

describe("members that could not answer", () => {
  test("are left out of what the code sees and are not paid", () => {
    const { chain, aggregator } = ensemble();
    answering(chain, new Map([[2, undefined]]));
    const id = chain.ask();
    chain.run(5);
    expect(aggregator.calls[0]!.outputs).toHaveLength(3);
    expect(chain.result(id)?.seatsAgreed).toBe(3);
    expect(earnings(chain)[2]).toBe(0n);
  });

  test("leave a request without a result when too few are left to speak for the committee", () => {
    const { chain, aggregator } = ensemble();
    const abstaining = {
      answer: (honest: Execution, { id }: { id: bigint }) => (id === 1n ? undefined : honest),
    };
    for (const number of [0, 1]) chain.behave(number, abstaining);
    const [first, second] = [chain.ask(), chain.ask()];
    chain.run(5);
    expect(chain.request(first).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.result(first)).toBeUndefined();
    expect(chain.request(second).status).toBe(RequestStatus.FULFILLED);
    expect(aggregator.calls).toHaveLength(1);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("leave it without a result when all of them abstain: nobody said that the kernel failed", () => {
    const { chain } = ensemble();
    answering(chain, new Map([0, 1, 2, 3].map((number) => [number, undefined])));
    const id = chain.ask();
    chain.run(6);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(earnings(chain)).toEqual([0n, 0n, 0n, 0n]);
  });
});

describe("runs that the kernel failed", () => {
  test("are not accepted while others succeeded", () => {
    const { chain, aggregator } = ensemble();
    answering(chain, new Map([[1, failure(ReceiptStatus.OUT_OF_GAS)]]));
    const id = chain.ask();
    chain.run(5);
    expect(aggregator.calls[0]!.outputs).toHaveLength(3);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(earnings(chain)[1]).toBe(0n);
    expect(chain.faults()).toEqual([]);
  });

  test("are the result when nobody succeeded: the first in seat order, and everybody is paid", () => {
    const { chain, aggregator } = ensemble();
    const statuses = [
      ReceiptStatus.OUT_OF_GAS,
      ReceiptStatus.EXCEPTION,
      ReceiptStatus.BAD_OUTPUT,
      ReceiptStatus.MODEL_ERROR,
    ];
    answering(chain, new Map(statuses.map((status, number) => [number, failure(status)])));
    const id = chain.ask();
    chain.run(5);
    expect(aggregator.calls).toEqual([]);
    expect(chain.request(id).status).toBe(RequestStatus.KERNEL_FAILED);
    const first = statuses[chain.holder(1n, 0)]!;
    expect(chain.result(id)?.executions[0]?.receipt.status).toBe(first);
    expect(earnings(chain)).not.toContain(0n);
  });

  test("are what outputs too large to be in state count as", () => {
    const { chain, aggregator } = ensemble({ inlineOutputBytes: 10n });
    chain.validators.forEach((_, number) => {
      chain.behave(number, { answer: (honest) => ({ ...honest, output: new Uint8Array(0) }) });
    });
    const id = chain.ask();
    chain.run(5);
    expect(aggregator.calls).toEqual([]);
    const { receipt } = chain.result(id)!.executions[0]!;
    expect(receipt.status).toBe(ReceiptStatus.OUTPUT_TOO_LARGE);
  });

  test("are paid like successes when it is the aggregation that fails", () => {
    const { chain, aggregator } = ensemble();
    aggregator.answer = (call) => ({
      execution: failure(ReceiptStatus.EXCEPTION),
      accepted: call.outputs.map(() => true),
    });
    const id = chain.ask();
    chain.run(5);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.KERNEL_FAILED, paid: true });
    expect(earnings(chain)).not.toContain(0n);
  });
});

describe("the aggregation gas of a block", () => {
  test("is shared by batches; what does not fit goes on in the next block, in order", () => {
    // One call of 1,000 a block, and one that overdraws what is left.
    const { chain, aggregator } = ensemble({ aggregationGasPerBlock: 10_000n });
    aggregator.answer = (call) => {
      const outcome = aggregated(utf8("agreed"), call);
      const receipt = { ...outcome.execution.receipt, gasUsed: 6_000n };
      return { ...outcome, execution: { ...outcome.execution, receipt } };
    };
    const ids = [1, 2, 3, 4, 5].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.run(5);
    const calls: number[] = [];
    for (let block = 0; block < 3; block++) {
      calls.push(aggregator.calls.length);
      const running = chain.batch(1n).status === BatchStatus.AGGREGATING;
      expect(chain.batch(1n).aggregatedRequests).toBe(aggregator.calls.length);
      expect(chain.result(ids[0]!)?.provisional).toBe(running);
      expect(chain.result(ids[4]!)?.provisional).toBe(running ? undefined : false);
      expect(chain.brokenInvariants()).toEqual([]);
      chain.run();
    }
    expect(calls).toEqual([2, 4, 5]);
    expect(ids.map((id) => chain.request(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    expect(chain.request(ids[0]!).paid).toBe(true);
  });

  test("is not spent on what ended at its deadline meanwhile", () => {
    const { chain, aggregator } = ensemble();
    const id = chain.ask();
    chain.run(3);
    const request = chain.request(id);
    chain.keeper.setRequest(chain.ctx, { ...request, deadlineHeight: chain.height + 1n });
    chain.keeper.tables.due.add(chain.ctx.kv(chain.keys.inference), [chain.height + 1n, id]);
    chain.run(4);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(aggregator.calls).toEqual([]);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
  });
});

describe("without enough answers", () => {
  test("a request ends without agreement and is not escalated", () => {
    const { chain, aggregator } = ensemble();
    const id = chain.ask();
    chain.run(3);
    chain.mute.add(0).add(1);
    chain.run(8);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(aggregator.calls).toEqual([]);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    expect(chain.faults()).toHaveLength(2);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("a seat that reveals and shows no answers has withheld them", () => {
    const { chain } = ensemble();
    const id = chain.ask();
    chain.run(3);
    const finished = chain.receipts[0]!.findFinished(1n)!;
    const { batchRoot, salt, abstentions } = finished;
    chain.run();
    chain.mute.add(0);
    chain.say(0, { reveals: [{ batchId: 1n, batchRoot, salt, abstentions }] });
    chain.run();
    const seat = (): number => chain.batch(1n).seats[chain.seatOf(1n, 0)]!.status;
    expect(seat()).toBe(SeatStatus.COMMITTED);
    chain.run(5);
    expect(seat()).toBe(SeatStatus.WITHHELD);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.result(id)?.seatsAgreed).toBe(3);
  });
});

test("nobody can challenge what code aggregated", () => {
  const { chain } = ensemble();
  const id = chain.ask();
  chain.run(5);
  chain.expectRefused(notChallengeable, () => {
    chain.challenge(id);
  });
});
