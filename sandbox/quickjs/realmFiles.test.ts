import { describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { fromUtf8, utf8 } from "#core/primitives/bytes.js";
import { constantRandom, newRealm, runText } from "#test/harness/sandboxRealm.js";
import type { Realm } from "./realm.js";
import { moduleFinder } from "./realmFiles.js";

type Options = NonNullable<Parameters<typeof newRealm>[1]>;

/** The text that a realm gives, or its failure. */
function outcomeOf(realm: Realm): string {
  const event = realm.start([[]], constantRandom);
  if (event.kind === "done") return fromUtf8(event.outputs[0]!.data) ?? "";
  return event.kind === "failed" ? `${event.failure.status} ${event.failure.detail}` : event.kind;
}

function outcome(code: string, options: Options): string {
  return outcomeOf(newRealm(code, options));
}

function gasOf(code: string, options: Options): bigint {
  const realm = newRealm(code, options);
  realm.start([[]], constantRandom);
  return realm.gasUsed;
}

const TOKENS = `import { size } from "lib:sizes";
export const tokens = (text) => text.split(" ").slice(0, size);
export default "tokens";`;
const SIZES = `export const size = 2;`;
const LIBRARIES = { sizes: SIZES, tokens: TOKENS };

describe("libraries", () => {
  it("are imported by name, also by each other, and evaluated once", () => {
    const code = `import name, { tokens } from "lib:tokens"; import * as sizes from "lib:sizes";
      export const infer = () => ({ text: [name, ...tokens("a b c"), sizes.size].join() });`;
    expect(outcome(code, { libraries: LIBRARIES })).toBe("tokens,a,b,2");
    const counted = {
      count: "globalThis.times = (globalThis.times ?? 0) + 1;",
      other: `import "lib:count"; export const x = 1;`,
    };
    const twice = `import "lib:count"; import "lib:other"; import "lib:count";
      export const infer = () => ({ text: String(times) });`;
    expect(outcome(twice, { libraries: counted })).toBe("1");
  });

  it("may import each other in a circle, as modules do", () => {
    const libraries = {
      even: `import { odd } from "lib:odd"; export const even = (n) => n === 0 || odd(n - 1);`,
      odd: `import { even } from "lib:even"; export const odd = (n) => n !== 0 && even(n - 1);`,
    };
    const code = `import { even } from "lib:even"; export const infer = () => ({ text: String(even(10)) });`;
    expect(outcome(code, { libraries })).toBe("true");
  });

  it("are imported dynamically, too, and forgotten after the run", () => {
    const libraries = { count: "export const bag = { times: 0 };" };
    const realm = newRealm(
      `export async function infer() {
        const { bag } = await import("lib:count");
        return { text: String(++bag.times) };
      }`,
      { libraries },
    );
    expect([outcomeOf(realm), outcomeOf(realm)]).toEqual(["1", "1"]);
  });

  it("cost what evaluating them costs, the same in a warm realm and in a fresh one", () => {
    const code = `import { tokens } from "lib:tokens"; export const infer = () => ({ text: tokens("a b")[0] });`;
    const realm = newRealm(code, { libraries: LIBRARIES });
    const first = runText(realm);
    expect(runText(realm)).toBe(first);
    expect(runText(newRealm(code, { libraries: LIBRARIES }))).toBe(first);
    const longer = { ...LIBRARIES, sizes: `${SIZES} for (let i = 0; i < 1e4; i++);` };
    expect(gasOf(code, { libraries: longer })).toBeGreaterThan(
      gasOf(code, { libraries: LIBRARIES }),
    );
  });

  it("that nobody imports cost nothing", () => {
    const code = `export const infer = () => ({ text: "x" });`;
    expect(gasOf(code, { libraries: { bad: "for (;;);" } })).toBe(gasOf(code, {}));
  });

  const failures: ReadonlyArray<readonly [string, string, Record<string, string>, string]> = [
    ["one that is not there", `import "lib:missing";`, LIBRARIES, `there is no library "missing"`],
    [
      "a file",
      `import "./util.js";`,
      {},
      `"util.js" cannot be imported: code imports libraries alone, as "lib:name"`,
    ],
    ["a package", `import "node:fs";`, LIBRARIES, `"node:fs" cannot be imported`],
    ["one without its prefix", `import "tokens";`, LIBRARIES, `"tokens" cannot be imported`],
    ["a name with a trick in it", `import "lib:__proto__";`, {}, `there is no library "__proto__"`],
    [
      "a dynamic one that is not there",
      `await import("lib:" + "missing");`,
      LIBRARIES,
      `there is no library "missing"`,
    ],
    ["an export that is not there", `import { no } from "lib:sizes";`, LIBRARIES, "no"],
    ["one that throws", `import "lib:bad";`, { bad: "throw new Error('bad luck');" }, "bad luck"],
    ["one that is no module", `import "lib:bad";`, { bad: "export const = 1;" }, "SyntaxError"],
    [
      "one with a zero byte",
      `import "lib:bad";`,
      { bad: "1;\0 2;" },
      `library "bad" has a zero byte`,
    ],
  ];

  it.each(failures)(
    "fail the run by importing %s, with what is wrong",
    (_, line, libraries, text) => {
      const found = outcome(`${line} export const infer = () => ({ text: "x" });`, { libraries });
      expect(found).toMatch(new RegExp(`^${ReceiptStatus.EXCEPTION} `));
      expect(found).toContain(text);
    },
  );

  it("are looked through once, however often importing one fails", () => {
    const bytes = utf8("1;\0 2;");
    let looks = 0;
    const counted = Object.assign(bytes, { includes: () => ++looks > 0 });
    const find = moduleFinder([{ name: "bad", bytes: counted }]);
    expect([1, 2, 3].map(() => find("lib:bad"))).toEqual(
      Array.from({ length: 3 }, () => `library "bad" has a zero byte`),
    );
    expect(looks).toBe(1);
  });

  it("that loop or hoard end by the meter", () => {
    const code = `import "lib:bad"; export const infer = () => ({ text: "x" });`;
    const loop = { libraries: { bad: "for (;;);" }, gasLimit: 10_000_000n };
    expect(outcome(code, loop)).toMatch(new RegExp(`^${ReceiptStatus.OUT_OF_GAS} `));
    const hoard = { libraries: { bad: "for (const a = []; ; ) a.push(new Uint8Array(1e6));" } };
    expect(outcome(code, hoard)).toMatch(new RegExp(`^${ReceiptStatus.OUT_OF_MEMORY} `));
    const large = { libraries: { bad: `/*${"x".repeat(33_000_000)}*/` } };
    expect(outcome(code, large)).toMatch(new RegExp(`^${ReceiptStatus.OUT_OF_MEMORY} `));
  });
});

describe("code that tampers with what importing uses", () => {
  const importing = (tampering: string): string => `export async function infer() {
    ${tampering}
    return { text: await import("lib:missing").then(() => "there", (error) => String(error.stack !== 1)) };
  }`;

  it.each([
    [
      "a setter of messages that loops",
      `Object.defineProperty(Error.prototype, "message", { set() { for (;;); } });`,
      ReceiptStatus.OUT_OF_GAS,
    ],
    [
      "a setter of messages that recurses",
      `Object.defineProperty(Error.prototype, "message", { set() { this.message = 1; } });`,
      undefined,
    ],
    [
      "a setter of messages that imports",
      `Object.defineProperty(Error.prototype, "message", { set() { import("lib:missing"); } });`,
      undefined,
    ],
    [
      "a setter of messages that hoards",
      `Object.defineProperty(Error.prototype, "message", { set() { for (const a = []; ; ) a.push(new Uint8Array(1e6)); } });`,
      ReceiptStatus.OUT_OF_MEMORY,
    ],
    ["no errors at all", `globalThis.Error = undefined; delete globalThis.TypeError;`, undefined],
  ])("ends as the meter has it, alike in every realm: %s", (_, tampering, status) => {
    const options = { libraries: LIBRARIES, gasLimit: 50_000_000n };
    const realm = newRealm(importing(tampering), options);
    const first = runText(realm);
    expect(runText(realm)).toBe(first);
    expect(runText(newRealm(importing(tampering), options))).toBe(first);
    if (status !== undefined) expect(first).toMatch(new RegExp(`^status ${status}: `));
  });

  it("finds its own module by the engine's name for it, and nothing else", () => {
    const code = `import * as self from "kernel.js"; export const infer = () => ({ text: Object.keys(self).join() });`;
    expect(outcome(code, {})).toBe("infer");
    const prelude = `import "prelude.js"; export const infer = () => ({ text: "x" });`;
    expect(outcome(prelude, {})).toContain(`"prelude.js" cannot be imported`);
  });

  it("evaluates sixteen libraries that import each other in a row", () => {
    const libraries = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [
        `l${index}`,
        index === 15
          ? "export const depth = 1;"
          : `import { depth as d } from "lib:l${index + 1}"; export const depth = d + 1;`,
      ]),
    );
    const code = `import { depth } from "lib:l0"; export const infer = () => ({ text: String(depth) });`;
    expect(outcome(code, { libraries })).toBe("16");
  });
});

