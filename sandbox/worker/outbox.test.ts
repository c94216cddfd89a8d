import { expect, it } from "vitest";
import type { ChildReply } from "./messages.js";
import { Outbox } from "./outbox.js";

const REPLY: ChildReply = { kind: "outcomes", outcomes: [{ kind: "noReceipt", reason: "" }] };

function reply(bytes: number): ChildReply {
  const empty = new Uint8Array(0);
  const output = new Uint8Array(bytes);
  return { kind: "outcomes", outcomes: [{ kind: "receipt", receipt: empty, output, detail: "" }] };
}

/** A channel that hands over nothing until it is told to. */
function stuck() {
  const sent: ChildReply[] = [];
  const waiting: Array<() => void> = [];
  const outbox = new Outbox((one) => {
    sent.push(one);
    return new Promise((resolve) => waiting.push(resolve));
  });
  return { outbox, sent, handOver: () => waiting.shift()?.() };
}

async function isDone(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  for (let turn = 0; turn < 3; turn++) await new Promise((turned) => setImmediate(turned));
  return done;
}

it("lets its owner go on while replies are on their way, up to a number of them", async () => {
  const { outbox, sent, handOver } = stuck();
  for (let n = 0; n < 256; n++) await outbox.post(REPLY);
  const last = outbox.post(REPLY);
  expect(await isDone(last)).toBe(false);
  expect(sent).toHaveLength(257);
  handOver();
  expect(await isDone(last)).toBe(true);
});

it("lets its owner go on up to a number of bytes", async () => {
  const { outbox, handOver } = stuck();
  await outbox.post(reply(8 << 20));
  const last = outbox.post(reply(1));
  expect(await isDone(last)).toBe(false);
  handOver();
  expect(await isDone(last)).toBe(true);
});

it("is empty once everything has been handed over", async () => {
  const { outbox, handOver } = stuck();
  await outbox.empty();
  await outbox.post(REPLY);
  await outbox.post(REPLY);
  const empty = outbox.empty();
  handOver();
  expect(await isDone(empty)).toBe(false);
  handOver();
  expect(await isDone(empty)).toBe(true);
});
