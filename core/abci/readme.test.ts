import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { uint64ToBytes } from "#core/primitives/bytes.js";
import { AbciClient } from "./client.js";
import { serveTally } from "./examples/tally.js";

const here = import.meta.dirname;
const EMPTY = new Uint8Array(0);

test("the README shows the example as it is compiled", () => {
  const readme = readFileSync(join(here, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(blocks).toContain(readFileSync(join(here, "examples/tally.ts"), "utf8"));
});

test("the example of the README runs", async () => {
  const home = mkdtempSync(join(tmpdir(), "abci-readme-"));
  const stops: string[] = [];
  const server = await serveTally(home, (reason) => stops.push(reason));
  const client = await AbciClient.connect(server.address);
  const block = {
    hash: EMPTY,
    height: 1n,
    timeNs: 0n,
    txs: [Uint8Array.of(1), Uint8Array.of(2)],
    lastCommit: { round: 0, votes: [] },
    misbehavior: [],
    nextValidatorsHash: EMPTY,
    proposerAddress: EMPTY,
  };
  expect((await client.call("finalizeBlock", block)).appHash).toStrictEqual(uint64ToBytes(2n));
  client.close();
  await server.close();
  rmSync(home, { recursive: true });
  expect(stops).toStrictEqual([]);
});
