import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NODE_SERVICE, nodeServiceQueries } from "#app/query/nodeService.js";
import { wire } from "#app/wiring.js";
import type { Service } from "#core/codec/service.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { noAggregator } from "../query/noAggregator.js";
import { DoorCalls } from "./doorCalls.js";
import { nodeServices } from "./nodeServices.js";

const SETTINGS = { minGasPrices: [], pruning: undefined, haltHeight: undefined };
const GENERATED = join(packageRoot(), "core/codec/generated");

/** Rows of the tables, as `service/method` and the other two cells. */
function documented(): Map<string, readonly [served: string, note: string]> {
  const rows = new Map<string, readonly [string, string]>();
  let service = "";
  for (const line of readFileSync(join(packageRoot(), "docs/compatibility.md"), "utf8").split(
    "\n",
  )) {
    service = /^### (\S+)$/.exec(line)?.[1] ?? service;
    if (/^## /.test(line)) service = "";
    const [, method = "", served = "", note = ""] =
      /^\| (\w+) \| (yes|no) \| (.*?) ?\|$/.exec(line) ?? [];
    if (service !== "" && method !== "") rows.set(`${service}/${method}`, [served, note]);
  }
  return rows;
}

/** Every service of the Cosmos SDK that code is generated for. */
async function cosmosServices(): Promise<Service[]> {
  const files = readdirSync(GENERATED, { recursive: true, encoding: "utf8" });
  const found: Service[] = [];
  for (const file of files.filter((name) => /^cosmos.*\.ts$/.test(name))) {
    const module = (await import(join(GENERATED, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (name.endsWith("Service")) found.push(value as Service);
    }
  }
  return found;
}

test("docs/compatibility.md says of every method whether it is served, and why not", async () => {
  const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
  const { queries, msgs } = wiring.modules;
  queries.add(NODE_SERVICE, nodeServiceQueries(SETTINGS));
  const query = () => Promise.reject(new Error("nobody asks"));
  const own = nodeServices({ wiring, cometUrl: "http://127.0.0.1:1", timeoutMs: 1, query });
  const calls = new DoorCalls({ routes: queries, query, nodeServices: own });
  const served = new Set(calls.methods().flatMap((one) => (one.served ? [one.path] : [])));
  const expected = new Map<string, string>();
  for (const { typeName, methods } of await cosmosServices()) {
    for (const { name, request } of methods) {
      const isServed = typeName.endsWith(".Msg")
        ? msgs.find(request.typeUrl) !== undefined
        : served.has(`/${typeName}/${name}`);
      expected.set(`${typeName}/${name}`, isServed ? "yes" : "no");
    }
  }
  const rows = documented();
  expect(new Map([...rows].map(([name, [isServed]]) => [name, isServed]))).toEqual(expected);
  const unexplained = [...rows].filter(([, [isServed, note]]) => isServed === "no" && note === "");
  expect(unexplained).toEqual([]);
});
