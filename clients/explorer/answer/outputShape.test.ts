import { expect, test } from "vitest";
import { outputShape } from "./outputShape.js";

test("a lone value is shown large", () => {
  expect(outputShape(["3"])).toEqual({ kind: "single", text: "3" });
  expect(outputShape("three")).toEqual({ kind: "single", text: "three" });
});

test("shares that add up to one are a distribution with its greatest", () => {
  const shares = [0.1, 0.7, 0.2];
  expect(outputShape(shares)).toEqual({ kind: "distribution", shares, top: 1 });
});

test("numbers that do not are a list", () => {
  expect(outputShape([0.1, 0.7])).toEqual({ kind: "list", texts: ["0.1", "0.7"] });
  expect(outputShape(["1", "0"])).toEqual({ kind: "list", texts: ["1", "0"] });
  expect(outputShape({ dims: [1, 2], data: [1, -0.5] })).toEqual({
    kind: "list",
    texts: ["1", "-0.5"],
  });
});
