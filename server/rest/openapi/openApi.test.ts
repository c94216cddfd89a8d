import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorChain, type DoorChain, openRest } from "#test/harness/doors.js";
import type { RestDoor } from "../restDoor.js";
import { openApi } from "./openApi.js";

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters: ReadonlyArray<{ readonly name?: string; readonly in?: string }>;
}

let chain: DoorChain;
let door: RestDoor;
let description: Description;

beforeAll(async () => {
  chain = await doorChain();
  door = await openRest(chain);
  description = openApi(chain.calls) as unknown as Description;
});

afterAll(async () => {
  await door.close();
});

function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${door.port}${path}`);
}

describe("the OpenAPI description", () => {
  test("is served, and refers to nothing that it lacks", async () => {
    const served = (await (await get("/openapi.json")).json()) as Description;
    expect(served).toEqual(description);
    const references = JSON.stringify(served).match(/#\/components\/schemas\/[^"]+/g) ?? [];
    expect(references.length).toBeGreaterThan(100);
    for (const reference of references) {
      expect(served.components.schemas).toHaveProperty([reference.split("/").at(-1)!]);
    }
  });

  test("names every route that is answered, once, with its parameters", () => {
    const balances = description.paths["/cosmos/bank/v1beta1/balances/{address}"]!["get"]!;
    expect(balances.operationId).toBe("cosmos.bank.v1beta1.Query.AllBalances");
    expect(balances.description).toBe(
      "AllBalances queries the balance of all coins for a single account.",
    );
    expect(balances.parameters.map((one) => `${one.in ?? ""} ${one.name ?? ""}`)).toEqual([
      "path address",
      "query pagination.key",
      "query pagination.offset",
      "query pagination.limit",
      "query pagination.count_total",
      "query pagination.reverse",
      "query resolve_denom",
      " ",
    ]);
    const operations = Object.values(description.paths).flatMap((verbs) => Object.values(verbs));
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).not.toContain("cosmos.distribution.v1beta1.Query.ValidatorSlashes");
    const routed = chain.calls
      .methods()
      .filter(({ method, served }) => served && method.http.length > 0);
    const missing = routed
      .map(({ service, method }) => `${service.typeName}.${method.name}`)
      .filter((id) => !ids.includes(id));
    expect(missing).toEqual(["cosmos.auth.v1beta1.Query.AddressStringToBytes"]);
  });

  test("lets every field of a body be null, as proto3's JSON does, and of an answer what is", () => {
    const properties = (name: string): Record<string, { readonly nullable?: boolean }> =>
      (description.components.schemas[name] as { properties: Record<string, object> }).properties;
    const fields = Object.values(properties("cosmos.tx.v1beta1.AuthInfo.body"));
    expect(fields.map(({ nullable }) => nullable)).toEqual(fields.map(() => true));
    expect(properties("cosmos.tx.v1beta1.TxBody.body")["timeout_height"]).toEqual({
      anyOf: [{ type: "string", format: "uint64" }, { type: "integer" }],
      nullable: true,
    });
    expect(properties("cosmos.tx.v1beta1.AuthInfo")["signer_infos"]).not.toHaveProperty("nullable");
  });

  test("describes routes that answer: none is unknown, and none fails", async () => {
    const statuses = new Set<number>();
    for (const [path, verbs] of Object.entries(description.paths)) {
      if (verbs["get"] === undefined) continue;
      const { status } = await get(path.replaceAll(/\{[^}]*\}/g, "1"));
      expect([path, status === 500 || status === 501]).toEqual([path, false]);
      statuses.add(status);
    }
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 400, 404]);
  });
});

test("the page to read it by takes nothing from elsewhere, and its policy allows it its own", async () => {
  const response = await get("/docs");
  const html = await response.text();
  expect(response.status).toBe(200);
  expect(html).not.toMatch(/https?:|src=|@import|url\(/);
  const policy = response.headers.get("content-security-policy")!;
  for (const tag of ["script", "style"]) {
    const [, text = ""] = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(html)!;
    if (tag === "script") expect(() => new Script(text)).not.toThrow();
    const digest = createHash("sha256").update(text).digest("base64");
    expect(policy).toContain(`${tag}-src 'sha256-${digest}'`);
  }
});
