import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc, { type Arbitrary } from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { defineError } from "#core/primitives/errors.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import type { AbciApplication, AbciCall, AbciRequests, AbciResponses } from "./application.js";
import { AbciClient } from "./client.js";
import { AbciAddressError, AbciConnectionError, AbciException } from "./errors.js";
import { FrameParser } from "./framing.js";
import { INERT_APPLICATION } from "./inertApplication.js";
import type { QueryResponse } from "./responses.js";
import { AbciServer } from "./server.js";
import { AbciFixture } from "./testing/abciFixture.js";
import { REQUEST_ARBITRARIES, RESPONSE_ARBITRARIES } from "./testing/callArbitraries.js";
import { HeldQueries } from "./testing/heldQueries.js";
import { ABCI_CALLS, frameRequest, frameResponse, readResponse } from "./wire/messages.js";
import { RESPONSES } from "./wire/responses.js";

const SEED = 0x5e2f;
const unknownDenom = defineError("test", { code: 7, summary: "unknown denom" });
const EMPTY = new Uint8Array(0);
const QUERY = { path: "/store/bank/key", data: EMPTY, height: 0n, prove: false } as const;

const QUERY_RESPONSE: QueryResponse = {
  code: 0,
  codespace: "",
  log: "",
  key: EMPTY,
  value: EMPTY,
  proofOps: [],
  height: 1n,
};

const BLOCK = {
  hash: EMPTY,
  height: 1n,
  timeNs: 0n,
  txs: [],
  lastCommit: { round: 0, votes: [] },
  misbehavior: [],
  nextValidatorsHash: EMPTY,
  proposerAddress: EMPTY,
} as const;

const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(...args: Parameters<typeof AbciFixture.listen>): Promise<AbciFixture> {
  const fixture = await AbciFixture.listen(...args);
  closers.push(() => fixture.close());
  return fixture;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}

function txResult(data: Uint8Array): TxResult {
  return {
    code: 0,
    codespace: "",
    log: "",
    data,
    gasWanted: 3_000_000_000n,
    gasUsed: 0n,
    events: [],
  };
}

/** The client's call method for tests that do not know which call they make. */
function anyCall(client: AbciClient): (name: AbciCall, request: unknown) => Promise<unknown> {
  return client.call.bind(client) as ReturnType<typeof anyCall>;
}

/** An application that answers one call with one response and remembers the request. */
function scripted(call: AbciCall): {
  calls: Partial<AbciApplication>;
  seen: unknown[];
  answer: (response: unknown) => void;
} {
  const seen: unknown[] = [];
  let next: unknown;
  const handle = (request: unknown): unknown => {
    seen.push(request);
    return next;
  };
  const answer = (response: unknown): void => {
    next = response;
  };
  return { calls: { [call]: handle }, seen, answer };
}

describe.each(ABCI_CALLS)("%s", (call) => {
  test.each(["unix", "tcp"])("requests and responses arrive over %s", async (transport) => {
    const { calls, seen, answer } = scripted(call);
    const options = transport === "tcp" ? { address: "tcp://127.0.0.1:0" } : {};
    const fixture = await listen(calls, options);
    const client = await fixture.connect();
    const requests = REQUEST_ARBITRARIES[call] as Arbitrary<AbciRequests[AbciCall]>;
    const responses = RESPONSE_ARBITRARIES[call] as Arbitrary<AbciResponses[AbciCall]>;
    const samples = fc.sample(fc.tuple(requests, responses), { seed: SEED, numRuns: 20 });
    const send = anyCall(client);
    for (const [request, response] of samples) {
      answer(response);
      expect(await send(call, request)).toStrictEqual(response);
      expect(seen.at(-1)).toStrictEqual(request);
    }
  });
});

test("echo and flush are answered", async () => {
  const client = await (await listen()).connect();
  expect(await client.echo("hello")).toBe("hello");
  await client.flush();
});

test("10,000 pipelined transaction checks are answered in order", async () => {
  const fixture = await listen({ checkTx: ({ tx }) => txResult(tx) });
  const client = await fixture.connect();
  const answers = Array.from({ length: 10_000 }, (_, index) =>
    client.call("checkTx", { tx: uint32(index), kind: "new" }),
  );
  const order = (await Promise.all(answers)).map(({ data }) => readUint32(data));
  expect(order).toStrictEqual(Array.from({ length: 10_000 }, (_, index) => index));
});

