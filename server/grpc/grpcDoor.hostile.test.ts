import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { IncomingHttpHeaders } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ListImplementationsRequest } from "#core/codec/generated/cosmos/base/reflection/v1beta1.js";
import { QueryValidatorsRequest } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { uint32ToBytes } from "#core/primitives/bytes.js";
import { doorChain, type DoorChain } from "#test/harness/doors.js";
import { StatusCode } from "../doors/callStatus.js";
import { interfaceService } from "../doors/interfaceService.js";
import { GrpcDoor } from "./grpcDoor.js";

const PARAMS = "/cosmos.bank.v1beta1.Query/Params";
const BALANCE = "/cosmos.bank.v1beta1.Query/Balance";
const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const LIMITS = {
  maxReceiveBytes: 100_000,
  maxSendBytes: 1 << 24,
  maxConnections: 20,
  maxStreams: 50,
  readTimeoutMs: 300,
};

let chain: DoorChain;
let door: GrpcDoor;
let session: ClientHttp2Session;

beforeAll(async () => {
  const bare = await doorChain();
  chain = await doorChain([interfaceService(bare.node.wiring.modules)]);
  door = await GrpcDoor.listen(chain.calls, { host: "127.0.0.1", port: 0, ...LIMITS });
  session = await openSession();
});

afterAll(async () => {
  session.destroy();
  await door.close();
  expect(chain.node.faults).toEqual([]);
});

async function openSession(): Promise<ClientHttp2Session> {
  const opened = connect(`http://127.0.0.1:${door.port}`);
  opened.on("error", () => undefined);
  // A connection that is refused is closed without a word.
  const ended = once(opened, "close").then(() => Promise.reject(new Error("refused")));
  await Promise.race([once(opened, "remoteSettings"), ended]);
  ended.catch(() => undefined);
  return opened;
}

function openStream(
  path: string,
  headers: Record<string, string> = {},
  over = session,
): ClientHttp2Stream {
  return over.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
}

/** A message as gRPC frames it. */
function framed(message: Uint8Array, flag = 0): Buffer {
  return Buffer.concat([Buffer.of(flag), uint32ToBytes(message.length), message]);
}

interface End {
  readonly status: number;
  readonly details: string;
}

/** How the server ends a stream; its answers are thrown away. */
async function endOf(stream: ClientHttp2Stream): Promise<End> {
  let found: End | undefined;
  const read = (headers: IncomingHttpHeaders): void => {
    const status = headers["grpc-status"];
    if (status === undefined) return;
    const message = headers["grpc-message"];
    const details = decodeURI(typeof message === "string" ? message : "");
    found = { status: Number(status), details };
  };
  stream.on("response", read);
  stream.on("trailers", read);
  stream.on("error", () => undefined);
  stream.resume();
  await once(stream, "close");
  if (found === undefined) throw new Error("the stream ended without a status");
  return found;
}

