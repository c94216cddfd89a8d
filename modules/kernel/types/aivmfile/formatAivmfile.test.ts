import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aivmfileArbitrary } from "#test/harness/aivmfileArbitrary.js";
import { compileAivmfile } from "../aivmfile.js";
import { readLines } from "./directiveLine.js";
import { formatAivmfile } from "./formatAivmfile.js";

const SEED = { seed: 20_261_128, numRuns: 200 };

const UNTIDY = `

# A kernel.
AIVM 1
 NAME   digits\t# its name
ENGINE\tort-wasm/1.30.0  # its engine


  # What it takes.
INPUT  a  float32[1,64]   nonfinite
OUTPUT label int64[1]
# apart
OUTPUT longer_name  bool #yes
MODEL n n.onnx
AGGREGATE code a.js gas 5
LIMIT gas 1 memory 32MiB   output 1KiB
LICENSE   Apache-2.0  OR   MIT
DESCRIPTION Reads  a digit
PRICE 1NES

`;

const TIDY = `# A kernel.
AIVM      1
NAME      digits           # its name
ENGINE    ort-wasm/1.30.0  # its engine

# What it takes.
INPUT     a      float32[1,64] nonfinite
OUTPUT    label  int64[1]
# apart
OUTPUT    longer_name  bool  #yes
MODEL     n  n.onnx
AGGREGATE code a.js  gas 5
LIMIT     gas 1  memory 32MiB  output 1KiB
LICENSE   Apache-2.0  OR   MIT
DESCRIPTION Reads  a digit
PRICE     1NES
`;

const comments = (text: string): string[] =>
  readLines(text)
    .map(({ comment }) => comment)
    .filter((comment) => comment !== "");

/** All that an Aivmfile says but where. */
const meaning = (text: string): object => ({ ...compileAivmfile(text), places: undefined });

describe("the formatter of Aivmfiles", () => {
  it("puts keywords, names and comments into columns and leaves texts as they are", () => {
    expect(formatAivmfile(UNTIDY)).toBe(TIDY);
  });

  it("gives every line the end of its own that it lacks, and takes carriage returns away", () => {
    expect(formatAivmfile("AIVM 1\r\nNAME abc")).toBe("AIVM      1\nNAME      abc\n");
    expect(formatAivmfile("")).toBe("\n");
  });

  it("never changes what is compiled, and keeps comments and their order", () => {
    fc.assert(
      fc.property(aivmfileArbitrary, (text) => {
        const formatted = formatAivmfile(text);
        expect(meaning(formatted)).toEqual(meaning(text));
        expect(comments(formatted)).toEqual(comments(text));
      }),
      SEED,
    );
  });

  it("changes nothing the second time, and leaves no blanks at the ends of lines", () => {
    fc.assert(
      fc.property(aivmfileArbitrary, (text) => {
        const formatted = formatAivmfile(text);
        expect(formatAivmfile(formatted)).toBe(formatted);
        expect(formatted).not.toMatch(/[ \t\r]\n|\n\n\n|^\n|[^\n]$/);
      }),
      SEED,
    );
  });
});
