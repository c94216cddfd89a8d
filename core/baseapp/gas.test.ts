import { describe, expect, test } from "vitest";
import { utf8 } from "#core/primitives/bytes.js";
import { InvariantError } from "#core/primitives/assert.js";
import type { KvEntry, KvStore } from "#core/store/kv.js";
import { openStore } from "#core/store/multistore.js";
import { caught } from "#test/harness/caught.js";
import { TOY_STORE } from "#test/harness/toyChain.js";
import { GasMeter, OutOfGasError } from "./gas.js";
import { GasKv } from "./gasKv.js";

describe("a gas meter", () => {
  test("adds up what is charged, up to its limit", () => {
    const gas = new GasMeter(10n);
    gas.charge(4n, "a");
    gas.charge(0n, "b");
    gas.charge(6n, "c");
    expect(gas.used).toBe(10n);
  });

  test("fails with the name of the charge that passes the limit, and counts that too", () => {
    const gas = new GasMeter(10n);
    gas.charge(9n, "a");
    const error = caught(() => {
      gas.charge(2n, "b");
    });
    expect(error).toBeInstanceOf(OutOfGasError);
    expect((error as OutOfGasError).descriptor).toBe("b");
    expect((error as OutOfGasError).message).toBe("out of gas in location: b");
    expect(gas.used).toBe(11n);
  });

  test("without a limit never fails", () => {
    const gas = new GasMeter();
    gas.charge(1n << 80n, "a");
    expect(gas.used).toBe(1n << 80n);
    expect(gas.limit).toBeUndefined();
  });

  test("takes no negative charge", () => {
    const error = caught(() => {
      new GasMeter().charge(-1n, "a");
    });
    expect(error).toBeInstanceOf(InvariantError);
  });
});

/** Three entries with keys of 3 and values of 2 bytes. */
function filled(): KvStore {
  const store = openStore({ memory: true, stores: [TOY_STORE], chainId: "toy-1" });
  const kv = store.branch().kv(TOY_STORE);
  for (const name of ["k01", "k02", "k03"]) kv.set(utf8(name), utf8("vv"));
  return kv;
}

/** What an operation costs. */
function costOf(work: (kv: KvStore) => void, parent = filled()): bigint {
  const gas = new GasMeter(1_000_000n);
  work(new GasKv(parent, gas));
  return gas.used;
}

/** Begins to walk down and stops at the first entry. */
function takeOne(kv: KvStore): KvEntry[] {
  for (const entry of kv.iterate({}, "descending")) return [entry];
  return [];
}

describe("store gas is that of the SDK's table", () => {
  test.each<[string, (kv: KvStore) => unknown, bigint]>([
    ["reading a value: 1000 + 3 a byte of key and value", (kv) => kv.get(utf8("k01")), 1_015n],
    ["reading nothing: 1000 + 3 a byte of key", (kv) => kv.get(utf8("none")), 1_012n],
    ["asking whether a key is there: 1000", (kv) => kv.has(utf8("k01")), 1_000n],
    [
      "writing: 2000 + 30 a byte of key and value",
      (kv) => {
        kv.set(utf8("k04"), utf8("value"));
      },
      2_240n,
    ],
    [
      "deleting: 1000, whether the key is there or not",
      (kv) => {
        kv.delete(utf8("none"));
      },
      1_000n,
    ],
    ["walking three entries: 30 each and 30 to begin, 3 a byte", (kv) => [...kv.iterate({})], 165n],
    ["walking nothing: 30", (kv) => [...kv.iterate({ start: utf8("z") })], 30n],
  ])("%s", (_name, work, expected) => {
    expect(costOf(work)).toBe(expected);
  });

  test("a walk that stops early pays for what it saw", () => {
    const cost = costOf((kv) => {
      const [last] = takeOne(kv);
      expect(last?.key).toEqual(utf8("k03"));
    });
    expect(cost).toBe(75n);
  });

  test("nothing is written by a write that cannot be paid", () => {
    const parent = filled();
    const gas = new GasMeter(2_000n);
    const error = caught(() => {
      new GasKv(parent, gas).set(utf8("k01"), utf8("new"));
    });
    expect((error as OutOfGasError).descriptor).toBe("WritePerByte");
    expect(parent.get(utf8("k01"))).toEqual(utf8("vv"));
  });
});
