import { describe, expect, test } from "vitest";
import { SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { computeSeed, type SeedFields } from "./seeds.js";

const FIELDS: SeedFields = {
  chainId: "aivm-1",
  requestId: 7n,
  inputIndex: 2,
  slotBeacon: sha256(Uint8Array.of(1)),
  consensusAddress: new Uint8Array(20).fill(3),
};
const SHARED = [utf8("aivm-1"), uint64ToBytes(7n), uint64ToBytes(2n), FIELDS.slotBeacon];

const seed = (kind: SeedKind, fields = FIELDS, fixed = 0n): string =>
  toHex(computeSeed({ kind, fixed }, fields));

const OTHERS: SeedFields[] = [
  { ...FIELDS, chainId: "aivm-2" },
  { ...FIELDS, requestId: 8n },
  { ...FIELDS, inputIndex: 3 },
  { ...FIELDS, slotBeacon: sha256(Uint8Array.of(2)) },
];
const OTHER_MEMBER = { ...FIELDS, consensusAddress: new Uint8Array(20).fill(4) };

describe("the seed of an execution", () => {
  test("is zeros for kernels without randomness", () => {
    expect(seed(SeedKind.NONE)).toBe("00".repeat(32));
    expect(seed(SeedKind.UNSPECIFIED)).toBe("00".repeat(32));
  });

  test("depends on its number alone when it is fixed", () => {
    const expected = toHex(domainHash("aivm/seed/fixed/v1", uint64ToBytes(42n)));
    for (const fields of [FIELDS, OTHER_MEMBER, ...OTHERS]) {
      expect(seed(SeedKind.FIXED, fields, 42n)).toBe(expected);
    }
    expect(seed(SeedKind.FIXED, FIELDS, 43n)).not.toBe(expected);
  });

  test("is the same for every member when it is the beacon's", () => {
    expect(seed(SeedKind.BEACON)).toBe(toHex(domainHash("aivm/seed/beacon/v1", ...SHARED)));
    expect(seed(SeedKind.BEACON, OTHER_MEMBER)).toBe(seed(SeedKind.BEACON));
    const all = [FIELDS, ...OTHERS].map((fields) => seed(SeedKind.BEACON, fields));
    expect(new Set(all).size).toBe(5);
  });

  test("is another for every member when it is the member's", () => {
    const expected = domainHash("aivm/seed/member/v1", ...SHARED, FIELDS.consensusAddress);
    expect(seed(SeedKind.MEMBER)).toBe(toHex(expected));
    const all = [FIELDS, OTHER_MEMBER, ...OTHERS].map((fields) => seed(SeedKind.MEMBER, fields));
    expect(new Set(all).size).toBe(6);
  });
});
