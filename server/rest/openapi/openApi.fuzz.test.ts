import fc, { type Arbitrary } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { doorChain, type DoorChain, openRest } from "#test/harness/doors.js";
import { interfaceService } from "../../doors/interfaceService.js";
import type { RestDoor } from "../restDoor.js";
import { schemaMismatch } from "#test/harness/schemaMatch.js";

/** The document, as far as requests are made from it. */
interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, JsonObject>;
    readonly parameters: Record<string, Parameter>;
  };
}

interface Operation {
  readonly operationId: string;
  readonly parameters: ReadonlyArray<Parameter | { readonly $ref: string }>;
  readonly requestBody?: Content;
  readonly responses: Record<string, Content>;
}

interface Content {
  readonly content: { readonly "application/json": { readonly schema: JsonObject } };
}

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: JsonObject;
}

const SEED = 0x09e4;
const RUNS = 6;
/** A simulation that fails is the one answer of 500 that clients read. */
const SIMULATE = "cosmos.tx.v1beta1.Service.Simulate";

let chain: DoorChain;
let door: RestDoor;
let base: string;
let description: Description;
/** Operations that have answered at least once. */
const right = new Set<string>();

beforeAll(async () => {
  const bare = await doorChain();
  chain = await doorChain([interfaceService(bare.node.wiring.modules)]);
  door = await openRest(chain);
  base = `http://127.0.0.1:${door.port}`;
  description = (await (await fetch(`${base}/openapi.json`)).json()) as Description;
});

afterAll(async () => {
  await door.close();
  expect(chain.node.faults).toEqual([]);
});

/** Texts that a parameter's schema allows, that it forbids, and that break programs. */
function textFor({ type, enum: names, format }: JsonObject): Arbitrary<string> {
  const hostile = fc.constantFrom(
    "",
    "\0",
    "%ff",
    "../..",
    "NaN",
    "1e400",
    "null",
    "[]",
    "{}",
    "🦆",
  );
  const known = chain.accounts.map(({ text }) => text);
  if (Array.isArray(names)) return fc.oneof(fc.constantFrom(...(names as string[])), hostile);
  if (type === "boolean") return fc.oneof(fc.constantFrom("true", "false", "1", "yes"), hostile);
  if (format === "byte") return fc.oneof(fc.base64String({ maxLength: 40 }), hostile);
  if (format === "int64" || format === "uint64" || type === "integer") {
    return fc.oneof(fc.bigInt(-(1n << 70n), 1n << 70n).map(String), fc.nat(5).map(String), hostile);
  }
  const text = fc.string({ unit: "grapheme", maxLength: 30 });
  return fc.oneof(fc.constantFrom(...known, "unes"), text, hostile);
}

function resolve(schema: JsonObject): JsonObject {
  const { $ref: reference, allOf } = schema;
  if (Array.isArray(allOf)) return resolve(allOf[0] as JsonObject);
  if (typeof reference !== "string") return schema;
  return description.components.schemas[reference.split("/").at(-1)!]!;
}

/** JSON that a schema allows, with values of wrong types here and there. */
function bodyFor(schema: JsonObject, depth = 3): Arbitrary<JsonValue> {
  const wrong = fc.constantFrom<JsonValue>(null, 7, -1.5, true, "x", [], {}, [[]], "9".repeat(30));
  const { type, properties, items } = resolve(schema);
  const right = (): Arbitrary<JsonValue> => {
    if (depth === 0) return wrong;
    if (type === "array") {
      return fc.array(bodyFor(items as JsonObject, depth - 1), { maxLength: 2 });
    }
    if (type !== "object") return textFor(resolve(schema));
    const fields = Object.entries((properties ?? {}) as Record<string, JsonObject>);
    const made = fields.map(([name, one]) => [name, bodyFor(one, depth - 1)] as const);
    return fc.record(Object.fromEntries(made), { requiredKeys: [] }) as Arbitrary<JsonObject>;
  };
  return fc.oneof({ weight: 6, arbitrary: right() }, { weight: 1, arbitrary: wrong });
}

interface Asked {
  /** One for each parameter; without one it is left out, if it is not part of the path. */
  readonly values: ReadonlyArray<string | undefined>;
  readonly body: JsonValue | undefined;
}

function parametersOf({ parameters }: Operation): Parameter[] {
  return parameters.map((one) =>
    "$ref" in one ? description.components.parameters[one.$ref.split("/").at(-1)!]! : one,
  );
}

function seldom(text: Arbitrary<string>): Arbitrary<string | undefined> {
  const nothing = { weight: 4, arbitrary: fc.constant(undefined) };
  return fc.oneof(nothing, { weight: 1, arbitrary: text });
}

function questionOf(operation: Operation): Arbitrary<Asked> {
  const values = parametersOf(operation).map(({ schema, in: place }) =>
    place === "path" ? textFor(schema) : seldom(textFor(schema)),
  );
  const schema = operation.requestBody?.content["application/json"].schema;
  const body = schema === undefined ? fc.constant(undefined) : bodyFor(schema);
  return fc.record({ values: fc.tuple(...values), body });
}

/** The URL and the headers of a question; each parameter goes where the document says. */
function placed(path: string, operation: Operation, { values }: Asked) {
  let url = path;
  const query: string[] = [];
  const headers: Record<string, string> = {};
  for (const [index, { name, in: place }] of parametersOf(operation).entries()) {
    const value = values[index];
    if (value === undefined) continue;
    const escaped = encodeURIComponent(value);
    if (place === "path") url = url.replace(`{${name}}`, escaped);
    else if (place === "query") query.push(`${name}=${escaped}`);
    else if (/^[\x21-\x7e]+$/.test(value)) headers[name] = value;
  }
  return { url: `${url}?${query.join("&")}`, headers };
}

async function ask(path: string, verb: string, operation: Operation, asked: Asked): Promise<void> {
  const { url, headers } = placed(path, operation, asked);
  const body = asked.body === undefined ? {} : { body: JSON.stringify(asked.body) };
  const method = verb.toUpperCase();
  const response = await fetch(`${base}${url}`, { method, headers, ...body });
  const json = (await response.json()) as JsonValue;
  const told = `${method} ${url} ${response.status} ${JSON.stringify(json)}`;
  // A variable that is empty or climbs makes another path, which may not exist.
  const fair = [200, 400, 401, 404, 501, ...(operation.operationId === SIMULATE ? [500] : [])];
  expect(fair, told).toContain(response.status);
  const { operationId, responses } = operation;
  // Where the path became another one, so did the answer.
  const isOther = /\/\/|\.\.|\/\?/.test(decodeURIComponent(url));
  if (isOther && response.status === 200) return;
  if (response.status === 200) right.add(operationId);
  const { content } = responses[response.status === 200 ? "200" : "default"]!;
  const { schemas } = description.components;
  expect(schemaMismatch(json, content["application/json"].schema, schemas), told).toBeUndefined();
}

describe("every operation of the OpenAPI description", () => {
  test("answers as it says to whatever it is asked, right or wrong", async () => {
    let answered = 0;
    for (const [path, verbs] of Object.entries(description.paths)) {
      for (const [verb, operation] of Object.entries(verbs)) {
        const property = fc.asyncProperty(questionOf(operation), async (asked) => {
          await ask(path, verb, operation, asked);
          answered++;
        });
        await fc.assert(property, { seed: SEED, numRuns: RUNS });
      }
    }
    expect(answered).toBeGreaterThan(RUNS * 70);
    expect(right.size).toBeGreaterThan(25);
  });
});