const WORDS = "naïve 😀 \u0000 end";
const DATA = { bytes: Uint8Array.of(0, 255, 128), words: utf8(WORDS), none: new Uint8Array(0) };

function reading(expression: string): string {
  return `export function infer(input, aivm) { return { text: String(${expression}) }; }`;
}

describe("data", () => {
  it("are read as bytes and as text", () => {
    expect(outcome(reading(`aivm.data("bytes").join()`), { data: DATA })).toBe("0,255,128");
    expect(outcome(reading(`aivm.text("words")`), { data: DATA })).toBe(WORDS);
    expect(
      outcome(reading(`aivm.data("none").length + aivm.text("none").length`), { data: DATA }),
    ).toBe("0");
    const long = { words: utf8("wörter ".repeat(20_000)) };
    expect(outcome(reading(`aivm.text("words").split("ö").length`), { data: long })).toBe("20001");
  });

  it("are copies: what code does to them is seen by nobody else", () => {
    const realm = newRealm(reading(`(aivm.data("bytes").fill(7), aivm.data("bytes").join())`), {
      data: DATA,
    });
    expect([outcomeOf(realm), outcomeOf(realm)]).toEqual(["0,255,128", "0,255,128"]);
    expect(DATA.bytes).toEqual(Uint8Array.of(0, 255, 128));
  });

  it("cost gas by their length, for each reading", () => {
    const data = { short: new Uint8Array(1_000), long: new Uint8Array(101_000) };
    const gas = (expression: string): bigint => gasOf(reading(expression), { data });
    const asBytes = gas(`aivm.data("long").length`) - gas(`aivm.data("short").length`);
    expect(asBytes).toBeGreaterThanOrEqual(100_000n);
    expect(asBytes).toBeLessThan(200_000n);
    const asText = gas(`aivm.text("long").length`) - gas(`aivm.text("short").length`);
    expect(asText).toBeGreaterThanOrEqual(800_000n);
    const limited = { data, gasLimit: gas(`aivm.data("long").length`) - 1n };
    expect(outcome(reading(`aivm.data("long").length`), limited)).toMatch(
      new RegExp(`^${ReceiptStatus.OUT_OF_GAS} `),
    );
  });

  it("that do not fit the memory end the run", () => {
    const data = { large: new Uint8Array(33_000_000) };
    expect(outcome(reading(`aivm.data("large").length`), { data })).toMatch(
      new RegExp(`^${ReceiptStatus.OUT_OF_MEMORY} `),
    );
  });

  it.each([
    [`aivm.data("missing")`, "there is no data missing"],
    [`aivm.data()`, "there is no data undefined"],
    [`aivm.text("__proto__")`, "there is no data __proto__"],
    [`aivm.text("bytes")`, "data bytes is not UTF-8"],
  ])("fail by %s", (expression, problem) => {
    expect(outcome(reading(expression), { data: DATA })).toBe(
      `${ReceiptStatus.EXCEPTION} TypeError: ${problem}`,
    );
  });

  it("are not for aggregation code", () => {
    const realm = newRealm(
      "export const aggregate = (o, aivm) => ({ output: { text: Object.keys(aivm).join() } });",
      {
        config: { entry: "aggregate" },
        data: DATA,
      },
    );
    expect(outcomeOf(realm)).not.toMatch(/data|text/);
  });
});
