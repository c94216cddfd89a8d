import { describe, expect, it } from "vitest";
import type { ErrorDetail } from "#core/primitives/errors.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { compileAivmfile } from "../aivmfile.js";
import { formatAivmfile } from "./formatAivmfile.js";
import { writeAivmfile } from "./writeAivmfile.js";

/** An Aivmfile whose inputs and buckets are the given lines, from line 5 on. */
function aivmfile(...lines: string[]): string {
  return [
    "AIVM 1",
    "NAME sequences",
    "ENGINE ort-wasm/1.30.0",
    "INFER infer.js",
    ...lines,
    "OUTPUT y float32",
    "LIMIT gas 50_000 memory 32MiB output 1KiB",
    "COMMITTEE 4 of 1..16",
    "TEST vectors/*.json",
    "LICENSE MIT",
    "",
  ].join("\n");
}

function buckets(...lines: string[]): Array<readonly [bigint[], bigint]> {
  const { draft } = compileAivmfile(aivmfile(...lines));
  return draft.buckets.map(({ extents, gas }) => [extents, gas]);
}

function mistake(...lines: string[]): ErrorDetail {
  const error = attempt(() => compileAivmfile(aivmfile(...lines)));
  if (error instanceof ChainError) return error.detail;
  throw new Error("the lines compile");
}

const TOKENS = "INPUT tokens int64[1,1..512]";

describe("BUCKET lines", () => {
  it("declare extents of the bounded axes of every input, whatever order the words have", () => {
    const image = "INPUT image uint8[3,8..64,8..64]";
    const prompt = "INPUT prompt string<=1KiB";
    expect(buckets(TOKENS, "BUCKET tokens=32 gas 5_000", "BUCKET tokens=1_28 gas 9_000")).toEqual([
      [[32n], 5_000n],
      [[128n], 9_000n],
    ]);
    expect(buckets("BUCKET prompt=64 image=16x32 gas 5", image, prompt)).toEqual([
      [[16n, 32n, 64n], 5n],
    ]);
    expect(buckets(prompt, "BUCKET prompt=1KiB gas 5")).toEqual([[[1_024n], 5n]]);
    expect(buckets(TOKENS)).toEqual([]);
  });

  it("know where their words stand", () => {
    const { places } = compileAivmfile(aivmfile(TOKENS, "BUCKET tokens=32 gas 5_000"));
    expect(places.get("buckets[0].extents[0]")).toMatchObject({ line: 6, column: 8 });
    expect(places.get("buckets[0].gas")).toMatchObject({ line: 6, column: 22 });
    expect(places.get("buckets")).toMatchObject({ line: 6, column: 1 });
  });

  it.each([
    ["BUCKET", "wordMissing", 7],
    ["BUCKET gas 5", "extents", 8],
    ["BUCKET tokens= gas 5", "extents", 8],
    ["BUCKET tokens=32", "wordMissing", 17],
    ["BUCKET tokens=32 gas", "wordMissing", 21],
    ["BUCKET tokens=32 gas many", "number", 22],
    ["BUCKET tokens=32 gas 5 6", "wordExtra", 24],
    ["BUCKET tokens=3a gas 5", "number", 8],
    ["BUCKET tokens=32x32 gas 5", "extentCount", 8],
    ["BUCKET tokens=32 tokens=64 gas 5", "sameExtents", 18],
    ["BUCKET words=32 gas 5", "notBounded", 8],
    ["BUCKET scale=1 tokens=32 gas 5", "notBounded", 8],
  ])("that are wrong are refused with the place: %s", (line, name, column) => {
    const found = mistake("INPUT scale float32[1]", TOKENS, line);
    expect(found).toMatchObject({ mistake: name, line: 7, column });
  });

  it("must bound every input that can be", () => {
    expect(mistake(TOKENS, "INPUT prompt string<=64", "BUCKET tokens=32 gas 5")).toMatchObject({
      mistake: "extentsMissing",
      problem: "this bucket does not bound prompt",
      fix: "add its largest extents; without them the bound would be prompt=64",
      line: 7,
      column: 1,
    });
  });

  it("are laid out and written anew to the same", () => {
    const lines = [
      TOKENS,
      "INPUT left uint8[1..4,1..8]",
      "BUCKET tokens=32   left=2x3 gas   5_000",
    ];
    const tidy = formatAivmfile(aivmfile(...lines));
    expect(tidy).toContain("BUCKET    tokens=32 left=2x3  gas 5_000\n");
    const { draft, files, parents } = compileAivmfile(aivmfile(...lines));
    const written = writeAivmfile({ manifest: draft, files, parents });
    expect(written).toContain("BUCKET    tokens=32 left=2x3  gas 5_000\n");
    expect(compileAivmfile(written).draft.buckets).toEqual(draft.buckets);
  });
});
