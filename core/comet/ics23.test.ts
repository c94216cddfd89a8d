import {
  ics23,
  verifyExistence,
  verifyNonExistence,
  iavlSpec,
  tendermintSpec,
} from "@confio/ics23";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, equalBytes, fromBase64, toHex, utf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import {
  ICS23_TESTDATA,
  ICS23_VECTORS,
  type OpForm,
  type ProvenTree,
} from "#test/vectors/ics23Vectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import {
  computeProofRoot,
  IAVL_SPEC,
  TENDERMINT_SPEC,
  verifyMembership,
  verifyNonMembership,
} from "./ics23.js";
import { CommitmentProof, type ExistenceProof, type InnerOp, type LeafOp } from "./ics23Proof.js";

const SPECS = { iavl: IAVL_SPEC, tendermint: TENDERMINT_SPEC };
const ORACLE_SPECS = { iavl: iavlSpec, tendermint: tendermintSpec };

/** What a query says about a key, with the root that it is said of. */
interface Claim {
  readonly spec: "iavl" | "tendermint";
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Whether the claim is proven; every refusal must carry a code. */
function accepts({ spec, root, key, value }: Claim, proof: CommitmentProof): boolean {
  try {
    if (value === undefined) verifyNonMembership(SPECS[spec], root, proof, key);
    else verifyMembership(SPECS[spec], root, proof, { key, value });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ChainError);
    return false;
  }
}

function acceptsBytes(claim: Claim, bytes: Uint8Array): boolean {
  try {
    return accepts(claim, CommitmentProof.decode(bytes));
  } catch (error) {
    expect(error).toBeInstanceOf(ChainError);
    return false;
  }
}

/** The verdict of @confio/ics23, which has the rules of an older ics23. */
function oracleAccepts({ spec, root, key, value }: Claim, bytes: Uint8Array): boolean {
  try {
    const { exist, nonexist } = ics23.CommitmentProof.decode(bytes);
    if (value === undefined) verifyNonExistence(nonexist!, ORACLE_SPECS[spec], root, key);
    else verifyExistence(exist!, ORACLE_SPECS[spec], root, key, value);
    return true;
  } catch {
    return false;
  }
}

function claimsOf(spec: Claim["spec"], tree: ProvenTree): Array<[Claim, Uint8Array]> {
  return [...tree.entries, ...tree.absent].map(({ key, value, proof }) => [
    {
      spec,
      root: hexBytes(tree.root),
      key: hexBytes(key),
      value: value === undefined ? undefined : hexBytes(value),
    },
    hexBytes(proof),
  ]);
}

function existenceOf(proof: Uint8Array): ExistenceProof {
  return CommitmentProof.decode(proof).exist!;
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.with(bit >> 3, bytes[bit >> 3]! ^ (1 << (bit & 7)));
}

const TREES = [
  ...ICS23_VECTORS.iavl.map((tree) => ["iavl", tree] as const),
  ...ICS23_VECTORS.simple.map((tree) => ["tendermint", tree] as const),
];

describe("proofs of the Go implementations", () => {
  test.each(ICS23_TESTDATA.proofs)("$name of the ics23 testdata", (vector) => {
    const { spec, proof } = vector;
    const value = vector.value === "" ? undefined : hexBytes(vector.value);
    const claim = { spec, root: hexBytes(vector.root), key: hexBytes(vector.key), value };
    expect(acceptsBytes(claim, hexBytes(proof))).toBe(true);
    expect(oracleAccepts(claim, hexBytes(proof))).toBe(true);
    const decoded = CommitmentProof.decode(hexBytes(proof));
    expect(toHex(computeProofRoot(SPECS[spec], decoded))).toBe(vector.root);
  });

  test.each(TREES)("every entry and every gap of a tree (%s)", (spec, tree) => {
    for (const [claim, proof] of claimsOf(spec, tree)) {
      expect(acceptsBytes(claim, proof), toHex(claim.key)).toBe(true);
      expect(oracleAccepts(claim, proof), toHex(claim.key)).toBe(true);
      expect(toHex(CommitmentProof.encode(CommitmentProof.decode(proof)))).toBe(toHex(proof));
    }
  });

  test.each(ICS23_TESTDATA.iavlForms)("form: $name", ({ error, proof }) => {
    const exist: ExistenceProof = {
      key: base64(proof.key),
      value: base64(proof.value),
      leaf: proof.leaf && leafOf(proof.leaf),
      path: (proof.path ?? []).map(innerOf),
    };
    const compute = (): unknown => computeProofRoot(IAVL_SPEC, { exist, nonexist: undefined });
    if (error === "") expect(compute).not.toThrow();
    else expect(compute).toThrow(ChainError);
  });
});

