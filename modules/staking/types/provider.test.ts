import { describe, expect, test } from "vitest";
import { announceKey, createProvider, findEffectiveKey, possessionInput } from "./provider.js";

const key = (byte: number, effectiveHeight: bigint) => ({
  publicKey: new Uint8Array(32).fill(byte),
  effectiveHeight,
});
const [FIRST, SECOND, THIRD] = [key(1, 10n), key(2, 20n), key(3, 30n)];

describe("a first key", () => {
  test("proves beacons from its height on", () => {
    const provider = createProvider("operator", FIRST);
    expect(findEffectiveKey(provider, 9n)).toBeUndefined();
    expect(findEffectiveKey(provider, 10n)).toEqual(FIRST.publicKey);
  });
});

describe("a replacement", () => {
  const replaced = announceKey(createProvider("operator", FIRST), SECOND, 12n);

  test("takes over at its height, and the old key holds until then", () => {
    expect(findEffectiveKey(replaced, 19n)).toEqual(FIRST.publicKey);
    expect(findEffectiveKey(replaced, 20n)).toEqual(SECOND.publicKey);
  });

  test("that is announced before the first key is in effect does not bring it forward", () => {
    const early = announceKey(createProvider("operator", FIRST), SECOND, 5n);
    expect(findEffectiveKey(early, 9n)).toBeUndefined();
    expect(findEffectiveKey(early, 10n)).toEqual(FIRST.publicKey);
  });

  test("forgets one that has not taken effect", () => {
    const again = announceKey(replaced, THIRD, 19n);
    expect(findEffectiveKey(again, 29n)).toEqual(FIRST.publicKey);
    expect(findEffectiveKey(again, 30n)).toEqual(THIRD.publicKey);
  });

  test("of one that has taken effect leaves that in place", () => {
    const again = announceKey(replaced, THIRD, 20n);
    expect(findEffectiveKey(again, 29n)).toEqual(SECOND.publicKey);
    expect(findEffectiveKey(again, 30n)).toEqual(THIRD.publicKey);
  });
});

test("a possession proof is for one chain and one operator", () => {
  const inputs = [
    possessionInput("chain-1", "operator"),
    possessionInput("chain-2", "operator"),
    possessionInput("chain-1", "another"),
  ];
  expect(new Set(inputs.map(String)).size).toBe(3);
});
