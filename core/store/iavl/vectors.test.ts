import { iavlSpec, ics23, verifyMembership, verifyNonMembership } from "@confio/ics23";
import { describe, expect, test } from "vitest";
import { toBase64, toHex, utf8 } from "#core/primitives/bytes.js";
import { MemoryNodes } from "#test/harness/memoryNodes.js";
import { SeededOps } from "#test/vectors/seededOps.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { cosmosVector, type IavlVersion, readIavlVectors } from "#test/vectors/storeVectors.js";
import { MutableTree, type SealedTree } from "./mutableTree.js";
import type { IavlNode } from "./node.js";
import { proveKey, type TreeProof } from "./proof.js";
import { findValue, iterateLeaves, type TreeVersion } from "./treeReader.js";

/** Draws a key of the tree, by its place in key order. */
function drawKey(ops: SeededOps, keys: readonly Uint8Array[]): Uint8Array {
  return keys[ops.below(keys.length)]!;
}

/** The key with as many zero bytes behind it as it takes to be absent. */
function absentKey(tree: TreeVersion, key: Uint8Array): Uint8Array {
  let absent = key;
  do absent = Uint8Array.of(...absent, 0);
  while (findValue(tree, absent) !== undefined);
  return absent;
}

/** A key beside all keys: after them in even versions, before them in odd ones where it can be. */
function edgeKey(tree: TreeVersion, first: Uint8Array, version: number): Uint8Array {
  if (version % 2 === 0) return Uint8Array.of(255, 255, 255, 255, 255);
  return first.length > 1 ? first.slice(0, -1) : absentKey(tree, first);
}

/** Proofs of the keys that the Go program draws for a version, in its order. */
function proveDrawn(tree: TreeVersion, ops: SeededOps, version: number) {
  const keys = [...iterateLeaves(tree, {})].map(({ key }) => key);
  const exist = [drawKey(ops, keys), drawKey(ops, keys)];
  const absent = [absentKey(tree, drawKey(ops, keys)), edgeKey(tree, keys[0]!, version)];
  const prove = (key: Uint8Array) => ({ key, ...proveKey(tree, key) });
  return { exist: exist.map(prove), absent: absent.map(prove) };
}

function expectVerifies(root: Uint8Array, { key, value, proof }: TreeProof & { key: Uint8Array }) {
  const decoded = ics23.CommitmentProof.decode(proof);
  const verified =
    value === undefined
      ? verifyNonMembership(decoded, iavlSpec, root, key)
      : verifyMembership(decoded, iavlSpec, root, key, value);
  expect(verified, `the proof of ${toHex(key)} verifies`).toBe(true);
}

function expectVersion(sealed: SealedTree, nodes: MemoryNodes, ops: SeededOps, go: IavlVersion) {
  const tree = { root: sealed.root, source: nodes };
  expect(toHex(sealed.hash), `root of version ${go.version}`).toBe(go.root);
  expect(sealed.root?.size).toBe(go.size);
  const proofs = proveDrawn(tree, ops, go.version);
  expect(proofs.exist.map(({ proof }) => toBase64(proof))).toEqual(go.exist);
  expect(proofs.absent.map(({ proof }) => toBase64(proof))).toEqual(go.absent);
  for (const proof of [...proofs.exist, ...proofs.absent]) expectVerifies(sealed.hash, proof);
}

test("every root and every proof of 200 versions equals what Go's iavl gives", () => {
  const { header, versions } = readIavlVectors();
  const ops = new SeededOps(header.seed);
  const nodes = new MemoryNodes();
  let root: IavlNode | undefined;
  let operations = 0;
  expect(versions).toHaveLength(header.versions);
  for (const go of versions) {
    const tree = new MutableTree(nodes, root, go.version);
    const count = ops.count(go.version);
    for (let drawn = 0; drawn < count; drawn++) {
      const { key, value } = ops.op(header.keys);
      if (value === undefined) tree.remove(key);
      else tree.set(key, value);
    }
    operations += count;
    const sealed = tree.seal();
    nodes.save(sealed.created);
    root = sealed.root;
    expectVersion(sealed, nodes, ops, go);
  }
  expect(operations).toBe(header.operations);
  expect(operations).toBeGreaterThanOrEqual(20_000);
});

describe("proofs of the published vectors", () => {
  const nodes = new MemoryNodes();
  const v1 = new MutableTree(nodes, undefined, 1);
  for (const n of [1, 2, 3, 4, 5]) v1.set(utf8(`k0${n}`), utf8(`v0${n}`));
  const first = v1.seal();
  nodes.save(first.created);
  const v2 = new MutableTree(nodes, first.root, 2);
  v2.set(utf8("k03"), utf8("v03b"));
  v2.remove(utf8("k01"));
  v2.set(utf8("k06"), utf8("v06"));
  const { root, created } = v2.seal();
  nodes.save(created);
  const tree = { root, source: nodes };

  test("existence", () => {
    const { value, proof } = proveKey(tree, utf8("k03"));
    expect(value).toEqual(utf8("v03b"));
    expect(toHex(proof)).toBe(cosmosVector("iavl.v2.CommitmentProof.exist(k03)"));
  });

  test("absence", () => {
    const { value, proof } = proveKey(tree, utf8("k035"));
    expect(value).toBeUndefined();
    expect(toHex(proof)).toBe(cosmosVector("iavl.v2.CommitmentProof.nonexist(k035)"));
  });

  test("an empty tree answers with the key alone, which verifiers refuse", () => {
    const { value, proof } = proveKey({ root: undefined, source: nodes }, utf8("k"));
    expect(value).toBeUndefined();
    expect(proof).toEqual(hexBytes("12030a016b"));
    const decoded = ics23.CommitmentProof.decode(proof);
    expect(verifyNonMembership(decoded, iavlSpec, new Uint8Array(32), utf8("k"))).toBe(false);
  });
});
