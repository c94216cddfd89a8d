import { expect, test } from "vitest";
import { MemoryNodes } from "#test/harness/memoryNodes.js";
import { SeededOps } from "#test/vectors/seededOps.js";
import { MutableTree } from "./mutableTree.js";
import type { IavlNode, NodeSource } from "./node.js";
import { diffTrees } from "./treeDiff.js";
import { iterateLeaves, type TreeVersion } from "./treeReader.js";

/** Trees of ten versions, the first with thousands of keys, later ones with few changes. */
function someVersions(nodes: NodeSource & MemoryNodes): TreeVersion[] {
  const ops = new SeededOps(4242);
  let root: IavlNode | undefined;
  return Array.from({ length: 10 }, (_, index) => {
    const tree = new MutableTree(nodes, root, index + 1);
    for (let count = index === 0 ? 6000 : 3 * index; count > 0; count--) {
      const { key, value } = ops.op(3000);
      if (value === undefined) tree.remove(key);
      else tree.set(key, value);
    }
    const sealed = tree.seal();
    nodes.save(sealed.created);
    root = sealed.root;
    return { root, source: nodes };
  });
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function entriesOf(tree: TreeVersion): Map<string, string> {
  const leaves = [...iterateLeaves(tree, {})];
  return new Map(leaves.map(({ key, value }) => [hexOf(key), hexOf(value!)]));
}

/** Entries of `from` with the difference to `target` written into them. */
function applyDifference(from: TreeVersion, target: TreeVersion): Map<string, string> {
  const entries = entriesOf(from);
  for (const { key, value } of diffTrees(from, target)) {
    if (value === undefined) entries.delete(hexOf(key));
    else entries.set(hexOf(key), hexOf(value));
  }
  return entries;
}

test("the difference turns one version into any other", () => {
  const empty = { root: undefined, source: new MemoryNodes() };
  const versions = [...someVersions(new MemoryNodes()), empty];
  for (const from of versions) {
    for (const target of versions.slice(-4)) {
      expect(applyDifference(from, target)).toEqual(entriesOf(target));
    }
  }
});

test("the difference of neighbours visits few nodes of a large tree", () => {
  const nodes = new MemoryNodes();
  const [first, second] = someVersions(nodes);
  let visits = 0;
  const counting: NodeSource = {
    leftOf: (node) => (visits++, nodes.leftOf(node)),
    rightOf: (node) => nodes.rightOf(node),
  };
  const count = [
    ...diffTrees({ root: second!.root, source: counting }, { root: first!.root, source: counting }),
  ].length;
  expect(count).toBeLessThanOrEqual(3);
  expect(visits).toBeLessThan(200);
});
