import { once } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AbciClient } from "./client.js";
import { AbciFixture } from "./testing/abciFixture.js";
import { REQUEST_ARBITRARIES } from "./testing/callArbitraries.js";
import { ABCI_CALLS, frameRequest } from "./wire/messages.js";
import { REQUESTS } from "./wire/requests.js";

const SEED = 0xf022;
const RUNS = { seed: SEED, numRuns: 300 };

let fixture: AbciFixture;
let witness: AbciClient;

beforeAll(async () => {
  fixture = await AbciFixture.listen({}, { maxFrameBytes: 1 << 20 });
  witness = await fixture.connect();
});

afterAll(async () => {
  await fixture.close();
});

/** Sends bytes on a connection of their own; whatever comes of it, the witness is served. */
async function survives(chunks: readonly Uint8Array[]): Promise<void> {
  const socket = await fixture.connectSocket();
  socket.resume();
  const checked = witness.call("checkTx", { tx: Uint8Array.of(1), kind: "new" });
  for (const chunk of chunks) socket.write(chunk);
  socket.end();
  expect((await checked).code).toBe(0);
  if (!socket.closed) await once(socket, "close");
  expect(await witness.echo("alive")).toBe("alive");
  expect(fixture.failures).toHaveLength(0);
}

/** The frames of well-formed requests of any kind. */
const validFrame = fc.constantFrom(...ABCI_CALLS).chain((call) =>
  REQUEST_ARBITRARIES[call].map((request) => {
    const toWire = REQUESTS[call].toWire as (request: unknown) => object;
    return frameRequest({ [call]: toWire(request) });
  }),
);

/** Length prefixes that promise more than there is, up to the whole of 64 bits. */
const hugePrefix = fc.bigInt({ min: 1n << 16n, max: (1n << 64n) - 1n }).map((length) => {
  const bytes: number[] = [];
  let rest = length;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
});

test("random bytes disturb nobody", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 });
  await fc.assert(fc.asyncProperty(chunks, survives), RUNS);
});

test("random bytes in sound frames disturb nobody", async () => {
  const frame = fc
    .uint8Array({ maxLength: 120 })
    .map((content) => Uint8Array.of(content.length, ...content));
  await fc.assert(fc.asyncProperty(fc.array(frame, { maxLength: 6 }), survives), RUNS);
});

test("requests with a changed byte disturb nobody", async () => {
  const mutated = fc.tuple(validFrame, fc.nat(), fc.nat(255)).map(([frame, place, byte]) => {
    const copy = frame.slice();
    copy[place % copy.length] = byte;
    return copy;
  });
  await fc.assert(fc.asyncProperty(fc.array(mutated, { maxLength: 4 }), survives), RUNS);
});

test("requests that break off disturb nobody", async () => {
  const truncated = fc
    .tuple(validFrame, validFrame, fc.nat())
    .map(([first, second, place]) => [first, second.subarray(0, place % second.length)]);
  await fc.assert(fc.asyncProperty(truncated, survives), RUNS);
});

test("huge lengths disturb nobody", async () => {
  const promise = fc.tuple(validFrame, hugePrefix, fc.uint8Array({ maxLength: 300 }));
  await fc.assert(fc.asyncProperty(promise, survives), RUNS);
});

test("members of the union in any number disturb nobody", async () => {
  const member = fc.tuple(fc.nat(40), fc.constantFrom(0, 1, 2, 5)).map(([field, type]) => {
    const tag = (field << 3) | type;
    return tag > 0x7f ? [(tag & 0x7f) | 0x80, tag >> 7, 0x00] : [tag, 0x00];
  });
  const frame = fc.array(member, { maxLength: 3 }).map((members) => {
    const content = members.flat();
    return Uint8Array.of(content.length, ...content);
  });
  await fc.assert(fc.asyncProperty(fc.array(frame, { maxLength: 4 }), survives), RUNS);
});