function call(path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<End> {
  const stream = openStream(path, headers);
  stream.end(body);
  return endOf(stream);
}

const EMPTY = new Uint8Array(0);

async function answers(): Promise<void> {
  expect(await call(PARAMS, framed(EMPTY))).toMatchObject({ status: 0 });
}

describe("the gRPC door", () => {
  test("closes connections beyond the most that it takes, and takes others when some go", async () => {
    const sockets: Socket[] = [];
    let closed = 0;
    for (let index = 0; index < LIMITS.maxConnections + 10; index++) {
      const socket = connectTcp(door.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("close", () => closed++);
      await once(socket, "connect");
      sockets.push(socket);
    }
    await vi.waitFor(() => {
      expect(closed).toBeGreaterThanOrEqual(10);
    });
    await answers();
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => {
      const another = await openSession();
      another.destroy();
    });
  });

  test("ends calls whose request does not arrive, and the connection with them", async () => {
    const slow = await openSession();
    const ends = Array.from({ length: LIMITS.maxStreams }, () => {
      const stream = openStream(BALANCE, {}, slow);
      stream.write(Buffer.of(0, 0, 0, 0, 99, 1));
      return endOf(stream);
    });
    const details = "the request took too long to arrive";
    for (const end of await Promise.all(ends)) {
      expect(end).toEqual({ status: StatusCode.DEADLINE_EXCEEDED, details });
    }
    expect(slow.destroyed).toBe(true);
    await answers();
  });

  test("refuses requests over the limit, compressed ones too, in gRPC's own form", async () => {
    const large = framed(new Uint8Array(LIMITS.maxReceiveBytes + 1));
    expect(await call(BALANCE, large)).toMatchObject({ status: StatusCode.RESOURCE_EXHAUSTED });
    const unknown = framed(Uint8Array.of(1, 2), 1);
    expect(await call(BALANCE, unknown, { "grpc-encoding": "snappy" })).toMatchObject({
      status: StatusCode.UNIMPLEMENTED,
    });
    await answers();
  });

  test("says in a header of bounded length what is wrong, whatever the characters are", async () => {
    const path = "/cosmos.base.reflection.v1beta1.ReflectionService/ListImplementations";
    for (const length of [59, 60, 998, 999, 1_000, 20_000]) {
      const interfaceName = "x".repeat(length) + "🦆".repeat(400);
      const request = ListImplementationsRequest.encode({ interfaceName });
      expect(await call(path, framed(request))).toMatchObject({ status: StatusCode.NOT_FOUND });
      const query = QueryValidatorsRequest.create({ status: interfaceName });
      const { status, details } = await call(
        "/cosmos.staking.v1beta1.Query/Validators",
        framed(QueryValidatorsRequest.encode(query)),
      );
      expect(status).toBe(StatusCode.INVALID_ARGUMENT);
      expect(details.length).toBeLessThanOrEqual(1_001);
    }
    await answers();
  });

  test("ends every stream of arbitrary bytes with a status that is the client's doing", async () => {
    const fair: number[] = [
      StatusCode.INVALID_ARGUMENT,
      StatusCode.NOT_FOUND,
      StatusCode.RESOURCE_EXHAUSTED,
      StatusCode.UNIMPLEMENTED,
      // The library's words for a message that is cut off, or does not decompress.
      StatusCode.INTERNAL,
    ];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => framed(bytes)),
      fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 255 })).map((one) => framed(...one)),
      fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 3 }).map((all) => {
        return Buffer.concat(all.map((bytes) => framed(bytes)));
      }),
    );
    const headers = fc.record(
      {
        "grpc-encoding": fc.constantFrom("identity", "gzip", "deflate", "x"),
        "x-cosmos-block-height": fc.constantFrom("1", "0", "-1", "99", "x", "1e3", "9".repeat(30)),
        "grpc-timeout": fc.constantFrom("1S", "0n", "x", "99999999H"),
      },
      { requiredKeys: [] },
    );
    const path = fc.constantFrom(BALANCE, PARAMS, "/", "/no.such.Service/Method", "/a/b/c/d");
    const property = fc.asyncProperty(path, body, headers, async (to, bytes, extra) => {
      const { status, details } = await call(to, bytes, extra);
      const timed = "grpc-timeout" in extra ? [1, StatusCode.DEADLINE_EXCEEDED] : [];
      expect([0, ...fair, ...timed], details).toContain(status);
    });
    await fc.assert(property, { seed: 0x9090, numRuns: 150 });
    await answers();
  });

  test("takes no more questions from a reflection client that reads no answers", async () => {
    const stream = openStream(REFLECTION);
    stream.on("error", () => undefined);
    const name = Buffer.from("cosmos.tx.v1beta1.Service");
    const question = framed(Buffer.concat([Buffer.of(0x22, name.length), name]));
    const count = 20_000;
    for (let index = 0; index < count; index++) stream.write(question);
    for (let index = 0; index < 20; index++) await answers();
    expect(stream.writableLength).toBeGreaterThan((question.length * count) / 2);
    stream.destroy();
    await answers();
  });

  test("does not mind what is no HTTP/2 at all", async () => {
    for (const text of [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "\0\xff\xfe\0\0\0\0",
      "PRI * HTTP/2.0",
    ]) {
      const socket = connectTcp(door.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(text, "latin1");
      socket.resume();
      await once(socket, "close");
    }
    await answers();
  });
});