function base64(text = ""): Uint8Array {
  return fromBase64(text)!;
}

function leafOf(form: OpForm): LeafOp {
  return {
    hash: form.hash ?? 0,
    prehashKey: form.prehash_key ?? 0,
    prehashValue: form.prehash_value ?? 0,
    length: form.length ?? 0,
    prefix: base64(form.prefix),
  };
}

function innerOf({ hash = 0, prefix, suffix }: OpForm): InnerOp {
  return { hash, prefix: base64(prefix), suffix: base64(suffix) };
}

describe("claims that a proof does not make", () => {
  test.each(TREES)("another root, key or value is refused (%s)", (spec, tree) => {
    for (const [claim, proof] of claimsOf(spec, tree)) {
      const refused = (change: Partial<Claim>): void => {
        expect(acceptsBytes({ ...claim, ...change }, proof)).toBe(false);
      };
      refused({ root: flip(claim.root, 9) });
      refused({ key: flip(claim.key, 3) });
      refused({ key: new Uint8Array(0) });
      refused({ value: claim.value === undefined ? utf8("v") : undefined });
      if (claim.value !== undefined) refused({ value: flip(claim.value, 0) });
      refused({ spec: spec === "iavl" ? "tendermint" : "iavl" });
    }
  });

  test.each(TREES)("absence is proven between neighbours and nowhere else (%s)", (spec, tree) => {
    const { entries } = tree;
    const root = hexBytes(tree.root);
    const proofs = entries.map(({ proof }) => existenceOf(hexBytes(proof)));
    for (const [left, right] of gapsOf(entries.length)) {
      const key = keyBetween(entries[left]?.key, entries[right]?.key);
      const nonexist = { key, left: proofs[left], right: proofs[right] };
      const claim = { spec, root, key, value: undefined };
      const found = accepts(claim, { exist: undefined, nonexist });
      expect(found, `${left} ${right} of ${entries.length}`).toBe(right === left + 1);
    }
  });

  /** Every pair of places, one before the first and one after the last entry included. */
  function gapsOf(count: number): Array<[number, number]> {
    const lefts = Array.from({ length: count + 1 }, (_, index) => index - 1);
    const pairs = lefts.flatMap((left) =>
      Array.from({ length: count - left }, (_, step): [number, number] => [left, left + 1 + step]),
    );
    return pairs.filter(([left, right]) => left !== -1 || right !== count);
  }

  /** A key that sorts after `left` and before `right`. */
  function keyBetween(left: string | undefined, right: string | undefined): Uint8Array {
    return left === undefined
      ? hexBytes(right!).slice(0, 1)
      : Uint8Array.from([...hexBytes(left), 0]);
  }

  const tree = ICS23_VECTORS.iavl.at(-1)!;
  const [one, two, three] = tree.entries
    .slice(4, 7)
    .map(({ proof }) => existenceOf(hexBytes(proof)));
  const absence = (key: Uint8Array, left?: ExistenceProof, right?: ExistenceProof): boolean =>
    accepts(
      { spec: "iavl", root: hexBytes(tree.root), key, value: undefined },
      { exist: undefined, nonexist: { key, left, right } },
    );

  test("neighbours prove nothing about keys outside of them or their own", () => {
    expect(absence(Uint8Array.from([...one!.key, 0]), one, two)).toBe(true);
    for (const key of [one!.key, two!.key, three!.key, Uint8Array.of(0), Uint8Array.of(255)]) {
      expect(absence(key, one, two), toHex(key)).toBe(false);
    }
  });

  test("neighbours that are exchanged, doubled or missing prove nothing", () => {
    const key = Uint8Array.from([...one!.key, 0]);
    expect(absence(key, two, one)).toBe(false);
    expect(absence(key, one, one)).toBe(false);
    expect(absence(key, one)).toBe(false);
    expect(absence(key, undefined, two)).toBe(false);
    expect(absence(key)).toBe(false);
  });

  test("a proof of both kinds, and of none, is refused", () => {
    const [claim, bytes] = claimsOf("iavl", tree)[0]!;
    const [, absent] = claimsOf("iavl", { ...tree, entries: [] })[0]!;
    const { exist } = CommitmentProof.decode(bytes);
    const { nonexist } = CommitmentProof.decode(absent);
    expect(accepts(claim, { exist, nonexist })).toBe(false);
    expect(accepts({ ...claim, key: nonexist!.key, value: undefined }, { exist, nonexist })).toBe(
      false,
    );
    expect(accepts(claim, { exist: undefined, nonexist: undefined })).toBe(false);
    expect(() => computeProofRoot(IAVL_SPEC, { exist: undefined, nonexist: undefined })).toThrow(
      ChainError,
    );
  });

  test("batch and compressed proofs are refused", () => {
    const [claim] = claimsOf("iavl", tree)[0]!;
    expect(acceptsBytes(claim, hexBytes("1a00"))).toBe(false);
    expect(acceptsBytes(claim, hexBytes("2200"))).toBe(false);
  });
});

