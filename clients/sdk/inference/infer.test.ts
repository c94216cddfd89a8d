import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  Assurance,
  ReceiptStatus,
  RequestStatus,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { headerHash } from "#core/comet/hashes.js";
import { toHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeInference } from "#test/harness/fakeInference.js";
import { lightBlock } from "#test/harness/lightChain.js";
import { RpcFault } from "#test/harness/rpcServer.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { SdkError } from "../errors.js";
import { proverFromGenesis } from "../light/proverFromGenesis.js";
import type { TxContext } from "../tx/txContext.js";
import type { Ask, PlainValues } from "./ask.js";
import { awaitInference, type InferencePlace } from "./awaitInference.js";
import { getResult, resultKey } from "./getResult.js";
import { infer, type InferOptions } from "./infer.js";
import { quote } from "./quote.js";
import type { RequestProgress } from "./waitForRequest.js";

const IMAGE = { image: [0.5, 1, -2, 0] };
const ANSWER = { label: [7n], text: "seven" };
const ASK: Ask = { kernel: "digits", input: IMAGE };

let fake: FakeChainRpc;
let inference: FakeInference;
let context: TxContext & InferencePlace;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  inference = new FakeInference(fake, sampleManifest());
  inference.answer = () => ({ status: RequestStatus.FULFILLED, executions: [ANSWER] });
  context = fakeTxContext(fake);
});

afterEach(async () => {
  await fake.close();
});

async function proving(): Promise<TxContext & InferencePlace> {
  const { rpc: primary, clock } = context;
  return { ...context, prover: await proverFromGenesis(fake.genesis, { primary, clock }) };
}

describe("an answer", () => {
  test("is decoded by the kernel's schema and proven against a verified header", async () => {
    const progress: RequestProgress[] = [];
    const answer = await infer(await proving(), ASK, {
      onProgress: (one) => progress.push(one),
    });
    expect(answer).toMatchObject({
      requestId: 1n,
      status: "FULFILLED",
      output: { label: ["7"], text: "seven" },
      outputs: [{ label: ["7"], text: "seven" }],
      price: { price: 2_400n, escrowed: 2_400n, fees: { compute: "2000" } },
      result: { seatsAgreed: 2, seatsTotal: 3 },
    });
    const { proof } = answer;
    expect(proof.verified).toBe(true);
    const next = fake.lightBlock(proof.height + 1n).signedHeader.header;
    expect(toHex(proof.appHash!)).toBe(toHex(next.appHash));
    const stages = progress.map(({ stage }) => stage);
    expect(stages).toEqual(["queued", "committing", "revealing", "done"]);
    expect(progress[0]).toEqual({ stage: "queued", requestId: 1n, height: 3n, members: [] });
    expect(progress[1]!.members).toHaveLength(3);
    expect(progress[3]).toMatchObject({
      height: 8n,
      members: [{ operator: "nesavaloper1a", power: 10n, status: "REVEALED" }, {}, {}],
    });
  });

  test("says who committed and revealed at which height, and who was right", async () => {
    const { trace } = await infer(context, ASK);
    expect(trace).toMatchObject({
      batchId: 1n,
      requestHeight: 3n,
      drawHeight: 4n,
      frozenHeight: 6n,
      resultHeight: 8n,
      complete: true,
      members: [
        {
          operator: "nesavaloper1a",
          power: 10n,
          status: "REVEALED",
          verdict: "right",
          commitHeight: 6n,
          revealHeight: 8n,
        },
        { operator: "nesavaloper1b", verdict: "right" },
        {
          operator: "nesavaloper1c",
          status: "ABSENT",
          verdict: "silent",
          commitHeight: undefined,
          revealHeight: undefined,
        },
      ],
    });
    expect(trace.members[0]!.consensusAddress).toMatch(/^[0-9a-f]{40}$/);
  });

  test("without a prover is what the endpoint says", async () => {
    const { proof, output } = await infer(context, ASK);
    expect(proof).toEqual({ verified: false, height: 8n, appHash: undefined });
    expect(output).toEqual({ label: ["7"], text: "seven" });
  });

  test("to several inputs has one output for each", async () => {
    inference.answer = () => ({
      status: RequestStatus.FULFILLED,
      executions: [ANSWER, { label: [8n], text: "eight" }],
    });
    const { outputs } = await infer(context, { ...ASK, input: [IMAGE, { image: [1, 1, 1, 1] }] });
    expect(outputs).toEqual([
      { label: ["7"], text: "seven" },
      { label: ["8"], text: "eight" },
    ]);
    expect(inference.asked[0]!.inputs).toHaveLength(2);
  });

  test("that was too large or was pruned has no output, but its receipt", async () => {
    const { result } = await getResultOf();
    const pruned = {
      ...result,
      pruned: true,
      executions: result.executions.map((one) => ({ ...one, output: new Uint8Array(0) })),
    };
    fake.write(resultKey(1n), Result.encode(pruned));
    // The newest state that can be proven is the one before the last.
    fake.makeBlock();
    fake.makeBlock();
    const answer = await awaitInference(await proving(), 1n);
    expect(answer.output).toBeUndefined();
    expect(answer.result.executions[0]!.receipt.outputDigest).toHaveLength(32);
  });

  test("can be had by anybody with the request's id, without a signer", async () => {
    await getResultOf();
    const { rpc, clock } = context;
    const prover = await proverFromGenesis(fake.genesis, { primary: rpc, clock });
    expect((await awaitInference({ rpc, clock, prover }, 1n)).proof.verified).toBe(true);
  });

  test("of a node that keeps no events has a trace without heights", async () => {
    fake.server.handlers.set("block_results", () => {
      throw new RpcFault("node is not persisting abci responses");
    });
    const { trace, output } = await infer(context, ASK);
    expect(output).toMatchObject({ text: "seven" });
    expect(trace).toMatchObject({ complete: false, frozenHeight: undefined, drawHeight: 4n });
    expect(trace.members.map(({ verdict }) => verdict)).toEqual(["right", "right", "silent"]);
  });

  async function getResultOf(): ReturnType<typeof getResult> {
    await infer(context, ASK);
    return getResult(context, 1n);
  }
});

