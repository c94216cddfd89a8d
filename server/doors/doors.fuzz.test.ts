import fc, { type Arbitrary } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AnyCodec } from "#core/codec/message.js";
import type { JsonObject } from "#core/codec/json.js";
import { messageArbitrary } from "#test/harness/codec/messageArbitrary.js";
import { doorChain, type DoorChain, openRest } from "#test/harness/doors.js";
import type { RestDoor } from "../rest/restDoor.js";
import { restRoutes } from "../rest/restRoutes.js";
import { CallFailure, StatusCode } from "./callStatus.js";
import type { DoorMethod } from "./doorCalls.js";
import { interfaceService } from "./interfaceService.js";

const RUNS = { seed: 0xd005, numRuns: 30 };
const SIMULATE = "/cosmos.tx.v1beta1.Service/Simulate";

let chain: DoorChain;
let door: RestDoor;

beforeAll(async () => {
  const bare = await doorChain();
  chain = await doorChain([interfaceService(bare.node.wiring.modules)]);
  door = await openRest(chain);
});

afterAll(async () => {
  await door.close();
  expect(chain.node.faults).toEqual([]);
});

function served(): readonly DoorMethod[] {
  return chain.calls.methods().filter((one) => one.served);
}

/** Texts that have broken servers before, and those that this chain knows. */
function texts(): Arbitrary<string> {
  const known = chain.accounts.map(({ text }) => text);
  return fc.oneof(
    fc.constantFrom(
      ...known,
      "unes",
      "0",
      "1",
      "-1",
      "18446744073709551615",
      "9223372036854775808",
    ),
    fc.constantFrom("", "..", "%", "null", "\0", "a/b", "__proto__", "constructor", "true", "AA=="),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
}

/** A state read at any height, with any bytes: every end of it but a failure of this program. */
async function endsWell(method: DoorMethod, data: Uint8Array, height: bigint): Promise<void> {
  try {
    const { value } = await chain.calls.call({ path: method.path, data, height });
    method.method.response.decode(value);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    const fair: number[] = [
      StatusCode.INVALID_ARGUMENT,
      StatusCode.NOT_FOUND,
      StatusCode.UNAUTHENTICATED,
    ];
    if (method.path === SIMULATE) fair.push(StatusCode.UNKNOWN);
    expect(fair, `${method.path}: ${error.message}`).toContain(error.code);
  }
}

describe("every method of the doors", () => {
  test("survives random bytes and random requests, at any height", async () => {
    const heights = fc.constantFrom(0n, 1n, 2n, 3n, 4n, (1n << 63n) - 1n);
    for (const method of served()) {
      const { request } = method.method;
      const encoded = messageArbitrary(request, "wire").map((one) => request.encode(one));
      const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), encoded);
      const property = fc.asyncProperty(bytes, heights, (data, height) =>
        endsWell(method, data, height),
      );
      await fc.assert(property, RUNS);
    }
  });
});

describe("the ABCI query", () => {
  test("answers any path, any bytes and any height with a code, and never throws", () => {
    const known = served().map(({ path }) => path);
    const part = fc.constantFrom("store", "app", "p2p", "bank", "key", "subspace", "simulate", "");
    const path = fc.oneof(
      fc.constantFrom(...known),
      fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    const height = fc.oneof(
      fc.constantFrom(0n, 1n, 2n, 3n),
      fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
    );
    const data = fc.uint8Array({ maxLength: 40 });
    const property = fc.property(path, data, height, fc.boolean(), (...asked) => {
      const [to, bytes, at, prove] = asked;
      const answer = chain.node.queries.abciQuery({ path: to, data: bytes, height: at, prove });
      expect(answer.code === 0).toBe(answer.log === "");
      expect(answer.codespace === "").toBe(answer.code === 0);
    });
    fc.assert(property, { ...RUNS, numRuns: 1_000 });
  });
});

async function ask(path: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${door.port}${path}`, init);
  const json = (await response.json()) as JsonObject;
  const isSimulation = path.startsWith("/cosmos/tx/v1beta1/simulate");
  if (response.status !== 200) expect(Object.keys(json)).toEqual(["code", "message", "details"]);
  const fair = [200, 400, 401, 404, 413, 501, ...(isSimulation ? [500] : [])];
  expect(fair, `${path}: ${JSON.stringify(json)}`).toContain(response.status);
}

/** Query strings of a request's own fields, and of none, with any value. */
function queries(request: AnyCodec): Arbitrary<string> {
  const names = request.fields.map(({ protoName }) => protoName);
  const pages = ["limit", "offset", "key", "count_total", "reverse", "x"];
  const name = fc.constantFrom(...names, ...pages.map((one) => `pagination.${one}`), "height");
  const pair = fc.tuple(name, texts()).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return fc
    .array(fc.oneof(pair, fc.constantFrom("=", "%zz=1", "a", "&")), { maxLength: 4 })
    .map((all) => all.join("&"));
}

describe("every REST route", () => {
  test("survives paths and query strings that nobody would write", async () => {
    const routes = restRoutes(chain.calls).filter(({ route }) => route.rule.verb === "get");
    for (const { route } of routes) {
      const values = fc.array(texts(), { minLength: 4, maxLength: 4 });
      const property = fc.asyncProperty(values, queries(route.method.request), (found, query) => {
        let next = 0;
        const fill = (): string => encodeURIComponent(found[next++] ?? "");
        return ask(`${route.rule.path.replaceAll(/\{[^}]*\}/g, fill)}?${query}`);
      });
      await fc.assert(property, { ...RUNS, numRuns: 10 });
    }
  });

  test("survives any JSON as its body", async () => {
    const field = fc.constantFrom("tx_bytes", "tx", "mode", "body", "signatures", "x");
    const bodies = fc.oneof(
      fc.json({ maxDepth: 5 }),
      fc.dictionary(field, fc.jsonValue(), { maxKeys: 3 }).map((one) => JSON.stringify(one)),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    for (const { route } of restRoutes(chain.calls).filter(
      ({ route: one }) => one.rule.body !== "",
    )) {
      const property = fc.asyncProperty(bodies, (body) =>
        ask(route.rule.path, { method: "POST", body }),
      );
      await fc.assert(property, { ...RUNS, numRuns: 60 });
    }
  });
});
