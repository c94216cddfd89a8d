import { describe, expect, it } from "vitest";
import {
  Assurance,
  type Execution,
  QueryQuoteRequest,
  QueryQuoteResponse,
  ReceiptStatus,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { amountOf } from "#core/primitives/coin.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { gainOf, holdingsOf, memberPay, payoutsOf, seatOf } from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const WINDOW = 6n;

const start = () =>
  InferenceChain.start({ validators: 4, inference: { challengeWindowBlocks: WINDOW } });

function quoteOf(
  chain: InferenceChain,
  asked: { readonly inputs: readonly Uint8Array[]; readonly assurance: Assurance },
) {
  const { inputs, assurance } = asked;
  const inputBytes = inputs.reduce((sum, input) => sum + BigInt(input.length), 0n);
  const answer = chain.node.queries.abciQuery({
    path: "/aivm.inference.v1.Query/Quote",
    data: QueryQuoteRequest.encode(
      QueryQuoteRequest.create({
        kernel: "echo",
        inputBytes,
        inputCount: inputs.length,
        assurance,
      }),
    ),
    height: 0n,
    prove: false,
  });
  return QueryQuoteResponse.decode(answer.value);
}

/** A receipt of a kernel that failed, the same on every machine. */
function failed(status: ReceiptStatus): (honest: Execution) => Execution {
  return ({ receipt }) => ({
    receipt: { ...receipt, status, outputSize: 0n, outputDigest: new Uint8Array(0) },
    output: new Uint8Array(0),
  });
}

describe("the price", () => {
  it.each([
    [Assurance.COMMITTEE, 1],
    [Assurance.COMMITTEE, 5],
    [Assurance.FULL, 3],
  ])("that is quoted is what is charged (assurance %i, %i inputs)", async (assurance, count) => {
    const chain = await start();
    const inputs = Array.from({ length: count }, (_, index) => testInput(index));
    const { price, fees } = quoteOf(chain, { inputs, assurance });
    const before = holdingsOf(chain);
    const exact = amountOf(price);
    const from = chain.other;
    const id = await chain.request("echo", inputs, { assurance, maxPrice: exact, from });
    expect(gainOf(chain, before, chain.other).balance).toBe(-exact - 1_000n);
    expect(chain.getRequest(id).fees).toEqual(fees);
    await chain.run(6 + Number(WINDOW));
    // Nothing more is ever charged, and nothing comes back of a request that was fulfilled.
    expect(gainOf(chain, before, chain.other).balance).toBe(-exact - 1_000n);
    const sum = Object.values(payoutsOf(chain, id)!).reduce((a, b) => a + b, 0n);
    expect(sum).toBe(exact);
    chain.expectSound();
  });

  it("is refused with nothing escrowed when it exceeds what the requester allows", async () => {
    const chain = await start();
    const inputs = [testInput(1)];
    const { price } = quoteOf(chain, { inputs, assurance: Assurance.COMMITTEE });
    const before = holdingsOf(chain);
    const maxPrice = amountOf(price) - 1n;
    const message = chain.requestMessage("echo", inputs, { maxPrice });
    const refused = await chain.send(chain.user, [message]);
    expect(refused).toMatchObject({ codespace: "inference", code: 9 });
    expect(gainOf(chain, before, chain.user).balance).toBe(-1_000n);
    chain.expectSound();
  });

  it("is split 80 / 10 / 10, with the dust to the protocol", async () => {
    const chain = await start();
    const id = await chain.request("echo", [testInput(1)], { priorityFee: 13n });
    await chain.run(6 + Number(WINDOW));
    const { fees } = chain.getRequest(id);
    const pot = BigInt(fees.compute) + 13n;
    const members = ((pot * 8n) / 10n / 4n) * 4n;
    const owner = pot / 10n;
    expect(payoutsOf(chain, id)).toEqual({
      MEMBER: members,
      OWNER: owner + BigInt(fees.author),
      PROTOCOL: BigInt(fees.admission) + pot - members - owner,
    });
    chain.expectSound();
  });
});

describe("a kernel that fails", () => {
  it.each([
    ReceiptStatus.OUT_OF_GAS,
    ReceiptStatus.EXCEPTION,
    ReceiptStatus.BAD_OUTPUT,
    ReceiptStatus.MODEL_ERROR,
  ])("the same everywhere (status %i) is paid for, but not its author", async (status) => {
    const chain = await start();
    const before = holdingsOf(chain);
    for (const { receipts } of chain.network.nodes) receipts.behaviour = { answer: failed(status) };
    const from = chain.other;
    const id = await chain.request("echo", [testInput(1)], { from });
    await chain.run(6 + Number(WINDOW));
    const { fees, ...request } = chain.getRequest(id);
    expect(request).toMatchObject({ status: RequestStatus.KERNEL_FAILED, paid: true });
    expect(chain.getResult(id)).toMatchObject({
      status: RequestStatus.KERNEL_FAILED,
      seatsAgreed: 4,
      executions: [{ receipt: { status, outputSize: 0n } }],
    });
    expect(payoutsOf(chain, id)?.["REFUND"]).toBe(BigInt(fees.author));
    expect(chain.faults()).toEqual([]);
    for (const { validator } of chain.network.nodes) {
      const pay = memberPay(chain, id, validator.account);
      expect(pay).toBeGreaterThan(0n);
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: pay, stake: 0n });
    }
    chain.expectSound();
  });
});

describe("a request of several inputs", () => {
  it("has a receipt for each, in order; one failing execution fails it whole", async () => {
    const chain = await start();
    for (const { receipts } of chain.network.nodes) {
      receipts.behaviour = {
        answer: (honest, _, input) =>
          input === 1 ? failed(ReceiptStatus.EXCEPTION)(honest) : honest,
      };
    }
    const id = await chain.request("echo", [testInput(1), testInput(2), testInput(3)]);
    await chain.run(5);
    const result = chain.getResult(id);
    expect(result.status).toBe(RequestStatus.KERNEL_FAILED);
    expect(result.executions.map(({ receipt }) => receipt.status)).toEqual([
      ReceiptStatus.OK,
      ReceiptStatus.EXCEPTION,
      ReceiptStatus.OK,
    ]);
    expect(result.executions.map(({ output }) => output.length > 0)).toEqual([true, false, true]);
    chain.expectSound();
  });

  it("is an abstention as a whole when the host could not finish one of them", async () => {
    const chain = await start();
    const weak = chain.network.nodes[3]!;
    weak.receipts.behaviour = {
      answer: (honest, _, input) => (input === 1 ? undefined : honest),
    };
    const id = await chain.request("echo", [testInput(1), testInput(2)]);
    await chain.run(6 + Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(seatOf(chain.getBatch(1n), weak).abstentions).toEqual(Uint8Array.of(1));
    expect(memberPay(chain, id, weak.validator.account)).toBe(0n);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});

describe("outputs over the inline limit", () => {
  it("stay out of the chain: receipts with their digests are agreed and paid", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      kernels: [testManifest({ name: "echo" })],
      inference: { challengeWindowBlocks: WINDOW, inlineOutputBytes: 8n },
    });
    for (const { receipts } of chain.network.nodes) {
      receipts.behaviour = {
        answer: ({ receipt }) => ({ receipt, output: new Uint8Array(0) }),
      };
    }
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(6 + Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    const [execution] = chain.getResult(id).executions;
    expect(execution?.output).toHaveLength(0);
    expect(execution?.receipt.outputDigest).toHaveLength(32);
    chain.expectSound();
  });
});
