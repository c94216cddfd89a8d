import { describe, expect, test } from "vitest";
import { nothingToRead, notRepeated } from "../errors.js";
import { LineReader } from "./lineReader.js";

/** A stream of chunks; on a terminal it notes whether typing is hidden. */
class Input {
  readonly isTTY: boolean;
  readonly modes: boolean[] = [];
  readonly #chunks: readonly string[];

  constructor(chunks: readonly string[], isTTY = false) {
    this.#chunks = chunks;
    this.isTTY = isTTY;
  }

  setRawMode(on: boolean): void {
    this.modes.push(on);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (const chunk of this.#chunks) yield await Promise.resolve(chunk);
  }
}

function reader(chunks: readonly string[], isTTY = false) {
  const input = new Input(chunks, isTTY);
  const prompts: string[] = [];
  const output = { write: (text: string): number => prompts.push(text) };
  return { input, prompts, lines: new LineReader(input, output) };
}

describe("piped input", () => {
  test("is read line by line, however it comes, without prompts", async () => {
    const { lines, prompts } = reader(["one\ntw", "o\r\nthr", "ee"]);
    expect(await lines.line("a")).toBe("one");
    expect(await lines.secret("b")).toBe("two");
    expect(await lines.newSecret("c")).toBe("three");
    expect(prompts).toEqual([]);
  });

  test("that ends early says what is missing", async () => {
    const { lines } = reader(["one\n"]);
    await lines.line("a");
    const error: unknown = await lines.secret("the passphrase").catch((reason: unknown) => reason);
    expect(nothingToRead.is(error)).toBe(true);
    expect(String(error)).toContain("where the passphrase was expected");
  });

  test("may have empty lines", async () => {
    const { lines } = reader(["\n\nx"]);
    expect([await lines.line("a"), await lines.line("b"), await lines.line("c")]).toEqual([
      "",
      "",
      "x",
    ]);
  });
});

describe("a terminal", () => {
  test("is asked, and hides secrets until they are typed", async () => {
    const { lines, prompts, input } = reader(["pass", "w\u007fx\r"], true);
    expect(await lines.secret("the passphrase")).toBe("passx");
    expect(prompts).toEqual(["Enter the passphrase: ", "\n"]);
    expect(input.modes).toEqual([true, false]);
  });

  test("types new secrets twice", async () => {
    const same = reader(["abc\r", "abc\r"], true);
    expect(await same.lines.newSecret("a passphrase")).toBe("abc");
    const other = reader(["abc\r", "abd\r"], true);
    const error: unknown = await other.lines.newSecret("x").catch((reason: unknown) => reason);
    expect(notRepeated.is(error)).toBe(true);
  });

  test.each(["\u0003", "\u0004"])("ends with the control character %j", async (character) => {
    const { lines, input } = reader([`ab${character}`], true);
    const error: unknown = await lines.secret("x").catch((reason: unknown) => reason);
    expect(nothingToRead.is(error)).toBe(true);
    expect(input.modes).toEqual([true, false]);
  });
});
