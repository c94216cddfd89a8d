import { describe, expect, it } from "vitest";
import { toHex } from "#core/primitives/bytes.js";
import { describeEvent, newRealm } from "#test/harness/sandboxRealm.js";

/** The text of an expression over `aivm`, with random bytes that count up. */
function valueOf(expression: string, entry: "infer" | "aggregate" = "infer"): string {
  const parameter = entry === "infer" ? "input" : "outputs";
  const result = `{ text: String(${expression}) }`;
  const code = `export const ${entry} = (${parameter}, aivm) => (${
    entry === "infer" ? result : `{ output: ${result} }`
  });`;
  let byte = 0;
  const random = (): Uint8Array => new Uint8Array(32).map(() => (byte = (byte * 73 + 41) & 255));
  const event = newRealm(code, { config: { entry } }).start(entry === "infer" ? [[]] : [], random);
  return describeEvent(event).replace("done [] ", "");
}

/** Bits of a Float32Array or Float64Array expression. */
function bitsOf(expression: string): string {
  const view = `new Uint8Array((${expression}).buffer)`;
  return valueOf(`Array.from(${view}, (byte) => byte.toString(16).padStart(2, "0")).join("")`);
}

/** Little-endian float64 of the numbers, in hex. */
function float64Bits(...numbers: number[]): string {
  return toHex(new Uint8Array(Float64Array.from(numbers).buffer));
}

describe("numbers for authors", () => {
  it.each([
    ["aivm.argmax([1, 3, 3, 2])", "1"],
    ["aivm.argmax(Float32Array.of(-0, 0))", "0"],
    ["aivm.argmax([-Infinity, -1e300])", "1"],
    ["aivm.argmax(BigInt64Array.of(1n, -5n, 7n))", "2"],
    ["aivm.topK([5, 1, 9, 9, 3], 3)", "2,3,0"],
    ["aivm.topK([5, 1, 9, 9, 3], 5)", "2,3,0,4,1"],
    ["aivm.topK([5, 1], 0)", ""],
    ["aivm.topK([2, 2, 2, 2], 2)", "0,1"],
    ["aivm.fixed.from(1.005, 2)", "100"],
    ["aivm.fixed.from(0.5, 0)", "1"],
    ["aivm.fixed.from(-0.5, 0)", "-1"],
    ["aivm.fixed.from(0.49999999999999994, 0)", "0"],
    ["aivm.fixed.from(-2.675, 3)", "-2675"],
    ["aivm.fixed.to(-2675n, 3)", "-2.675"],
    ["aivm.fixed.multiply(15n, 15n, 1)", "23"],
    ["aivm.fixed.multiply(-15n, 15n, 1)", "-23"],
    ["aivm.fixed.multiply(14n, 11n, 1)", "15"],
    ["aivm.fixed.divide(10n, 30n, 1)", "3"],
    ["aivm.fixed.divide(20n, 30n, 1)", "7"],
    ["aivm.fixed.divide(-20n, 30n, 1)", "-7"],
    ["aivm.fixed.divide(20n, -30n, 1)", "-7"],
    ["aivm.fixed.divide(-1n, -2n, 0)", "1"],
    ["Object.isFrozen(aivm) && Object.isFrozen(aivm.fixed)", "true"],
  ])("%s is %s, also for aggregation code", (expression, expected) => {
    expect(valueOf(expression)).toBe(expected);
    expect(valueOf(expression, "aggregate")).toBe(expected);
  });

  it.each([
    "aivm.argmax([])",
    "aivm.argmax([1, NaN])",
    "aivm.topK([1], 2)",
    "aivm.topK([1], 0.5)",
    "aivm.topK([1, NaN], 1)",
    "aivm.softmax([])",
    "aivm.softmax([1, NaN])",
    "aivm.softmax([Infinity, 1])",
    "aivm.softmax([-Infinity])",
    "aivm.softmax([1], 0)",
    "aivm.softmax([1], Infinity)",
    "aivm.random.choose([])",
    "aivm.random.choose([-Infinity, -Infinity])",
    "aivm.random.choose([1], -1)",
    "aivm.fixed.from(NaN, 2)",
    "aivm.fixed.from(1e300, 2)",
    "aivm.fixed.from(1, 16)",
    "aivm.fixed.divide(1n, 0n, 2)",
  ])("%s is refused", (expression) => {
    expect(valueOf(expression)).toMatch(/RangeError: .+/);
  });

  it("give probabilities of exact bits, as wide as the logits", () => {
    expect(bitsOf("aivm.softmax([0, 0, 0, 0])")).toBe(float64Bits(0.25, 0.25, 0.25, 0.25));
    // exp(-1), exp(-2) and their sum, each rounded once: 1 / (1 + exp(-1) + exp(-2)) and so on.
    const sum = 1 + 0.36787944117144233 + 0.1353352832366127;
    const thirds = [0.1353352832366127 / sum, 0.36787944117144233 / sum, 1 / sum];
    expect(bitsOf("aivm.softmax([1, 2, 3])")).toBe(float64Bits(...thirds));
    expect(bitsOf("aivm.softmax([2, 4, 6], 2)")).toBe(float64Bits(...thirds));
    const single = toHex(new Uint8Array(Float32Array.from(thirds).buffer));
    expect(bitsOf("aivm.softmax(Float32Array.of(1, 2, 3))")).toBe(single);
    expect(bitsOf("aivm.softmax([-1e308, 1e308])")).toBe(float64Bits(0, 1));
  });

  it("draw Gumbel noise from the seed, with its mean and bounds", () => {
    const drawing = "Array.from({ length: 3 }, () => aivm.random.gumbel())";
    expect(valueOf(drawing)).toBe(valueOf(drawing));
    const extremes = (word: number): string => {
      const realm = newRealm(
        "export const infer = (i, aivm) => ({ text: String(aivm.random.gumbel()) });",
      );
      return describeEvent(realm.start([[]], () => new Uint8Array(32).fill(word)));
    };
    expect(Number(extremes(0).split(" ")[2])).toBeCloseTo(-Math.log(53 * Math.LN2), 12);
    expect(Number(extremes(255).split(" ")[2])).toBeCloseTo(53 * Math.LN2, 12);
  });

  it("choose by the noise: the best of the sums, never what is masked", () => {
    const sums = "[1, 2, 3].map((logit) => logit / 2 + aivm.random.gumbel())";
    expect(valueOf("aivm.random.choose([1, 2, 3], 2)")).toBe(valueOf(`aivm.argmax(${sums})`));
    expect(valueOf("aivm.random.choose([-Infinity, 0, -Infinity])")).toBe("1");
    const shares = valueOf(`(() => {
      const counts = [0, 0];
      for (let draw = 0; draw < 4000; draw++) counts[aivm.random.choose([0, Math.log(3)])]++;
      return counts[1] / 4000;
    })()`);
    expect(Number(shares)).toBeGreaterThan(0);
  });
});
