import { expect, test } from "vitest";
import { compareBytes } from "#core/primitives/bytes.js";
import { seededKey, SeededOps } from "#test/vectors/seededOps.js";
import { MutableTree } from "./iavl/mutableTree.js";
import type { IavlNode } from "./iavl/node.js";
import { findValue, iterateLeaves } from "./iavl/treeReader.js";
import { LinkedNodes } from "./linkedNodes.js";
import { SavedNodes } from "./savedNodes.js";
import { openStateDatabase } from "./sqlite/stateDatabase.js";

const KEYS = 2000;

/** Nodes in memory from a root down. */
function countLinked(node: IavlNode | undefined): number {
  return node === undefined ? 0 : 1 + countLinked(node.left) + countLinked(node.right);
}

/** Nodes in memory after each of fifty versions, trimmed to a capacity. */
function linkedAfterVersions(capacity: number): number[] {
  const database = openStateDatabase({ memory: true }, { stores: [], chainId: undefined });
  const nodes = new LinkedNodes(database.nodes, capacity);
  const ops = new SeededOps(77);
  let root: IavlNode | undefined;
  let nextId = 1;
  return Array.from({ length: 50 }, (_, index) => {
    const tree = new MutableTree(nodes, root, index + 1);
    for (let n = 0; n < (index === 0 ? KEYS : 20); n++) {
      const place = index === 0 ? n : ops.below(KEYS);
      tree.set(seededKey(place), Uint8Array.of(1 + (index & 127)));
    }
    const sealed = tree.seal();
    nodes.save(sealed.created, nextId);
    nextId += sealed.created.length;
    nodes.release(sealed.orphans.length);
    root = sealed.root;
    nodes.trim(root === undefined ? [] : [root]);
    return countLinked(root);
  });
}

test("a tree within the capacity stays in memory whole", () => {
  expect(linkedAfterVersions(10_000)).toEqual(Array.from({ length: 50 }, () => 2 * KEYS - 1));
});

test("beyond the capacity the lowest levels go, and what is needed comes back", () => {
  const linked = linkedAfterVersions(500);
  expect(Math.max(...linked)).toBeLessThanOrEqual(500);
  expect(Math.min(...linked)).toBeGreaterThan(200);
});

/** A saved tree of all keys, whose nodes were all let go but the root. */
function trimmedTree() {
  const database = openStateDatabase({ memory: true }, { stores: [], chainId: undefined });
  const nodes = new LinkedNodes(database.nodes, 1);
  const tree = new MutableTree(nodes, undefined, 1);
  for (let n = 0; n < KEYS; n++) tree.set(seededKey(n), Uint8Array.of(n >> 8, n & 255));
  const { root, created } = tree.seal();
  nodes.save(created, 1);
  nodes.trim([root!]);
  return { database, nodes, root: root!, created };
}

test("nodes that were let go are read again from the database", () => {
  const { nodes, root } = trimmedTree();
  expect(countLinked(root)).toBe(1);
  const next = new MutableTree(nodes, root, 2);
  for (let n = 0; n < KEYS; n += 2) next.remove(seededKey(n));
  const left: Uint8Array[] = [];
  for (const leaf of iterateLeaves({ root: next.seal().root!, source: nodes }, {}, "ascending")) {
    left.push(leaf.key);
  }
  const odd = Array.from({ length: KEYS / 2 }, (_, index) => seededKey(2 * index + 1));
  expect(left).toEqual(odd.sort(compareBytes));
});

test("saved leaves are held without their values, which the database has", () => {
  const { database, nodes, root, created } = trimmedTree();
  expect(created.every((node) => node.value === undefined)).toBe(true);
  const saved = new SavedNodes(database.nodes, 1);
  for (let n = 0; n < KEYS; n++) {
    expect(findValue({ root, source: nodes }, seededKey(n))).toBeUndefined();
    expect(findValue({ root, source: saved }, seededKey(n))).toEqual(
      Uint8Array.of(n >> 8, n & 255),
    );
  }
});
