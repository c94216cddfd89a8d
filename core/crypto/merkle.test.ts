import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { COMET_VECTORS } from "#test/vectors/cometVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { sha256 } from "./hash.js";
import { merklePath, merkleRoot, verifyMerklePath, type MerklePath } from "./merkle.js";

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => utf8(`leaf ${index}`));

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe("roots and paths of CometBFT", () => {
  test.each(COMET_VECTORS.merkle)("$leaves.length leaves", ({ leaves, root, paths }) => {
    const bytes = leaves.map(hexBytes);
    expect(toHex(merkleRoot(bytes))).toBe(root);
    paths.forEach((expected, index) => {
      const path = merklePath(bytes, index);
      expect(path.siblings.map(toHex)).toEqual(expected);
      expect(path).toMatchObject({ index, total: leaves.length });
    });
  });
});

describe("roots", () => {
  test("the empty tree hashes nothing", () => {
    expect(merkleRoot([])).toEqual(sha256());
  });

  test("a leaf that spells an inner node does not give that node's root", () => {
    const [a, b] = leavesOf(2);
    const inner = concatBytes(merkleRoot([a!]), merkleRoot([b!]));
    expect(merkleRoot([inner])).not.toEqual(merkleRoot([a!, b!]));
  });
});

describe("paths", () => {
  test("every leaf of every tree of up to 40 leaves verifies, and no other leaf in its place", () => {
    for (let total = 1; total <= 40; total++) {
      const leaves = leavesOf(total);
      const root = merkleRoot(leaves);
      leaves.forEach((leaf, index) => {
        const path = merklePath(leaves, index);
        const at = `${index} of ${total}`;
        expect(verifyMerklePath(root, leaf, path), at).toBe(true);
        expect(verifyMerklePath(root, utf8("another"), path), at).toBe(false);
        if (total > 1) {
          const moved = { ...path, index: (index + 1) % total };
          expect(verifyMerklePath(root, leaf, moved), at).toBe(false);
        }
      });
    }
  });

  test("the path of a leaf out of the tree halts", () => {
    expect(() => merklePath(leavesOf(3), 3)).toThrow(InvariantError);
    expect(() => merklePath(leavesOf(3), -1)).toThrow(InvariantError);
    expect(() => merklePath([], 0)).toThrow(InvariantError);
  });

  const leaves = leavesOf(11);
  const root = merkleRoot(leaves);
  const leaf = leaves[6]!;
  const path = merklePath(leaves, 6);
  const alter = (changes: Partial<MerklePath>): MerklePath => ({ ...path, ...changes });

  test.each([
    ["an index at the total", alter({ index: 11 })],
    ["a negative index", alter({ index: -1 })],
    ["a fractional index", alter({ index: 6.5 })],
    ["NaN for an index", alter({ index: Number.NaN })],
    ["another total with a longer path", alter({ total: 20 })],
    ["a total of zero", alter({ total: 0 })],
    ["an infinite total", alter({ total: Number.POSITIVE_INFINITY })],
    ["a missing sibling", alter({ siblings: path.siblings.slice(1) })],
    ["a sibling too many", alter({ siblings: [...path.siblings, root] })],
    ["siblings in another order", alter({ siblings: path.siblings.toReversed() })],
    ["a short sibling", alter({ siblings: [new Uint8Array(31), ...path.siblings.slice(1)] })],
  ])("%s is refused", (_, altered) => {
    expect(verifyMerklePath(root, leaf, path)).toBe(true);
    expect(verifyMerklePath(root, leaf, altered)).toBe(false);
  });

  test("an index out of the tree does not stand for the first or the last leaf", () => {
    const last = merklePath(leaves, 10);
    expect(verifyMerklePath(root, leaves[10]!, last)).toBe(true);
    expect(verifyMerklePath(root, leaves[10]!, { ...last, index: 11 })).toBe(false);
    const zeroth = merklePath(leaves, 0);
    expect(verifyMerklePath(root, leaves[0]!, zeroth)).toBe(true);
    expect(verifyMerklePath(root, leaves[0]!, { ...zeroth, index: -1 })).toBe(false);
  });

  test("siblings of other lengths that join to the same bytes are refused", () => {
    // Moving a byte over the border of leaf hash and sibling keeps the preimage of the root.
    const [a, b] = leavesOf(2);
    const pair = merklePath([a!, b!], 0);
    const joined = concatBytes(pair.siblings[0]!, Uint8Array.of(0));
    expect(verifyMerklePath(merkleRoot([a!, b!]), a!, { ...pair, siblings: [joined] })).toBe(false);
  });

  test("any flipped bit of root, leaf or sibling is refused", () => {
    for (let bit = 0; bit < 256; bit++) {
      expect(verifyMerklePath(flipped(root, bit), leaf, path)).toBe(false);
      path.siblings.forEach((sibling, place) => {
        const siblings = path.siblings.with(place, flipped(sibling, bit));
        expect(verifyMerklePath(root, leaf, { ...path, siblings })).toBe(false);
      });
    }
    for (let bit = 0; bit < leaf.length * 8; bit++) {
      expect(verifyMerklePath(root, flipped(leaf, bit), path)).toBe(false);
    }
  });
});