test("a flood of transaction checks lets other connections in between", async () => {
  let served = 0;
  const fixture = await listen({
    checkTx: ({ tx }) => {
      served++;
      return txResult(tx);
    },
  });
  const [flooding, other] = [await fixture.connect(), await fixture.connect()];
  const flood = Array.from({ length: 10_000 }, (_, index) =>
    flooding.call("checkTx", { tx: uint32(index), kind: "new" }),
  );
  await other.echo("me too");
  expect(served).toBeLessThan(10_000);
  await Promise.all(flood);
});

describe("answers that come later", () => {
  test("a slow query does not hold up consensus on another connection", async () => {
    const held = new HeldQueries();
    const fixture = await listen({ query: held.query });
    const [reader, consensus] = [await fixture.connect(), await fixture.connect()];
    const order: string[] = [];
    const slow = reader.call("query", { ...QUERY, path: "slow" }).then(() => order.push("query"));
    const flushed = reader.flush().then(() => order.push("flush"));
    await held.arrived("slow");
    for (let height = 1n; height <= 5n; height++) {
      await consensus.call("finalizeBlock", { ...BLOCK, height });
      await consensus.call("commit");
    }
    order.push("blocks");
    held.release("slow");
    await Promise.all([slow, flushed]);
    expect(order).toStrictEqual(["blocks", "query", "flush"]);
  });

  test("queries that finish in another order are answered in the order asked", async () => {
    const held = new HeldQueries();
    const client = await (await listen({ query: held.query })).connect();
    const order: string[] = [];
    const paths = ["a", "b", "c"];
    const answers = paths.map((path) =>
      client.call("query", { ...QUERY, path }).then(({ log }) => order.push(log)),
    );
    await Promise.all(paths.map((path) => held.arrived(path)));
    for (const path of ["c", "b", "a"]) held.release(path);
    await Promise.all(answers);
    expect(order).toStrictEqual(paths);
  });

  test("a query that fails later becomes an error response", async () => {
    const held = new HeldQueries();
    const fixture = await listen({ query: held.query });
    const client = await fixture.connect();
    const answer = client.call("query", { ...QUERY, path: "broken" });
    await held.arrived("broken");
    held.fail("broken", unknownDenom({ denom: "x" }));
    expect(await answer).toMatchObject({
      code: 7,
      codespace: "test",
      log: "unknown denom (denom x)",
    });
    expect(fixture.incidentsOf("callFailed")).toHaveLength(1);
  });

  test("reading stops while 1,024 answers are pending", async () => {
    const held = new HeldQueries();
    const seen: string[] = [];
    const query: AbciApplication["query"] = (request) => {
      seen.push(request.path);
      return held.query(request);
    };
    const fixture = await listen({ query });
    const [client, other] = [await fixture.connect(), await fixture.connect()];
    const paths = Array.from({ length: 2000 }, (_, index) => String(index));
    const answers = paths.map((path) => client.call("query", { ...QUERY, path }));
    await held.arrived("1023");
    await other.echo("a turn for everybody");
    expect(seen).toHaveLength(1024);
    for (const path of paths) held.release(path);
    expect((await Promise.all(answers)).map(({ log }) => log)).toStrictEqual(paths);
  });
});

test("nothing is served for a peer that does not read its answers", async () => {
  let served = 0;
  const value = new Uint8Array(1 << 20);
  const query: AbciApplication["query"] = () => {
    served++;
    return { ...QUERY_RESPONSE, value };
  };
  const fixture = await listen({ query });
  const [deaf, other] = [await fixture.connectSocket(), await fixture.connect()];
  const asked = 50;
  for (let index = 0; index < asked; index++) deaf.write(frameRequest({ query: QUERY }));
  await other.call("query", QUERY);
  await other.echo("a turn for everybody");
  expect(served).toBeLessThan(asked);
  const frame = frameResponse({ query: RESPONSES.query.toWire({ ...QUERY_RESPONSE, value }) });
  let missing = frame.length * asked;
  for await (const chunk of deaf as AsyncIterable<Uint8Array>) {
    missing -= chunk.length;
    if (missing <= 0) break;
  }
  expect(missing).toBe(0);
});