describe("proofs whose form was altered", () => {
  const tree = ICS23_VECTORS.iavl.at(-1)!;
  const [claim, bytes] = claimsOf("iavl", tree)[6]!;
  const exist = existenceOf(bytes);
  const leaf = exist.leaf!;
  const [first] = exist.path;
  const withLeaf = (change: Partial<LeafOp>): ExistenceProof => ({
    ...exist,
    leaf: { ...leaf, ...change },
  });
  const withInner = (change: Partial<InnerOp>): ExistenceProof => ({
    ...exist,
    path: exist.path.with(0, { ...first!, ...change }),
  });
  const prefixed = (...bytesBefore: number[]): Uint8Array => Uint8Array.from(bytesBefore);

  // Each claims the root that it leads to, so that only its form can be what is refused.
  test.each([
    ["no leaf", { ...exist, leaf: undefined }, "the leaf is missing"],
    ["an empty key", { ...exist, key: new Uint8Array(0) }, "the key or the value is empty"],
    ["an empty value", { ...exist, value: new Uint8Array(0) }, "the key or the value is empty"],
    [
      "129 inner nodes",
      { ...exist, path: Array<InnerOp>(129).fill(first!) },
      "the path is too long",
    ],
    ["a leaf of SHA-512", withLeaf({ hash: 2 }), "the leaf hashes otherwise than the tree"],
    ["a hashed key", withLeaf({ prehashKey: 1 }), "the leaf hashes otherwise than the tree"],
    ["a bare value", withLeaf({ prehashValue: 0 }), "the leaf hashes otherwise than the tree"],
    ["no lengths", withLeaf({ length: 0 }), "the leaf hashes otherwise than the tree"],
    ["an empty leaf prefix", withLeaf({ prefix: prefixed() }), "the leaf's prefix is not a leaf's"],
    [
      "an inner leaf prefix",
      withLeaf({ prefix: prefixed(2, 2, 2) }),
      "the leaf's prefix is not a leaf's",
    ],
    [
      "a longer leaf prefix",
      withLeaf({ prefix: prefixed(0, 2, 2, 0) }),
      "the leaf's prefix goes on",
    ],
    [
      "a negative leaf version",
      withLeaf({ prefix: prefixed(0, 2, 1) }),
      "an IAVL prefix is out of range",
    ],
    [
      "a negative leaf size",
      withLeaf({ prefix: prefixed(0, 1, 2) }),
      "an IAVL prefix is out of range",
    ],
    [
      "an inner node of SHA-512",
      withInner({ hash: 2 }),
      "an inner node hashes otherwise than the tree",
    ],
    [
      "an inner node without hash",
      withInner({ hash: 0 }),
      "an inner node hashes otherwise than the tree",
    ],
    [
      "an inner node at height 0",
      withInner({ prefix: prefixed(0, 4, 2, 32) }),
      "an inner node's prefix is a leaf's",
    ],
    [
      "a short inner prefix",
      withInner({ prefix: prefixed(2, 4, 2) }),
      "an inner node's prefix is too short",
    ],
    [
      "a long inner prefix",
      withInner({ prefix: new Uint8Array(46).fill(2) }),
      "an inner node's prefix is too long",
    ],
    [
      "a suffix of 32 bytes",
      withInner({ suffix: new Uint8Array(32) }),
      "an inner node's suffix is not of children",
    ],
    [
      "bytes between the numbers and the child",
      withInner({ prefix: prefixed(2, 4, 2, 32, 32) }),
      "an inner node's prefix is not of an IAVL node",
    ],
    [
      "a negative inner height",
      withInner({ prefix: prefixed(1, 4, 2, 32) }),
      "an IAVL prefix is out of range",
    ],
    [
      "a negative inner size",
      withInner({ prefix: prefixed(2, 3, 2, 32) }),
      "an IAVL prefix is out of range",
    ],
    [
      "a height below the layer",
      { ...exist, path: [first!, first!] },
      "an IAVL prefix is out of range",
    ],
  ])("%s", (_, altered: ExistenceProof, problem) => {
    expect(accepts(claim, { exist, nonexist: undefined })).toBe(true);
    const compute = (): unknown =>
      computeProofRoot(IAVL_SPEC, { exist: altered, nonexist: undefined });
    expect(compute).toThrow(`proof is invalid (problem ${problem})`);
  });

  test("padded and cut-off numbers of an IAVL prefix are refused", () => {
    for (const prefix of [prefixed(0, 0x82, 0, 2), prefixed(0, 2, 0x82)]) {
      const altered = { exist: withLeaf({ prefix }), nonexist: undefined };
      expect(() => computeProofRoot(IAVL_SPEC, altered)).toThrow(ChainError);
    }
  });

  test("a leaf prefix that goes on is refused in the tree over the stores as well", () => {
    const [claim, bytes] = claimsOf("tendermint", ICS23_VECTORS.simple[0]!)[0]!;
    const exist = existenceOf(bytes);
    const longer = { ...exist, leaf: { ...exist.leaf!, prefix: prefixed(0, 0) } };
    expect(accepts(claim, { exist, nonexist: undefined })).toBe(true);
    expect(() => computeProofRoot(TENDERMINT_SPEC, { exist: longer, nonexist: undefined })).toThrow(
      "the leaf's prefix goes on",
    );
  });

  test("128 inner nodes, sizes and versions of zero are within the form", () => {
    const path = Array.from({ length: 128 }, (_, index) => ({
      ...first!,
      // Zig-zag of the height, which takes two bytes from 64 on; then size 0 and version 0.
      prefix: index < 63 ? prefixed(2 * (index + 1), 0, 0, 32) : prefixed(0x80, 2, 0, 0, 32),
    }));
    const exist = { ...withLeaf({ prefix: prefixed(0, 0, 0) }), path };
    expect(computeProofRoot(IAVL_SPEC, { exist, nonexist: undefined })).toHaveLength(32);
  });

  test.each([
    ["two children to the right", prefixed(1), 64],
    ["a child on each side", new Uint8Array(33).fill(1), 32],
    ["no other child", prefixed(1), 0],
  ])("a node with %s has no place among neighbours", (_, prefix, suffixLength) => {
    const inner = { hash: 1, prefix, suffix: new Uint8Array(suffixLength) };
    const lone = { ...exist, leaf: { ...leaf, prefix: prefixed(0) }, path: [inner] };
    const root = computeProofRoot(TENDERMINT_SPEC, { exist: lone, nonexist: undefined });
    for (const side of ["left", "right"] as const) {
      const key = side === "right" ? Uint8Array.of(0) : Uint8Array.of(255);
      const nonexist = { key, left: undefined, right: undefined, [side]: lone };
      const claim = { spec: "tendermint", root, key, value: undefined } as const;
      expect(accepts(claim, { exist: undefined, nonexist }), side).toBe(false);
    }
  });
});

