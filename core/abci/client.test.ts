import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AbciClient } from "./client.js";
import { AbciConnectionError, AbciException, AbciProtocolError } from "./errors.js";
import { frameResponse } from "./wire/messages.js";

/** A server that says whatever the test says, whatever it is asked. */
let server: Server;
let client: AbciClient;
let peer: Socket;

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const connected = once(server, "connection");
  client = await AbciClient.connect(`tcp://127.0.0.1:${port}`, { maxFrameBytes: 1000 });
  [peer] = (await connected) as [Socket];
});

afterEach(() => {
  client.close();
  peer.destroy();
  server.close();
});

/** Makes a call that the peer answers with the given bytes. */
async function answered(...bytes: readonly Uint8Array[]): Promise<string> {
  const answer = client.echo("hello");
  await once(peer, "data");
  for (const chunk of bytes) peer.write(chunk);
  return answer;
}

const ECHO = frameResponse({ echo: { message: "hello" } });

test("an answer in pieces is one answer", async () => {
  expect(await answered(ECHO.subarray(0, 3), ECHO.subarray(3))).toBe("hello");
});

describe("what ends the conversation", () => {
  test("an exception", async () => {
    await expect(answered(frameResponse({ exception: { error: "broken" } }))).rejects.toThrow(
      new AbciException("broken"),
    );
    await expect(client.echo("again")).rejects.toThrow(AbciException);
  });

  test.each([
    ["an answer of another kind", frameResponse({ flush: {} })],
    ["an answer that is not protobuf", Uint8Array.of(2, 0xff, 0xff)],
    ["an answer without a kind", Uint8Array.of(0)],
    ["an answer over the frame limit", Uint8Array.of(0xe9, 0x07)],
  ])("%s", async (_, bytes) => {
    await expect(answered(bytes)).rejects.toThrow(AbciProtocolError);
  });

  test("an answer that nobody asked for", async () => {
    peer.write(ECHO);
    await once(peer, "close");
    await expect(client.echo("hello")).rejects.toThrow(AbciProtocolError);
  });

  test("a lost connection, for every call that waits", async () => {
    const answers = [client.echo("a"), client.flush(), client.call("commit")];
    peer.destroy();
    for (const result of await Promise.allSettled(answers)) {
      expect(result).toMatchObject({ status: "rejected" });
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(AbciConnectionError);
    }
  });

  test("closing it", async () => {
    const answer = client.echo("a");
    client.close();
    await expect(answer).rejects.toThrow(AbciConnectionError);
    await expect(client.echo("b")).rejects.toThrow(AbciConnectionError);
  });
});

test("an answer whose values ABCI does not know fails that call", async () => {
  const answer = client.call("processProposal", {
    hash: new Uint8Array(0),
    height: 1n,
    timeNs: 0n,
    txs: [],
    lastCommit: { round: 0, votes: [] },
    misbehavior: [],
    nextValidatorsHash: new Uint8Array(0),
    proposerAddress: new Uint8Array(0),
  });
  peer.write(frameResponse({ processProposal: { status: 0 } }));
  await expect(answer).rejects.toThrow(AbciProtocolError);
});

test("an address where nobody listens is a connection error", async () => {
  await expect(AbciClient.connect("unix:///nonexistent/abci.sock")).rejects.toThrow(
    AbciConnectionError,
  );
});