describe("failures of the application", () => {
  const fault = new Error("disk on fire");
  const broken = (): never => {
    throw fault;
  };
  const send = (client: AbciClient, call: AbciCall): Promise<unknown> => {
    const requests = REQUEST_ARBITRARIES[call] as Arbitrary<AbciRequests[AbciCall]>;
    const [request] = fc.sample(requests, { seed: SEED, numRuns: 1 });
    return anyCall(client)(call, request);
  };

  test.each([
    "info",
    "initChain",
    "prepareProposal",
    "processProposal",
    "extendVote",
    "verifyVoteExtension",
    "finalizeBlock",
    "commit",
  ] as const)("in %s end the service", async (call) => {
    let checked = 0;
    const checkTx: AbciApplication["checkTx"] = ({ tx }) => {
      checked++;
      return txResult(tx);
    };
    const fixture = await listen({ checkTx, [call]: broken });
    const [consensus, mempool] = [await fixture.connect(), await fixture.connect()];
    await expect(send(consensus, call)).rejects.toThrow(
      new AbciException(`${call} failed: Error: disk on fire`),
    );
    expect(fixture.failures).toStrictEqual([{ call, error: fault }]);

    const unanswered = mempool.call("checkTx", { tx: EMPTY, kind: "new" });
    await fixture.server.close();
    await expect(unanswered).rejects.toThrow(AbciConnectionError);
    expect(checked).toBe(0);
    expect(fixture.failures).toHaveLength(1);
  });

  test.each([
    ["query", { code: 7, codespace: "test", log: "unknown denom (denom x)" }],
    ["checkTx", { code: 7, codespace: "test", log: "unknown denom (denom x)" }],
    ["listSnapshots", { snapshots: [] }],
    ["offerSnapshot", { result: "abort" }],
    ["loadSnapshotChunk", { chunk: EMPTY }],
    ["applySnapshotChunk", { result: "abort", refetchChunks: [], rejectSenders: [] }],
  ] as const)("in %s are answers", async (call, expected) => {
    const error = unknownDenom({ denom: "x" });
    const fixture = await listen({
      [call]: () => {
        throw error;
      },
    });
    const client = await fixture.connect();
    expect(await send(client, call)).toMatchObject(expected);
    expect(fixture.incidentsOf("callFailed")).toStrictEqual([{ kind: "callFailed", call, error }]);
    expect(fixture.failures).toHaveLength(0);
    expect(await client.echo("alive")).toBe("alive");
  });

  test.each(["query", "checkTx"] as const)(
    "that are no chain errors tell a client of %s nothing about this node",
    async (call) => {
      const fixture = await listen({ [call]: broken });
      const response = await send(await fixture.connect(), call);
      const told = { code: 1, codespace: "undefined", log: "internal error" };
      expect(response).toMatchObject(told);
      expect(fixture.incidentsOf("callFailed")).toMatchObject([{ error: fault }]);
    },
  );

  test("an answer that has no form on the wire counts as a failure of the call", async () => {
    const processProposal = (() => ({ status: "maybe" })) as unknown;
    const fixture = await listen({ processProposal } as Partial<AbciApplication>);
    const client = await fixture.connect();
    await expect(client.call("processProposal", BLOCK)).rejects.toThrow(AbciException);
    expect(fixture.failures).toMatchObject([{ call: "processProposal" }]);
  });
});

describe("peers that break the rules", () => {
  test.each([
    ["garbage", [0x03, 0xff, 0xff, 0xff]],
    ["an empty request", [0x00]],
    ["a request of an unknown kind", [0x03, 0xaa, 0x01, 0x00]],
    ["an unknown enum value", [0x04, 0x42, 0x02, 0x10, 0x07]],
  ])("%s is answered with an exception and a closed connection", async (_, bytes) => {
    const fixture = await listen();
    const other = await fixture.connect();
    const socket = await fixture.connectSocket();
    socket.write(Uint8Array.from(bytes));
    const [answer] = (await once(socket, "data")) as [Uint8Array];
    await once(socket, "close");
    expect(answer[1]).toBe(0x0a);
    expect(fixture.incidentsOf("protocolError")).toMatchObject([{ connection: 2 }]);
    expect(await other.echo("alive")).toBe("alive");
    expect(fixture.failures).toHaveLength(0);
  });

  test("a frame over the limit closes the connection and says why", async () => {
    const fixture = await listen({}, { maxFrameBytes: 1000 });
    const socket = await fixture.connectSocket();
    socket.write(Uint8Array.of(0xe9, 0x07));
    await once(socket, "close");
    expect(fixture.incidentsOf("protocolError")).toStrictEqual([
      {
        kind: "protocolError",
        connection: 1,
        problem: "a frame of 1001 bytes or more is over the limit of 1000 bytes",
      },
    ]);
  });

  test("a frame of exactly the limit is served", async () => {
    const fixture = await listen({}, { maxFrameBytes: 1000 });
    const client = await fixture.connect();
    const text = "x".repeat(1000 - 6);
    expect(frameRequest({ echo: { message: text } })).toHaveLength(1002);
    expect(await client.echo(text)).toBe(text);
  });

  test("what was asked before the broken frame is answered first", async () => {
    const held = new HeldQueries();
    const fixture = await listen({ query: held.query });
    const socket = await fixture.connectSocket();
    const asked = frameRequest({ query: { ...QUERY, path: "first" } });
    socket.write(Uint8Array.from([...asked, 0x01, 0xff]));
    await held.arrived("first");
    held.release("first");
    const received: number[] = [];
    for await (const chunk of socket as AsyncIterable<Uint8Array>) received.push(...chunk);
    const [first, second] = framesOf(Uint8Array.from(received));
    expect(readResponse(first!).member).toBe("query");
    expect(readResponse(second!).member).toBe("exception");
  });

  test("a client that dies within a frame disturbs nobody", async () => {
    const fixture = await listen();
    const other = await fixture.connect();
    const socket = await fixture.connectSocket();
    const frame = frameRequest({ checkTx: { tx: new Uint8Array(100_000), type: 0 } });
    await new Promise((sent) => socket.write(frame.subarray(0, 70_000), sent));
    socket.destroy();
    await expect.poll(() => fixture.incidentsOf("connectionClosed")).toHaveLength(1);
    expect(await other.echo("alive")).toBe("alive");
  });
});

