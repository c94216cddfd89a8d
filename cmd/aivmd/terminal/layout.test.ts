import { describe, expect, test } from "vitest";
import { pairsText, plainJson, tableText } from "./layout.js";
import { createStyle, showsColours, visibleLength } from "./style.js";

const painted = createStyle(true);

describe("a table", () => {
  test("is as wide as its widest cells, numbers from the right, without trailing blanks", () => {
    const columns = [{ title: "name" }, { title: "height", align: "right" as const }];
    const text = tableText(columns, [
      ["a", "7"],
      ["longest", "1234567"],
    ]);
    expect(text).toBe("name      height\na              7\nlongest  1234567");
  });

  test("takes paint and wide characters for what is seen of them", () => {
    const text = tableText(
      [{ title: "x" }, { title: "y" }],
      [
        [painted.red("ab"), "1"],
        ["→", "2"],
      ],
    );
    expect(text).toBe(`x   y\n${painted.red("ab")}  1\n→   2`);
  });

  test("shows a missing cell as empty", () => {
    expect(tableText([{ title: "a" }, { title: "b" }], [["1"]])).toBe("a  b\n1");
  });
});

test("pairs keep the lines of a value in its column", () => {
  expect(
    pairsText([
      ["a", "1"],
      ["bcd", "x\ny"],
    ]),
  ).toBe("a    1\nbcd  x\n     y");
});

test("JSON has big integers as strings and bytes in base64", () => {
  const value = { amount: 12345678901234567890n, bytes: Uint8Array.of(1, 2), list: [0n] };
  expect(JSON.parse(plainJson(value))).toEqual({
    amount: "12345678901234567890",
    bytes: "AQI=",
    list: ["0"],
  });
});

test("length is that of what is seen", () => {
  expect(visibleLength(painted.bold(painted.green("ok")))).toBe(2);
});

const colours: ReadonlyArray<
  readonly [{ isTTY?: boolean }, Readonly<Record<string, string>>, boolean]
> = [
  [{ isTTY: true }, {}, true],
  [{ isTTY: true }, { NO_COLOR: "" }, true],
  [{ isTTY: true }, { NO_COLOR: "1" }, false],
  [{ isTTY: true }, { TERM: "dumb" }, false],
  [{ isTTY: false }, {}, false],
  [{}, {}, false],
];
test.each(colours)("a stream like %j in %j shows colours: %s", (stream, environment, shown) => {
  expect(showsColours(stream, environment)).toBe(shown);
});
