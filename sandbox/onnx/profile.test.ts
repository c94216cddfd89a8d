import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toHex } from "#core/primitives/bytes.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { engineDigest, profileText } from "./engineDigest.js";
import { MEASURED } from "./measured.js";
import { nativeDigest } from "./nativeDigest.js";
import { allOperators, findOperator } from "./profile.js";
import { REFUSED_OPERATORS, findRefused } from "./refusedOperators.js";
import { runtimeFile } from "./runtimeFile.js";

describe("the operator profile", () => {
  it("is the one in both engines' identities; tools/operators/printEngineDigest.ts gives new hashes", () => {
    const found = toHex(engineDigest(readFileSync(runtimeFile())));
    expect(found).toBe(toHex(MODEL_ENGINE.binarySha256));
    expect(toHex(nativeDigest())).toBe(toHex(NATIVE_ENGINE.binarySha256));
  });

  it("changes the identity with every operator that it gains or loses", () => {
    const lines = profileText().split("\n");
    for (const { name } of allOperators()) {
      expect(lines.filter((line) => line.includes(`${name}|`))).not.toEqual([]);
    }
    expect(engineDigest(new Uint8Array(1))).not.toEqual(engineDigest(new Uint8Array(2)));
  });

  it("decides on every operator that the runtime implements", () => {
    const undecided = [...MEASURED.keys()].filter(
      (name) => findOperator(name) === undefined && findRefused(name) === undefined,
    );
    expect(undecided).toEqual([]);
  });

  it("does not allow what it refuses, and says of all that it refuses what to do instead", () => {
    for (const { names, reason, advice } of REFUSED_OPERATORS) {
      expect(names.filter((name) => findOperator(name) !== undefined)).toEqual([]);
      expect(reason).toMatch(/^(is|has|works|was) /);
      expect(advice).not.toBe("");
    }
  });
});
