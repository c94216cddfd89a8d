import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { aivmfileArbitrary, brokenAivmfile } from "#test/harness/aivmfileArbitrary.js";
import { compileAivmfile } from "../aivmfile.js";
import { aivmfileDirective, aivmfileSyntax, aivmfileValue } from "../errors.js";
import { validateManifest } from "../manifest.js";
import { defaultParams } from "../params.js";
import { placeManifestError } from "./placeManifestError.js";

const BOUNDS = defaultParams("unes");
const SEED = 20_261_128;

/** Compiles; what it refuses has a place within the text, what it takes can be encoded. */
function isRefusedOrSound(text: string): void {
  const compiled = attempt(() => compileAivmfile(text));
  if (compiled instanceof ChainError) {
    expect(aivmfileSyntax.is(compiled) || aivmfileDirective.is(compiled)).toBe(true);
    hasPlace(compiled, text);
    return;
  }
  expect(Manifest.decodeCanonical(Manifest.encode(compiled.draft))).toEqual(compiled.draft);
  const refusal = attempt(() => {
    validateManifest(compiled.draft, BOUNDS);
  });
  if (!(refusal instanceof ChainError)) return;
  const { field } = refusal.detail;
  // Digests are filled in later, and their number with them.
  if (/digest|^test_vectors$/.test(String(field))) return;
  const placed = placeManifestError(refusal, compiled, BOUNDS);
  expect([field, aivmfileValue.is(placed)]).toEqual([field, true]);
  hasPlace(placed, text);
}

function hasPlace({ detail }: ChainError, text: string): void {
  const lines = text.split("\n");
  const { line, column, problem, fix } = detail;
  expect(line).toBeGreaterThanOrEqual(1);
  expect(line).toBeLessThanOrEqual(lines.length);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(column).toBeLessThanOrEqual(lines[Number(line) - 1]!.length + 1);
  expect(`${problem}`).not.toBe("");
  expect(`${fix}`).not.toBe("");
}

describe("the parser of Aivmfiles", () => {
  it("refuses any text with a place in it, or makes a manifest that can be encoded", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({
        unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      }),
      fc
        .array(
          fc.constantFrom("AIVM", "1", "NAME", " ", "\n", "#", "INPUT", "[", "..", "9".repeat(40)),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(fc.property(texts, isRefusedOrSound), { seed: SEED, numRuns: 400 });
  });

  it("takes everything that its grammar gives", () => {
    fc.assert(
      fc.property(aivmfileArbitrary, (text) => {
        expect(() => compileAivmfile(text)).not.toThrow();
        isRefusedOrSound(text);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it("finds the place of whatever is broken in a good one", () => {
    fc.assert(fc.property(brokenAivmfile, isRefusedOrSound), { seed: SEED, numRuns: 500 });
  });
});
