import { describe, expect, test } from "vitest";
import {
  BatchStatus,
  type Execution,
  type Payload,
} from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";
import { BatchBook } from "./batchBook.js";
import { acceptPayload } from "./outputs.js";

const lie = (): Execution => executionOf(Uint8Array.of(66), undefined);

/** Offers a payload and, if it was taken, writes what it changed. */
function offer(chain: InferenceFixture, payload: Payload): boolean {
  const book = new BatchBook(chain.keeper);
  const before = chain.dump();
  const taken = acceptPayload(chain.ctx, chain.keeper, book, payload);
  if (!taken) expect(chain.dump()).toEqual(before);
  book.save(chain.ctx);
  return taken;
}

/** What a validator has of a batch, at some positions. */
function payloadOf(
  chain: InferenceFixture,
  number: number,
  ...positions: readonly number[]
): Payload {
  const { executions } = chain.receipts[number]!.findFinished(1n)!;
  const requests = positions.map((position) => ({
    position,
    executions: [...executions[position]!],
  }));
  return { batchId: 1n, requests };
}

/** Two requests whose root is agreed and whose outputs nobody has shown. */
function agreed(
  answer?: (honest: Execution, id: bigint) => Execution | undefined,
): InferenceFixture {
  const chain = new InferenceFixture();
  for (const number of [0, 1, 2, 3]) {
    if (answer !== undefined)
      chain.behave(number, { answer: (honest, { id }) => answer(honest, id) });
  }
  chain.ask();
  chain.ask({ inputs: [testInput(2)] });
  chain.run(3);
  for (const number of [0, 1, 2, 3]) chain.mute.add(number);
  chain.run();
  const reveals = chain.receipts.map((receipts) => receipts.findFinished(1n)!);
  for (const [number, { batchRoot, salt, abstentions }] of reveals.entries()) {
    if (number < 3) chain.say(number, { reveals: [{ batchId: 1n, batchRoot, salt, abstentions }] });
    // No proposer attaches anything by itself.
    chain.behave(number, { runs: () => false });
  }
  const finished = chain.receipts.map((receipts) => receipts.findFinished.bind(receipts));
  chain.receipts.forEach((receipts) => {
    receipts.findFinished = () => undefined;
  });
  chain.run();
  chain.receipts.forEach((receipts, number) => {
    receipts.findFinished = finished[number]!;
  });
  expect(chain.batch(1n).agreedRoot.length).toBe(32);
  return chain;
}

describe("outputs under an agreed root", () => {
  test("are taken whole, once, and readable as provisional", () => {
    const chain = agreed();
    expect(offer(chain, payloadOf(chain, 0, 0, 1))).toBe(true);
    expect(chain.batch(1n)).toMatchObject({ outputsReceived: true });
    expect(chain.batch(1n).agreedLeaves).toEqual(chain.receipts[0]!.findFinished(1n)!.leaves);
    expect([1n, 2n].map((id) => chain.result(id)?.provisional)).toEqual([true, true]);
    expect(chain.result(1n)!.executions[0]!.output.length).toBeGreaterThan(0);
    expect(offer(chain, payloadOf(chain, 0, 0, 1))).toBe(false);
  });

  test("are not taken in part, or for another batch", () => {
    const chain = agreed();
    expect(offer(chain, payloadOf(chain, 0, 0))).toBe(false);
    expect(offer(chain, { ...payloadOf(chain, 0, 0, 1), batchId: 2n })).toBe(false);
  });

  test("are not taken when they are others", () => {
    const chain = agreed();
    const honest = payloadOf(chain, 0, 0, 1);
    const [first, second] = honest.requests;
    const forged = { ...second!, executions: [lie()] };
    expect(offer(chain, { ...honest, requests: [first!, forged] })).toBe(false);
  });

  test("leave a request open whose leaf is an abstention", () => {
    const chain = agreed((honest, id) => (id === 2n ? undefined : honest));
    expect(offer(chain, payloadOf(chain, 0, 0))).toBe(true);
    const [, missing] = chain.batch(1n).agreedLeaves;
    expect(missing).toEqual(new Uint8Array(0));
    expect(chain.result(2n)).toBeUndefined();
  });

  test("are not taken before there is agreement, or once the batch has settled", () => {
    const chain = new InferenceFixture();
    chain.ask();
    chain.run(3);
    const payload = payloadOf(chain, 0, 0);
    expect(offer(chain, payload)).toBe(false);
    chain.run(2);
    expect(chain.batch(1n).status).toBe(BatchStatus.SETTLED);
    expect(offer(chain, payload)).toBe(false);
    expect(chain.keeper.findAgreedPayload(chain.ctx, 1n)).toBeUndefined();
  });
});

describe("outputs after a comparison", () => {
  /** Request 1 is agreed by 0, 1, 2, request 2 by 1, 2, 3; request 3 by nobody. */
  function compared(): InferenceFixture {
    const chain = new InferenceFixture();
    chain.behave(0, { answer: (honest, { id }) => (id === 1n ? honest : lie()) });
    chain.behave(3, { answer: (honest, { id }) => (id === 2n ? honest : lie()) });
    chain.behave(2, {
      answer: (honest, { id }) => (id === 3n ? executionOf(Uint8Array.of(7), undefined) : honest),
    });
    for (const seed of [1, 2, 3]) chain.ask({ inputs: [testInput(seed)] });
    chain.runUntil(() => (chain.keeper.findBatch(chain.ctx, 1n)?.agreedHeight ?? 0n) > 0n);
    return chain;
  }

  test("are taken in parts, each under its leaf, until all are there", () => {
    const chain = compared();
    const leaves = chain.batch(1n).agreedLeaves.map((leaf) => leaf.length);
    expect(leaves).toEqual([32, 32, 0]);
    expect(offer(chain, payloadOf(chain, 0, 0))).toBe(true);
    expect(chain.batch(1n).outputsReceived).toBe(false);
    // What is there already is not new.
    expect(offer(chain, payloadOf(chain, 1, 0))).toBe(false);
    expect(offer(chain, payloadOf(chain, 3, 1))).toBe(true);
    expect(chain.batch(1n).outputsReceived).toBe(true);
    const payload = chain.keeper.findAgreedPayload(chain.ctx, 1n)!;
    expect(payload.requests.map(({ position }) => position)).toEqual([0, 1]);
  });

  test("are not taken when one of them has no agreement, or is not what was agreed", () => {
    const chain = compared();
    expect(offer(chain, payloadOf(chain, 1, 0, 2))).toBe(false);
    expect(offer(chain, payloadOf(chain, 3, 0, 1))).toBe(false);
    expect(offer(chain, { batchId: 1n, requests: [] })).toBe(false);
  });
});
