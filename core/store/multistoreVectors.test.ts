import { iavlSpec, ics23, tendermintSpec, verifyMembership } from "@confio/ics23";
import { describe, expect, test } from "vitest";
import { merkleRoot } from "#core/crypto/merkle.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, toBase64, toHex, utf8 } from "#core/primitives/bytes.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { SeededOps, seededKey } from "#test/vectors/seededOps.js";
import { cosmosVector, readMultistoreVectors } from "#test/vectors/storeVectors.js";
import { openStore } from "./multistore.js";
import type { Store } from "./store.js";
import { StoreKey } from "./storeKey.js";

/** Commits writes, given as store, key and value; an absent value removes the key. */
function commit(
  store: Store,
  version: bigint,
  writes: ReadonlyArray<readonly [StoreKey, string, string?]>,
) {
  const branch = store.branch();
  for (const [key, path, value] of writes) {
    if (value === undefined) branch.kv(key).delete(utf8(path));
    else branch.kv(key).set(utf8(path), utf8(value));
  }
  store.stage(branch, version);
  return store.commit();
}

describe("the published multistore vectors", () => {
  const [acc, bank, ibc] = ["acc", "bank", "ibc"].map((name) => new StoreKey(name)) as [
    StoreKey,
    StoreKey,
    StoreKey,
  ];
  const store = openStore({ memory: true, stores: [ibc, acc, bank] });
  commit(store, 1n, [
    [bank, "k", "v"],
    ...[1, 2, 3, 4, 5].map((n) => [ibc, `k0${n}`, `v0${n}`] as const),
  ]);
  const info = commit(store, 2n, [
    [ibc, "k01"],
    [ibc, "k03", "v03b"],
    [ibc, "k06", "v06"],
  ]);

  test("three stores have the app hash that the SDK gives", () => {
    const name = `multistore{acc:sha256(""),bank:single,ibc:v2}.appHash`;
    expect(toHex(info.appHash)).toBe(cosmosVector(name));
    expect(info.stores.map((entry) => entry.name)).toEqual(["acc", "bank", "ibc"]);
  });

  test("the proof of a store is the SDK's", () => {
    const [tree, simple] = store.prove(ibc, utf8("k03"), 2n)!.ops;
    expect(toHex(tree!.data)).toBe(cosmosVector("iavl.v2.CommitmentProof.exist(k03)"));
    expect(toHex(simple!.data)).toBe(cosmosVector("simple.CommitmentProof(ibc)"));
    const length = (bytes: Uint8Array) => concatBytes(Uint8Array.of(0x0a, bytes.length), bytes);
    const merkleProof = concatBytes(length(tree!.data), length(simple!.data));
    expect(toHex(merkleProof)).toBe(cosmosVector("MerkleProof(ibc/k03)"));
  });

  test.each([
    [[], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [[["key1", "value1"]], "a44d3cc7daba1a4600b00a2434b30f8b970652169810d6dfa9fb1793a2189324"],
    [[["key1", "value2"]], "0638e99b3445caec9d95c05e1a3fc1487b4ddec6a952ff337080360b0dcc078c"],
    [
      [
        ["key1", "value1"],
        ["key2", "value2"],
      ],
      "8fd19b19e7bb3f2b3ee0574027d8a5a4cec370464ea2db2fbfa5c7d35bb0cff3",
    ],
    [
      [
        ["key1", "value1"],
        ["key2", "value2"],
        ["key3", "value3"],
      ],
      "1dd674ec6782a0d586a903c9c63326a41cbe56b3bba33ed6ff5b527af6efb3dc",
    ],
  ])("the SDK's simple map of %j", (entries, root) => {
    const leaves = entries.map(([key = "", value = ""]) => {
      const hash = sha256(utf8(value));
      return concatBytes(Uint8Array.of(key.length), utf8(key), Uint8Array.of(32), hash);
    });
    expect(toHex(merkleRoot(leaves))).toBe(root);
  });
});

test("app hashes and proofs equal those of the SDK's rootmulti, over an upgrade", () => {
  const { header, versions } = readMultistoreVectors();
  const ops = new SeededOps(header.seed);
  const keys = header.stores.map((name) => new StoreKey(name));
  const upgraded = [...keys, new StoreKey(header.added)];
  // Declared from the start, an empty store would change the app hash: so the file is reopened.
  const path = temporaryFile();
  let store = openStore({ path, stores: keys });
  for (const go of versions) {
    if (go.version === header.upgradeVersion) {
      store.close();
      store = openStore({ path, stores: upgraded });
    }
    const present = go.version < header.upgradeVersion ? keys : upgraded;
    const branch = store.branch();
    for (let left = ops.count(go.version); left > 0; left--) {
      const key = present[ops.below(present.length)]!;
      const op = ops.op(header.keys);
      if (key.name === "idle") continue;
      if (op.value === undefined) branch.kv(key).delete(op.key);
      else branch.kv(key).set(op.key, op.value);
    }
    store.stage(branch, BigInt(go.version));
    const info = store.commit();
    expect(toHex(info.appHash), `app hash of version ${go.version}`).toBe(go.appHash);
    for (const [index, query] of go.queries.entries()) {
      const path = seededKey(ops.below(header.keys));
      expect(path).toEqual(hexBytes(query.key));
      const proof = store.prove(present[index]!, path, BigInt(go.version))!;
      expect(proof.ops.map(({ type }) => type)).toEqual(["ics23:iavl", "ics23:simple"]);
      expect(proof.ops.map(({ data }) => toBase64(data))).toEqual([query.tree, query.simple]);
      const simple = ics23.CommitmentProof.decode(proof.ops[1]!.data);
      const root = info.stores.find(({ name }) => name === query.store)!.root;
      expect(verifyMembership(simple, tendermintSpec, info.appHash, utf8(query.store), root)).toBe(
        true,
      );
      if (proof.value === undefined) continue;
      const tree = ics23.CommitmentProof.decode(proof.ops[0]!.data);
      expect(verifyMembership(tree, iavlSpec, root, path, proof.value)).toBe(true);
    }
  }
  store.close();
});
