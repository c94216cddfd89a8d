import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkExamples } from "./examples.js";
import { guideExample } from "./guideExamples.js";
import { readSdk, ROOT } from "./program.js";
import { type PublicExport, publicExports } from "./publicExports.js";
import { renderReference } from "./renderReference.js";

let exports: readonly PublicExport[];

beforeAll(() => {
  exports = publicExports(readSdk());
});

describe("the reference of the SDK", () => {
  test("is what the generator writes (else: npx tsx --conditions=aivm-source tools/sdkReference/main.ts)", () => {
    const committed = readFileSync(join(ROOT, "docs/reference/sdk.md"), "utf8");
    expect(committed === renderReference(exports)).toBe(true);
  });

  test("has a text for every export", () => {
    expect(exports.length).toBeGreaterThan(150);
    expect(exports.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
  });

  test("has an example for every function and class", () => {
    const bare = exports.filter(
      ({ kind, examples }) => (kind === "function" || kind === "class") && examples.length === 0,
    );
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  test("shows declarations without bodies and private members", () => {
    const signature = (name: string): string =>
      exports.find((one) => one.name === name)?.signature ?? "";
    expect(signature("balance")).toMatch(/^async function balance\([^{]*\{[^}]*\}[^{]*<bigint>$/);
    expect(signature("SequenceTracker")).not.toMatch(/#|return /);
    expect(signature("systemClock")).toBe("const systemClock: Clock");
  });
});

describe("examples", () => {
  test("compile, and those of the guide", () => {
    expect(checkExamples([...exports, guideExample()])).toEqual([]);
  });

  test("that do not compile are found", () => {
    const wrong = exports.map((one) =>
      one.name === "balance" ? { ...one, examples: ["const n: number = balance(rpc);"] } : one,
    );
    expect(checkExamples(wrong).join()).toContain("const n: number = balance(rpc);");
  });
});
