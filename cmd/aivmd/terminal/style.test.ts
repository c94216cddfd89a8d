import { expect, test } from "vitest";
import { createStyle, showsColours, visibleLength } from "./style.js";

const terminal = { isTTY: true };

test.each([
  ["a terminal", terminal, {}, true],
  ["a pipe", {}, {}, false],
  ["a terminal whose user wants none", terminal, { NO_COLOR: "1" }, false],
  ["a terminal with an empty NO_COLOR", terminal, { NO_COLOR: "" }, true],
  ["a terminal that cannot", terminal, { TERM: "dumb" }, false],
])("%s shows colours or not", (_what, stream, environment, expected) => {
  expect(showsColours(stream, environment)).toBe(expected);
});

test("paint is seen, and takes no room", () => {
  const painted = createStyle(true).red("error");
  expect(painted).toBe("\u001b[31merror\u001b[39m");
  expect(visibleLength(painted)).toBe(5);
  expect(createStyle(false).red("error")).toBe("error");
});