describe("shutdown", () => {
  test("answers what has started, then closes and removes the socket", async () => {
    const held = new HeldQueries();
    const fixture = await listen({ query: held.query });
    const client = await fixture.connect();
    const answer = client.call("query", { ...QUERY, path: "slow" });
    await held.arrived("slow");
    const closed = fixture.server.close();
    await expect(AbciClient.connect(fixture.server.address)).rejects.toThrow(AbciConnectionError);
    held.release("slow");
    expect((await answer).log).toBe("slow");
    await closed;
    expect(existsSync(join(fixture.folder, "abci.sock"))).toBe(false);
    await expect(client.echo("too late")).rejects.toThrow(AbciConnectionError);
  });

  test("gives up on what takes longer than its grace", async () => {
    const held = new HeldQueries();
    const fixture = await listen({ query: held.query });
    const client = await fixture.connect();
    const answer = client.call("query", { ...QUERY, path: "endless" });
    await held.arrived("endless");
    const refused = expect(answer).rejects.toThrow(AbciConnectionError);
    await fixture.server.close(0);
    await refused;
  });

  test("may be asked for twice", async () => {
    const fixture = await listen();
    await Promise.all([fixture.server.close(), fixture.server.close()]);
  });
});

describe("the socket file", () => {
  const address = (fixture: AbciFixture): string => `unix://${join(fixture.folder, "abci.sock")}`;
  const server = (to: string): Promise<AbciServer> =>
    AbciServer.listen({ address: to, application: INERT_APPLICATION, onFatal: () => undefined });

  test("is for its owner only, and the umask is as before", async () => {
    const before = process.umask(0o002);
    const fixture = await listen();
    expect(process.umask(before)).toBe(0o002);
    expect(statSync(join(fixture.folder, "abci.sock")).mode & 0o777).toBe(0o600);
  });

  test("is not taken from a server that listens", async () => {
    const fixture = await listen();
    await expect(server(address(fixture))).rejects.toThrow(AbciAddressError);
    expect(await (await fixture.connect()).echo("alive")).toBe("alive");
  });

  test("is replaced when its server is dead", async () => {
    const fixture = await listen();
    const path = join(fixture.folder, "dead.sock");
    await leaveStaleSocket(path);
    expect(existsSync(path)).toBe(true);
    const next = await server(`unix://${path}`);
    closers.push(() => next.close(0));
    const client = await AbciClient.connect(next.address);
    expect(await client.echo("alive")).toBe("alive");
    client.close();
  });

  test("is not made where another file is", async () => {
    const fixture = await listen();
    const path = join(fixture.folder, "precious.txt");
    writeFileSync(path, "precious");
    await expect(server(`unix://${path}`)).rejects.toThrow(AbciAddressError);
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  test("cannot be made in a folder that does not exist", async () => {
    const fixture = await listen();
    await expect(server(`unix://${fixture.folder}/none/abci.sock`)).rejects.toThrow(
      AbciAddressError,
    );
  });
});

/** Leaves a socket file that nobody listens on, as a killed process does. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", script]), "exit");
}

function framesOf(stream: Uint8Array): Uint8Array[] {
  const parser = new FrameParser();
  parser.push(stream);
  const frames: Uint8Array[] = [];
  for (let frame = parser.next(); frame !== undefined; frame = parser.next()) frames.push(frame);
  return frames;
}
