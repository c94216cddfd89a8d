import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aivmfileArbitrary } from "#test/harness/aivmfileArbitrary.js";
import { compileAivmfile } from "../aivmfile.js";
import { formatAivmfile } from "./formatAivmfile.js";
import { writeAivmfile } from "./writeAivmfile.js";

describe("an Aivmfile that is written from a manifest", () => {
  it("compiles to the manifest again, with the same files and parents, and is tidy", () => {
    fc.assert(
      fc.property(aivmfileArbitrary, (text) => {
        const { draft, files, parents } = compileAivmfile(text);
        const written = writeAivmfile({ manifest: draft, files, parents, heading: ["x", ""] });
        expect(formatAivmfile(written)).toBe(written);
        expect(compileAivmfile(written)).toMatchObject({ draft, files, parents });
      }),
      { seed: 20_261_128, numRuns: 200 },
    );
  });

  it("has sizes, gas and prices as people write them", () => {
    const text = `AIVM 1
NAME abc
ENGINE ort-wasm/1.30.0
INFER i.js
AGGREGATE distribution epsilon=0.000500
INPUT a string<=1536
OUTPUT b bool
LIMIT gas 50000000 memory 33554432 output 96
COMMITTEE 4 of 4
TEST v.json
LICENSE MIT
PRICE 2000000unes
`;
    const { draft, files, parents } = compileAivmfile(text);
    const written = writeAivmfile({ manifest: draft, files, parents });
    expect(written).toContain("INPUT     a  string<=1536B\n");
    expect(written).toContain("LIMIT     gas 50_000_000  memory 32MiB  output 96B\n");
    expect(written).toContain("COMMITTEE 4 of 4\n");
    expect(written).toContain("AGGREGATE distribution epsilon=0.0005\n");
    expect(written).toContain("PRICE     2NES\n");
  });
});
