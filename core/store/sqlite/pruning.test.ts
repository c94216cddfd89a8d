import Database from "better-sqlite3";
import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { BLOCK_STORE_LIST, StoreBlocks } from "#test/harness/storeBlocks.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import type { IavlNode } from "../iavl/node.js";
import { openStore } from "../multistore.js";
import { SavedNodes } from "../savedNodes.js";
import { openStateDatabaseReader, type StateDatabase } from "./stateDatabase.js";

const blocks = new StoreBlocks();

/** Ids of the nodes that the trees of a version consist of. */
function nodeIdsOf(database: StateDatabase, version: number): number[] {
  const nodes = new SavedNodes(database.nodes, 1000);
  const idsBelow = (node: IavlNode): number[] =>
    node.isLeaf()
      ? [node.id]
      : [node.id, ...idsBelow(nodes.leftOf(node)), ...idsBelow(nodes.rightOf(node))];
  return database.versions
    .roots(version)
    .flatMap(({ node }) => (node === undefined ? [] : idsBelow(nodes.get(node))));
}

/** The column of a query, in the order of the rows. */
function column(path: string, sql: string): unknown[] {
  const connection = new Database(path, { readonly: true });
  const values = connection.prepare(sql).pluck().all();
  connection.close();
  return values;
}

test("pruning leaves exactly the nodes that the kept versions consist of", () => {
  const path = temporaryFile();
  const pruning = { keepRecent: 3, interval: 1 };
  const store = openStore({ path, stores: BLOCK_STORE_LIST, pruning });
  const database = openStateDatabaseReader(path, undefined);
  for (let version = 1; version <= 40; version++) {
    blocks.commit(store, version);
    const earliest = Math.max(1, version - 2);
    const kept = Array.from({ length: version - earliest + 1 }, (_, age) => earliest + age);
    const needed = new Set(kept.flatMap((one) => nodeIdsOf(database, one)));
    expect(column(path, "SELECT id FROM node ORDER BY id")).toEqual(
      [...needed].sort((a, b) => a - b),
    );
    expect(column(path, "SELECT DISTINCT version FROM root ORDER BY 1")).toEqual(kept);
    if (earliest === 1) continue;
    for (const table of ["orphan", "blob_undo"]) {
      expect(column(path, `SELECT version FROM ${table} WHERE version <= ${earliest}`)).toEqual([]);
    }
  }
  database.close();
  store.close();
});

test("a rollback leaves no node of the version that it takes back", () => {
  const path = temporaryFile();
  const store = openStore({ path, stores: BLOCK_STORE_LIST });
  for (let version = 1; version <= 5; version++) blocks.commit(store, version);
  const before = column(path, "SELECT id FROM node ORDER BY id");
  blocks.commit(store, 6);
  store.rollback();
  expect(column(path, "SELECT id FROM node ORDER BY id")).toEqual(before);
  // Ids are not used again, because readers may remember what they stood for.
  blocks.commit(store, 6);
  const [first] = column(path, "SELECT first_node FROM commit_info WHERE version = 6");
  expect(first).toBeGreaterThan(1 + Number(before.at(-1)));
  store.close();
});

test("a pruned database stops growing", () => {
  const path = temporaryFile();
  const pruning = { keepRecent: 5, interval: 1 };
  const store = openStore({ path, stores: BLOCK_STORE_LIST, pruning });
  const pagesAfter = (last: number): number => {
    const next = Number(store.committed()?.version ?? 0n) + 1;
    for (let version = next; version <= last; version++) blocks.commit(store, version);
    return Number(column(path, "SELECT page_count FROM pragma_page_count()")[0]);
  };
  const early = pagesAfter(60);
  expect(pagesAfter(300)).toBeLessThan(early * 1.3);
  store.close();
  expect(statSync(path).size).toBeLessThan(early * 1.3 * 4096);
});
