import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { cosmosVector } from "#test/vectors/storeVectors.js";
import { MemoryNodes } from "#test/harness/memoryNodes.js";
import { MutableTree } from "./mutableTree.js";
import type { IavlNode } from "./node.js";
import { iterateLeaves, findValue, type TreeVersion } from "./treeReader.js";
import { describeTree } from "./treeShape.js";

/** Applies writes to a version and saves the result; an undefined value removes the key. */
function nextVersion(
  nodes: MemoryNodes,
  root: IavlNode | undefined,
  version: number,
  writes: ReadonlyArray<readonly [string, string | undefined]>,
) {
  const tree = new MutableTree(nodes, root, version);
  for (const [key, value] of writes) {
    if (value === undefined) tree.remove(utf8(key));
    else tree.set(utf8(key), utf8(value));
  }
  const sealed = tree.seal();
  nodes.save(sealed.created);
  return sealed;
}

describe("roots and shapes of the published vectors", () => {
  const nodes = new MemoryNodes();
  const v1 = nextVersion(
    nodes,
    undefined,
    1,
    [1, 2, 3, 4, 5].map((n) => [`k0${n}`, `v0${n}`]),
  );
  const v2 = nextVersion(nodes, v1.root, 2, [
    ["k03", "v03b"],
    ["k01", undefined],
    ["k06", "v06"],
  ]);

  test("five keys have the root that Go gives", () => {
    expect(toHex(v1.hash)).toBe(cosmosVector("iavl.v1.root"));
  });

  test("an update, a removal and an insertion give Go's root and shape", () => {
    expect(toHex(v2.hash)).toBe(cosmosVector("iavl.v2.root"));
    expect(describeTree({ root: v2.root, source: nodes })).toBe(cosmosVector("iavl.v2.shape"));
  });

  test("a version without changes keeps the root and makes no nodes", () => {
    const v3 = nextVersion(nodes, v2.root, 3, []);
    expect(toHex(v3.hash)).toBe(cosmosVector("iavl.v3(no change).root"));
    expect(v3.created).toEqual([]);
    expect(v3.orphans).toEqual([]);
  });

  test("a single key has the root that Go gives", () => {
    const single = nextVersion(new MemoryNodes(), undefined, 1, [["k", "v"]]);
    expect(toHex(single.hash)).toBe(cosmosVector("iavl.single(k=v,version1).root"));
  });

  test("an empty tree has the hash of nothing", () => {
    const { root, hash } = new MutableTree(nodes, undefined, 1).seal();
    expect(root).toBeUndefined();
    expect(toHex(hash)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(describeTree({ root, source: nodes })).toBe("()");
  });
});

test("removing an absent key changes nothing", () => {
  const nodes = new MemoryNodes();
  const v1 = nextVersion(nodes, undefined, 1, [
    ["b", "1"],
    ["d", "2"],
  ]);
  const tree = new MutableTree(nodes, v1.root, 2);
  for (const key of ["a", "c", "e"]) expect(tree.remove(utf8(key))).toBe(false);
  const { root, orphans, created } = tree.seal();
  expect(root).toBe(v1.root);
  expect(orphans).toEqual([]);
  expect(created).toEqual([]);
});

test("setting the value that a key has makes a new leaf", () => {
  const nodes = new MemoryNodes();
  const v1 = nextVersion(nodes, undefined, 1, [["a", "1"]]);
  const v2 = nextVersion(nodes, v1.root, 2, [["a", "1"]]);
  expect(describeTree({ root: v2.root, source: nodes })).toBe("a@2");
  expect(v2.orphans).toEqual([v1.root?.id]);
});

test("removing the last key leaves an empty tree", () => {
  const nodes = new MemoryNodes();
  const v1 = nextVersion(nodes, undefined, 1, [["a", "1"]]);
  const v2 = nextVersion(nodes, v1.root, 2, [["a", undefined]]);
  expect(v2.root).toBeUndefined();
  expect(v2.orphans).toEqual([v1.root?.id]);
});

const keys = fc.uint8Array({ minLength: 1, maxLength: 3 });
const writes = fc.array(
  fc.tuple(keys, fc.option(fc.uint8Array({ minLength: 1, maxLength: 4 }), { nil: undefined })),
  { maxLength: 40, size: "max" },
);

test("versions hold what a map holds, stay balanced, and orphan exactly what they drop", () => {
  fc.assert(
    fc.property(fc.array(writes, { maxLength: 8, size: "max" }), (versions) => {
      const nodes = new MemoryNodes();
      const model = new Map<string, Uint8Array>();
      let root: IavlNode | undefined;
      let live = new Set<number>();
      for (const [index, batch] of versions.entries()) {
        const tree = new MutableTree(nodes, root, index + 1);
        for (const [key, value] of batch) {
          if (value === undefined) {
            expect(tree.remove(key)).toBe(model.delete(toHex(key)));
          } else {
            tree.set(key, value);
            model.set(toHex(key), value);
          }
        }
        const sealed = tree.seal();
        nodes.save(sealed.created);
        root = sealed.root;
        const now = idsOf(nodes, root);
        expect(sealed.orphans.toSorted()).toEqual(
          [...live].filter((id) => !now.has(id)).toSorted(),
        );
        live = now;
        expectSame({ root, source: nodes }, model);
      }
    }),
  );
});

/** Ids of all nodes of a tree; checks order, heights, sizes and balance on the way. */
function idsOf(nodes: MemoryNodes, root: IavlNode | undefined): Set<number> {
  const ids = new Set<number>();
  const visit = (node: IavlNode): void => {
    expect(ids.has(node.id)).toBe(false);
    ids.add(node.id);
    if (node.isLeaf()) return;
    const left = nodes.leftOf(node);
    const right = nodes.rightOf(node);
    expect(node.height).toBe(Math.max(left.height, right.height) + 1);
    expect(node.size).toBe(left.size + right.size);
    expect(Math.abs(left.height - right.height)).toBeLessThanOrEqual(1);
    visit(left);
    visit(right);
    const smallest = iterateLeaves({ root: right, source: nodes }, {}).next();
    expect((smallest.value as IavlNode).key).toEqual(node.key);
  };
  if (root !== undefined) visit(root);
  return ids;
}

function expectSame(tree: TreeVersion, model: ReadonlyMap<string, Uint8Array>): void {
  const found = [...iterateLeaves(tree, {})].map(({ key, value }) => [toHex(key), value]);
  expect(found).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const [key, value] of model) {
    expect(findValue(tree, new Uint8Array(Buffer.from(key, "hex")))).toEqual(value);
  }
}

test("leaves of any range come in either order", () => {
  const bounds = fc.record({
    start: fc.option(keys, { nil: undefined }),
    end: fc.option(keys, { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(keys, { selector: toHex }), bounds, (present, range) => {
      const nodes = new MemoryNodes();
      const tree = new MutableTree(nodes, undefined, 1);
      for (const key of present) tree.set(key, key);
      const { root, created } = tree.seal();
      nodes.save(created);
      const { start, end } = range;
      const expected = present
        .filter((key) => start === undefined || compareBytes(key, start) >= 0)
        .filter((key) => end === undefined || compareBytes(key, end) < 0)
        .sort(compareBytes);
      const version = { root, source: nodes };
      const keysOf = (order: "ascending" | "descending") =>
        [...iterateLeaves(version, range, order)].map(({ key }) => key);
      expect(keysOf("ascending")).toEqual(expected);
      expect(keysOf("descending")).toEqual(expected.toReversed());
    }),
  );
});
