import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { fromHex } from "#core/primitives/bytes.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeInference } from "#test/harness/fakeInference.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { isSdkError, type SdkError } from "../errors.js";
import type { TxContext } from "../tx/txContext.js";
import type { Ask } from "./ask.js";
import { awaitInference, type InferencePlace } from "./awaitInference.js";
import { infer, type InferOptions } from "./infer.js";
import { findSubmittedRequest } from "./submittedRequest.js";

const ASK: Ask = { kernel: "digits", input: { image: [0, 1, 2, 3] } };
const REASON = new Error("the user left");

let fake: FakeChainRpc;
let inference: FakeInference;
let context: TxContext & InferencePlace;
let controller: AbortController;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  inference = new FakeInference(fake, sampleManifest());
  const execution = { label: [7n], text: "seven" };
  inference.answer = () => ({ status: RequestStatus.FULFILLED, executions: [execution] });
  context = fakeTxContext(fake);
  controller = new AbortController();
});

afterEach(async () => {
  await fake.close();
});

async function cancelled(options: InferOptions = {}): Promise<SdkError<"CANCELLED">> {
  const asked = infer(context, ASK, { ...options, signal: controller.signal });
  const error: unknown = await asked.catch((reason: unknown) => reason);
  if (!isSdkError(error, "CANCELLED")) throw new Error(`not cancelled: ${String(error)}`);
  expect(error.cause).toBe(REASON);
  return error;
}

/** Aborts at the next call of a method. */
function abortAt(method: string): void {
  const handler = fake.server.handlers.get(method)!;
  fake.server.handlers.set(method, (params) => {
    controller.abort(REASON);
    return handler(params);
  });
}

describe("a cancelled inference", () => {
  test("is not on the chain when its signal was aborted before", async () => {
    controller.abort(REASON);
    const { facts } = await cancelled();
    expect(facts).toEqual({ onChain: "no", requestId: undefined, txHash: undefined });
    expect(fake.server.calls).toEqual([]);
  });

  test("is not on the chain while it is quoted", async () => {
    abortAt("abci_query");
    expect((await cancelled()).facts.onChain).toBe("no");
    expect(inference.requests).toEqual([]);
  });

  test("may be on the chain once it was handed in, and is found by its hash", async () => {
    abortAt("broadcast_tx_sync");
    const { facts } = await cancelled();
    expect(facts).toMatchObject({ onChain: "maybe", requestId: undefined });
    const hash = fromHex(facts.txHash!)!;
    expect(await findSubmittedRequest(context.rpc, hash)).toBeUndefined();
    fake.makeBlock();
    expect(await findSubmittedRequest(context.rpc, hash)).toMatchObject({ requestId: 1n });
  });

  test("may be on the chain while a block is waited for", async () => {
    abortAt("tx");
    const { facts, message } = await cancelled();
    expect(facts.onChain).toBe("maybe");
    expect(message).toBe(`cancelled (onChain maybe, txHash ${facts.txHash})`);
  });

  test("is on the chain with its id while it is answered, and can be waited for", async () => {
    const { facts } = await cancelled({
      onProgress: ({ stage }) => {
        if (stage === "committing") controller.abort(REASON);
      },
    });
    expect(facts).toMatchObject({ onChain: "yes", requestId: 1n });
    expect((await awaitInference(context, facts.requestId!)).output).toMatchObject({
      text: "seven",
    });
  });

  test("that the node refused fails with what it said", async () => {
    const refusal = { code: 5, codespace: "sdk", log: "too poor", data: "", hash: "00" };
    fake.server.handlers.set("broadcast_tx_sync", () => refusal);
    const asked = infer(context, ASK, { signal: controller.signal });
    await expect(asked).rejects.toMatchObject({ code: "TX_FAILED", facts: { stage: "check" } });
  });
});
