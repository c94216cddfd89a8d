import { describe, expect, it } from "vitest";
import { compareAnswers, PROMPTS, type ProcessorAnswers, readRecording } from "./recording.js";
import { renderComparison, replaceComparison } from "./table.js";

const recording = readRecording();

describe("what three kinds of processors answered on the native engine", () => {
  it("was recorded for every prompt", () => {
    expect(recording.length).toBeGreaterThanOrEqual(3);
    for (const { answers } of recording) {
      expect(answers.map(({ prompt }) => prompt)).toEqual(PROMPTS);
    }
  });

  it.each(PROMPTS.map((prompt, position) => [prompt, position] as const))(
    "differs in bits, is within the tolerance, and becomes one result in any order of seats: %s",
    (_prompt, position) => {
      const { bits, distance, results, agreeing } = compareAnswers(recording, position);
      expect(bits).toBe(recording.length);
      expect(distance).toBeDefined();
      expect(results).toBe(1);
      expect(agreeing).toBe(recording.length);
    },
  );

  it("is not the same output everywhere: equality would not have agreed", () => {
    const compared = PROMPTS.map((_, position) => compareAnswers(recording, position));
    expect(Math.max(...compared.map(({ outputs }) => outputs))).toBe(recording.length);
  });
});

describe("the comparison", () => {
  const answer = (output: string): ProcessorAnswers["answers"] => [
    { prompt: "a", output, bits: output },
  ];

  it("tells of answers that are farther apart than the tolerance", () => {
    const output = recording[0]!.answers[0]!.output;
    const other = Buffer.from(output, "base64");
    // Another first probability: the last byte of its four weighs 16 of these millions.
    other[other.length - 2_048 + 2] = 0x0f;
    const far = [answer(output), answer(other.toString("base64"))].map((answers, index) => {
      return { name: `${index}`, answers };
    });
    expect(compareAnswers(far, 0)).toMatchObject({ distance: undefined, results: 2, agreeing: 1 });
  });

  it("is a table between its marks", () => {
    const compared = [compareAnswers(recording, 0)];
    const table = renderComparison(recording, compared);
    expect(table).toContain("| `JULIET: O Romeo,` | 3 |");
    expect(replaceComparison("a\n<!-- native:begin -->\nb\n<!-- native:end -->\nc", "t")).toBe(
      "a\n<!-- native:begin -->\n\nt\n\n<!-- native:end -->\nc",
    );
    expect(() => replaceComparison("no marks", "t")).toThrow(TypeError);
  });
});