describe("what is asked", () => {
  test("is quoted, and requested at the quote with the version that was quoted", async () => {
    const quoted = await quote(context.rpc, ASK);
    expect(quoted.price).toEqual(coin("unes", 2_400n));
    await infer(context, ASK);
    expect(inference.asked).toEqual([
      {
        requester: context.signer.address,
        kernel: "",
        versionId: inference.versionId,
        inputs: quoted.inputs,
        assurance: Assurance.COMMITTEE,
        maxPrice: coin("unes", 2_400n),
        priorityFee: { denom: "", amount: "" },
      },
    ]);
  });

  test("may have another maximum, a priority fee and full assurance, and name a version", async () => {
    const options: InferOptions = {
      maxPrice: coin("unes", 9_999n),
      priorityFee: coin("unes", 77n),
    };
    const ask: Ask = { kernel: inference.versionId, input: IMAGE, assurance: "full" };
    const { price } = await infer(context, ask, options);
    expect(price).toMatchObject({ price: 2_400n, escrowed: 2_477n });
    expect(inference.asked[0]).toMatchObject({
      assurance: Assurance.FULL,
      maxPrice: { amount: "9999" },
      priorityFee: { amount: "77" },
    });
  });

  test("at a maximum below the price fails in its block, with the chain's code", async () => {
    const maxPrice = coin("unes", 1n);
    await expect(infer(context, ASK, { maxPrice })).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "deliver", codespace: "inference", code: 9 },
    });
  });

  test.each([
    ["too few elements", { image: [1, 2, 3] }, "image", "got 3 elements instead of 4"],
    ["an unknown field", { picture: [1, 2, 3, 4] }, "picture", "got an unknown field"],
    ["no number", { image: ["a", 1, 2, 3] }, "image", "image[0] is a"],
    ["an infinity", { image: [1, 2, 3, Infinity] }, "image", "element 3 is an infinity"],
  ])("with %s is refused before anything is sent", async (_, input, field, problem) => {
    const asked = infer(context, { kernel: "digits", input: [IMAGE, input] as PlainValues[] });
    await expect(asked).rejects.toMatchObject({
      code: "INPUT_UNFIT",
      facts: { inputIndex: 1, field, problem },
      cause: { codespace: "kernel" },
    });
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  test.each([
    ["an unknown kernel", { kernel: "nothing", input: IMAGE }],
    ["an unknown version", { kernel: new Uint8Array(32), input: IMAGE }],
  ])("of %s is not found", async (_, ask) => {
    await expect(infer(context, ask)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("by a manifest that is not the version's is malformed", async () => {
    const { manifest } = inference;
    Object.assign(manifest, { description: "another" });
    await expect(quote(context.rpc, ASK)).rejects.toMatchObject({
      code: "RPC_MALFORMED",
      facts: { at: "manifest" },
    });
  });
});

describe("a request that ends without an output", () => {
  test("because the kernel failed says which executions did, and how", async () => {
    inference.answer = () => ({
      status: RequestStatus.KERNEL_FAILED,
      executions: [ANSWER, ReceiptStatus.OUT_OF_GAS, ReceiptStatus.EXCEPTION],
    });
    const asked = infer(await proving(), { ...ASK, input: [IMAGE, IMAGE, IMAGE] });
    await expect(asked).rejects.toMatchObject({
      code: "KERNEL_FAILED",
      facts: {
        requestId: 1n,
        height: 8n,
        verified: true,
        failures: [
          { inputIndex: 1, status: "OUT_OF_GAS", receipt: { gasUsed: 1_000n } },
          { inputIndex: 2, status: "EXCEPTION" },
        ],
      },
    });
  });

  test.each([
    [RequestStatus.NO_AGREEMENT, "NO_AGREEMENT"],
    [RequestStatus.EXPIRED, "REQUEST_EXPIRED"],
    [RequestStatus.REVOKED, "REQUEST_REVOKED"],
  ])("with status %d fails with %s", async (status, code) => {
    inference.answer = () => ({ status, executions: [] });
    await expect(infer(context, ASK)).rejects.toMatchObject({
      code,
      facts: { requestId: 1n, height: 8n },
    });
  });

  test("in time can be waited for again", async () => {
    inference.answer = () => {
      throw new Error("not reached");
    };
    await expect(infer(context, ASK, { answerTimeoutMs: 0 })).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      facts: { waitedFor: "request 1" },
    });
    inference.answer = () => ({ status: RequestStatus.FULFILLED, executions: [ANSWER] });
    expect((await awaitInference(context, 1n)).output).toMatchObject({ text: "seven" });
  });

  test("that nobody made is not found", async () => {
    await expect(awaitInference(context, 9n)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("an endpoint that lies", () => {
  test("about the result in the state does not get past the proof", async () => {
    const place = await proving();
    const take = fake.server.handlers.get("abci_query")!;
    fake.server.handlers.set("abci_query", async (params) => {
      const answer = (await take(params)) as { response: { value: string } };
      if (params["path"] !== "/store/inference/key") return answer;
      const value = `${answer.response.value.slice(0, -8)}AAAAAAAA`;
      return { response: { ...answer.response, value } };
    });
    await expect(infer(place, ASK)).rejects.toMatchObject({
      code: "UNPROVEN",
      facts: { store: "inference" },
      cause: { codespace: "ics23" },
    });
  });

  test("about there being a result does not get past the proof of absence", async () => {
    await infer(context, ASK);
    const take = fake.server.handlers.get("abci_query")!;
    fake.server.handlers.set("abci_query", async (params) => {
      const answer = (await take(params)) as { response: object };
      if (params["path"] !== "/store/inference/key") return answer as never;
      return { response: { ...answer.response, value: null } };
    });
    await expect(getResult(await proving(), 1n)).rejects.toMatchObject({ code: "UNPROVEN" });
  });

  test("about a result that the state does not have is found out", async () => {
    fake.write(resultKey(5n), Uint8Array.of(1));
    await infer(context, ASK);
    const { prover } = await proving();
    const height = fake.chain.height - 1n;
    const entry = { store: "inference", key: resultKey(77n), height };
    expect((await prover!.readProven(entry)).value).toBeUndefined();
  });

  test("about the header does not get past the light client", async () => {
    const place = await proving();
    fake.alter = (block) =>
      lightBlock({
        height: block.signedHeader.header.height,
        validators: fake.validators,
        header: { appHash: new Uint8Array(32) },
        absent: [0, 1],
      });
    await expect(infer(place, ASK)).rejects.toMatchObject({
      code: "HEADER_UNVERIFIED",
      cause: { codespace: "light", code: 11 },
    });
  });

  test("together with two thirds of the validators cannot be told from the chain, but by a witness", async () => {
    const witness = await FakeChainRpc.start();
    for (let count = 0; count < 20; count++) witness.makeBlock();
    const { rpc: primary, clock } = context;
    const options = { primary, witness: fakeTxContext(witness).rpc, clock };
    const prover = await proverFromGenesis(fake.genesis, options);
    const failure = infer({ ...context, prover }, ASK);
    await expect(failure).rejects.toMatchObject({ code: "HEADERS_DISAGREE" });
    await expect(failure).rejects.toBeInstanceOf(SdkError);
    const { signedHeader } = witness.lightBlock(9n);
    await expect(failure).rejects.toMatchObject({
      facts: { witness: toHex(headerHash(signedHeader.header)) },
    });
    await witness.close();
  });
});

describe("what the store holds", () => {
  test("is refused with the chain's code where it cannot be proven", async () => {
    const { prover } = await proving();
    const entry = { store: "nothing", key: resultKey(1n), height: 2n };
    await expect(prover!.readProven(entry)).rejects.toMatchObject({ code: "QUERY_FAILED" });
  });
});