describe("altered bytes", () => {
  test("every flipped bit of every kind of proof is refused", () => {
    const trees = [
      ["iavl", ICS23_VECTORS.iavl[3]!],
      ["tendermint", ICS23_VECTORS.simple[2]!],
    ] as const;
    for (const [spec, tree] of trees) {
      for (const [claim, proof] of claimsOf(spec, tree).filter((_, index) => index % 3 === 0)) {
        for (let bit = 0; bit < proof.length * 8; bit++) {
          expect(acceptsBytes(claim, flip(proof, bit)), `bit ${bit}`).toBe(false);
        }
      }
    }
  });

  test("what the older verifier refuses is refused", () => {
    const [claim, proof] = claimsOf("iavl", ICS23_VECTORS.iavl[4]!)[14]!;
    let oracleRefused = 0;
    for (let bit = 0; bit < proof.length * 8; bit++) {
      const altered = flip(proof, bit);
      if (oracleAccepts(claim, altered)) continue;
      oracleRefused++;
      expect(acceptsBytes(claim, altered), `bit ${bit}`).toBe(false);
    }
    expect(oracleRefused).toBeGreaterThan(proof.length * 7);
  });

  test("random cuts, copies and changes of bytes are refused", () => {
    const [claim, proof] = claimsOf("iavl", ICS23_VECTORS.iavl[4]!)[14]!;
    const place = fc.nat(proof.length);
    fc.assert(
      fc.property(place, place, fc.uint8Array({ maxLength: 40 }), (start, end, bytes) => {
        const tail = proof.subarray(Math.max(start, end));
        const altered = concatBytes(proof.subarray(0, start), bytes, tail);
        fc.pre(!equalBytes(altered, proof));
        expect(acceptsBytes(claim, altered)).toBe(false);
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });
});
