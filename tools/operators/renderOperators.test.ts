import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OPERATOR_PAGE, renderOperators } from "./renderOperators.js";

describe("docs/spec/operators.md", () => {
  it("is what the profile gives; tools/operators/main.ts writes it", () => {
    expect(readFileSync(OPERATOR_PAGE, "utf8")).toBe(renderOperators());
  });
});
