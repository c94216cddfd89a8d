import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DIRECTIVES } from "#modules/kernel/types/aivmfile/directives.js";
import { formatAivmfile } from "#modules/kernel/types/aivmfile/formatAivmfile.js";
import { RULED_FIELDS } from "#modules/kernel/types/aivmfile/manifestRules.js";
import { MISTAKES } from "#modules/kernel/types/aivmfile/mistakes.js";
import { MISTAKE_EXAMPLES, RULE_EXAMPLES } from "./mistakeExamples.js";
import { mistakeOf } from "./mistakeOf.js";
import { AIVMFILE_PAGE, renderAivmfile } from "./renderAivmfile.js";
import { changed, SAMPLE } from "./sample.js";

const mistakes = Object.entries(MISTAKE_EXAMPLES).flatMap(([name, changes]) =>
  changes.map((change) => [name, change] as const),
);

describe("docs/spec/aivmfile.md", () => {
  it("is what the parser's tables give; tools/aivmfile/main.ts writes it", () => {
    expect(readFileSync(AIVMFILE_PAGE, "utf8")).toBe(renderAivmfile());
  });

  it("begins with a file that has nothing wrong and is tidy", () => {
    expect(mistakeOf(SAMPLE)).toBeUndefined();
    expect(formatAivmfile(SAMPLE)).toBe(SAMPLE);
  });

  it("has an example for every mistake and every rule", () => {
    expect(Object.keys(MISTAKE_EXAMPLES)).toEqual(Object.keys(MISTAKES));
    // The engines of a chain are the release's: no Aivmfile that compiles can name another.
    expect([...RULE_EXAMPLES.keys(), "model_engine"].sort()).toEqual([...RULED_FIELDS].sort());
  });

  it.each(mistakes)("shows %s with an example that makes it: %j", (name, change) => {
    const { detail } = mistakeOf(changed(change))!;
    expect(detail).toMatchObject({ mistake: name });
    expect(`${detail["problem"]} ${detail["fix"]}`).not.toMatch(/undefined|[{}]/);
  });

  it.each([...RULE_EXAMPLES])(
    "shows the rule of %s with an example that breaks it",
    (field, change) => {
      const error = mistakeOf(changed(change))!;
      expect(error).toMatchObject({ codespace: "kernel", code: 13 });
      expect(String(error.detail["field"]).replaceAll(/\[[0-9]+\]/g, "[]")).toBe(field);
    },
  );

  it.each(DIRECTIVES.map(({ keyword, example }) => [keyword, example] as const))(
    "has an example of %s that the parser takes",
    (keyword, example) => {
      const isNew = !new RegExp(`^${keyword}\\b`, "m").test(SAMPLE);
      const change =
        keyword === "BASE"
          ? { line: `MODEL net model.onnx adapter delta.bin\n${example}`, instead: "MODEL" }
          : { line: example, added: isNew };
      expect(mistakeOf(changed(change))).toBeUndefined();
    },
  );
});
