import { describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { constantRandom, describeEvent, newRealm, runText } from "#test/harness/sandboxRealm.js";
import { RANDOM_BLOCK_GAS, type RealmConfig } from "./realm.js";

/** Code whose `infer` gives the value of an expression as text. */
function textOf(expression: string): string {
  return `export function infer(input, aivm) { return { text: String(${expression}) }; }`;
}

const FAILURES: ReadonlyArray<readonly [string, string, ReceiptStatus]> = [
  ["an endless loop", "for (;;);", ReceiptStatus.OUT_OF_GAS],
  ["endless promises", "for (;;) await null;", ReceiptStatus.OUT_OF_GAS],
  ["a catastrophic pattern", "/(a+)+$/.test('a'.repeat(40) + 'b');", ReceiptStatus.OUT_OF_GAS],
  [
    "searching a long list",
    "const a = new Array(1e6).fill(0); for (;;) a.indexOf(-1);",
    ReceiptStatus.OUT_OF_GAS,
  ],
  ["towers of big integers", "let x = 3n; for (;;) x = x * x;", ReceiptStatus.OUT_OF_GAS],
  ["a power of big integers", "7n ** (10n ** 7n);", ReceiptStatus.OUT_OF_GAS],
  [
    "sorting without end",
    "for (;;) [...Array(3e4).keys()].sort((a, b) => b - a);",
    ReceiptStatus.OUT_OF_GAS,
  ],
  [
    "filling a buffer",
    "const u = new Uint8Array(1e7); for (;;) u.fill(1);",
    ReceiptStatus.OUT_OF_GAS,
  ],
  [
    "moving a buffer",
    "const u = new Uint8Array(1e7); for (;;) u.copyWithin(0, 1);",
    ReceiptStatus.OUT_OF_GAS,
  ],
  [
    "parsing without end",
    "const j = '[' + '1,'.repeat(1e5) + '1]'; for (;;) JSON.parse(j);",
    ReceiptStatus.OUT_OF_GAS,
  ],
  ["a loop in catch", "for (;;) try { throw 1; } catch {}", ReceiptStatus.OUT_OF_GAS],
  ["a loop in finally", "try { throw 1; } finally { for (;;); }", ReceiptStatus.OUT_OF_GAS],
  [
    "a loop in a getter of the output",
    "return { get text() { for (;;); } };",
    ReceiptStatus.OUT_OF_GAS,
  ],
  [
    "a loop in a proxy of the output",
    "return new Proxy({}, { get() { for (;;); } });",
    ReceiptStatus.OUT_OF_GAS,
  ],
  ["a loop in a thenable", "return { then() { for (;;); } };", ReceiptStatus.OUT_OF_GAS],
  ["a loop in an error's text", "throw { toString() { for (;;); } };", ReceiptStatus.OUT_OF_GAS],
  ["doubling a text", "let s = 'ab'; for (;;) s = s + s + s.at(-1);", ReceiptStatus.OUT_OF_MEMORY],
  ["repeating a text", "let n = ''; for (;;) n += 'ab'.repeat(1 << 20);", ReceiptStatus.OUT_OF_GAS],
  [
    "many buffers",
    "const a = []; for (;;) a.push(new Uint8Array(1 << 20));",
    ReceiptStatus.OUT_OF_MEMORY,
  ],
  ["one large buffer", "new Uint8Array(1e9);", ReceiptStatus.OUT_OF_MEMORY],
  ["a buffer that no machine has", "new ArrayBuffer(2 ** 40);", ReceiptStatus.EXCEPTION],
  ["recursion", "const f = () => 1 + f(); f();", ReceiptStatus.STACK_OVERFLOW],
  ["a thrown error", "throw new Error('no');", ReceiptStatus.EXCEPTION],
  ["a thrown undefined", "throw undefined;", ReceiptStatus.EXCEPTION],
  ["a rejected promise", "return Promise.reject('no');", ReceiptStatus.EXCEPTION],
  ["a promise that never settles", "await new Promise(() => {});", ReceiptStatus.EXCEPTION],
  ["an output that throws", "return { get text() { throw 1; } };", ReceiptStatus.EXCEPTION],
  ["no output", "", ReceiptStatus.BAD_OUTPUT],
  ["an output of null", "return null;", ReceiptStatus.BAD_OUTPUT],
  ["an output without its field", "return {};", ReceiptStatus.BAD_OUTPUT],
  ["a number for a text", "return { text: 1 };", ReceiptStatus.BAD_OUTPUT],
  ["half a surrogate pair", "return { text: '\\ud800' };", ReceiptStatus.BAD_OUTPUT],
  ["an unknown model", "await aivm.run('net', {});", ReceiptStatus.EXCEPTION],
  ["a dynamic import", "await import('node:fs');", ReceiptStatus.EXCEPTION],
];

describe("code that fails", () => {
  it.each(FAILURES)("has its status for %s, each time with the same gas", (_, body, status) => {
    const code = `export async function infer(input, aivm) { ${body} }`;
    const realm = newRealm(code, { gasLimit: 300_000_000n });
    const first = runText(realm);
    expect(first).toMatch(new RegExp(`^status ${status}:`));
    expect(runText(realm)).toBe(first);
    expect(runText(newRealm(code, { gasLimit: 300_000_000n }))).toBe(first);
    if (status === ReceiptStatus.OUT_OF_GAS) expect(realm.gasUsed).toBe(300_000_000n);
    else expect(realm.gasUsed).toBeLessThan(300_000_000n);
  });

  it.each([
    ["text that is no code", "this is not code", "SyntaxError"],
    ["a zero byte", "\u0000", "SyntaxError"],
    ["an import", "import fs from 'fs'; export function infer() {}", '"fs" cannot be imported'],
    ["no infer", "export const other = 1;", "does not export a function infer"],
    ["an infer that is no function", "export const infer = 1;", "does not export a function infer"],
    ["an error at the top", "throw new Error('top');", "Error: top"],
    [
      "an endless wait at the top",
      "await new Promise(() => {}); export function infer() {}",
      "never finishes",
    ],
  ])("is an exception of every run for %s", (_, code, detail) => {
    const realm = newRealm(code);
    const first = runText(realm);
    expect(first).toContain(`status ${ReceiptStatus.EXCEPTION}: `);
    expect(first).toContain(detail);
    expect(runText(realm)).toBe(first);
  });

  it("runs out of gas while it loads, and then in every run", () => {
    const realm = newRealm("for (;;);", { gasLimit: 5_000_000n });
    expect(runText(realm)).toBe(
      `status ${ReceiptStatus.OUT_OF_GAS}: the gas limit is reached gas 5000000`,
    );
    expect(runText(realm)).toBe(runText(newRealm("for (;;);", { gasLimit: 5_000_000n })));
  });
});

describe("a realm that is used again", () => {
  it("remembers nothing of earlier runs, whatever they did", () => {
    const body = `
      globalThis.count = (globalThis.count ?? 0) + 1;
      module = (module ?? 0) + 1;
      Array.prototype.extra = 1;
      Object.prototype.then = undefined;
      return { text: count + "," + module + "," + Object.keys(Array.prototype) };`;
    const realm = newRealm(`let module; export function infer() { ${body} }`);
    const first = runText(realm);
    expect(first).toContain("1,1,extra");
    expect([runText(realm), runText(realm)]).toEqual([first, first]);
  });

  it("is as good as new after every way to be stopped", () => {
    const code = `export function infer({ kind }) {
      if (kind === "gas") for (;;);
      if (kind === "memory") for (const a = []; ; ) a.push(new Uint8Array(1 << 20));
      if (kind === "stack") { let p = {}; for (let i = 0; i < 20000; i++) p = new Proxy(p, {}); p.x; }
      if (kind === "throw") throw new Error("no");
      return { text: kind };
    }`;
    const kindField = { name: "kind", type: DataType.STRING, shape: [] };
    const realm = newRealm(code, { config: { inputs: [kindField] }, gasLimit: 200_000_000n });
    const run = (kind: string): string => {
      const event = realm.start([[{ dims: [], data: utf8(kind) }]], constantRandom);
      return `${describeEvent(event)} ${realm.gasUsed}`;
    };
    const fine = run("fine");
    for (const kind of ["gas", "memory", "stack", "throw", "gas", "stack"]) {
      expect(run(kind)).toMatch(/^status/);
      expect(run("fine"), `after ${kind}`).toBe(fine);
    }
  });

  it("costs as much as a fresh one, loading included", () => {
    const code = `const table = Array.from({ length: 1000 }, (_, i) => i * i);
      export function infer() { return { text: String(table[999]) }; }`;
    const realm = newRealm(code);
    const runs = [runText(realm), runText(realm), runText(newRealm(code))];
    expect(new Set(runs).size).toBe(1);
    expect(realm.gasUsed).toBeGreaterThan(100_000n);
  });
});

describe("random numbers", () => {
  const drawing = textOf(
    "[aivm.random(), aivm.random.integer(6), aivm.random.bytes(3), aivm.random.integer(2 ** 32)]",
  );

  it("follow from the source alone", () => {
    let block = 0;
    const counting = (): Uint8Array => new Uint8Array(32).fill(++block);
    const realm = newRealm(drawing);
    const first = describeEvent(realm.start([[]], counting));
    const second = describeEvent(realm.start([[]], counting));
    block = 0;
    expect(describeEvent(realm.start([[]], counting))).toBe(first);
    expect(second).not.toBe(first);
  });

  it("cost gas by the block of eight words", () => {
    const gasOf = (words: number): bigint => {
      const realm = newRealm(textOf(`aivm.random.bytes(${words})`));
      runText(realm);
      return realm.gasUsed;
    };
    expect(gasOf(9) - gasOf(8)).toBeGreaterThan(RANDOM_BLOCK_GAS);
    expect(gasOf(8) - gasOf(7)).toBeLessThan(RANDOM_BLOCK_GAS);
  });

  it("lie in their range", () => {
    const code = textOf(
      `Array.from({ length: 200 }, () => aivm.random.integer(3)).sort().join("")`,
    );
    let block = 0;
    const realm = newRealm(code);
    const source = (): Uint8Array => new Uint8Array(32).map((_, i) => (block += 37 + i));
    expect(describeEvent(realm.start([[]], source))).toMatch(/done \[\] 0+1+2+$/);
    expect(runText(newRealm(textOf("aivm.random.integer(0)")))).toContain("a bound of random");
    expect(runText(newRealm(textOf("aivm.random.integer(1.5)")))).toContain("a bound of random");
  });
});

describe("values", () => {
  const kinds: ReadonlyArray<readonly [DataType, string, ArrayBufferView]> = [
    [DataType.FLOAT32, "Float32Array", Float32Array.of(1.5, -2)],
    [DataType.FLOAT64, "Float64Array", Float64Array.of(1.5, -2)],
    [DataType.INT8, "Int8Array", Int8Array.of(1, -2)],
    [DataType.INT16, "Int16Array", Int16Array.of(1, -2)],
    [DataType.INT32, "Int32Array", Int32Array.of(1, -2)],
    [DataType.INT64, "BigInt64Array", BigInt64Array.of(1n, -2n)],
    [DataType.UINT8, "Uint8Array", Uint8Array.of(1, 2)],
    [DataType.UINT16, "Uint16Array", Uint16Array.of(1, 2)],
    [DataType.UINT32, "Uint32Array", Uint32Array.of(1, 2)],
    [DataType.UINT64, "BigUint64Array", BigUint64Array.of(1n, 2n)],
    [DataType.BOOL, "Uint8Array", Uint8Array.of(1, 0)],
  ];

  it.each(kinds)("of type %i cross as %s, with dims, and come back", (type, kind, view) => {
    const field = { name: "x", type, shape: [1, 2] };
    const code = `export function infer({ x }) {
      if (x.constructor.name !== "${kind}" || x.dims.join() !== "1,2") throw new Error("not so");
      return { x };
    }`;
    const realm = newRealm(code, { config: { inputs: [field], outputs: [field] } });
    const data = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const event = realm.start([[{ dims: [1n, 2n], data }]], constantRandom);
    expect(event).toMatchObject({ kind: "done", outputs: [{ dims: [1n, 2n] }] });
    expect(event.kind === "done" && toHex(event.outputs[0]!.data)).toBe(toHex(data));
  });

  it("of text and bytes cross as they are, whatever their length", () => {
    const text = { name: "text", type: DataType.STRING, shape: [] };
    const raw = { name: "raw", type: DataType.BYTES, shape: [] };
    const config: Partial<RealmConfig> = { inputs: [text, raw], outputs: [text, raw] };
    const realm = newRealm("export const infer = (input) => input;", { config });
    for (const length of [0, 1, 7, 8, 9, 5_000, 40_000]) {
      const values = [
        { dims: [], data: utf8("ä€😀".repeat(length)) },
        { dims: [], data: new Uint8Array(length).fill(3) },
      ];
      const event = realm.start([values], constantRandom);
      expect(event.kind === "done" && event.outputs).toEqual(values);
    }
  });

  const bounded = { name: "x", type: DataType.INT8, shape: [0, 2] };
  const free = { name: "x", type: DataType.INT8, shape: [0, 0] };
  const shapes: ReadonlyArray<readonly [string, typeof bounded, string, string]> = [
    ["infer the one open extent", bounded, "Int8Array.of(1, 2, 3, 4)", "done [2,2] "],
    [
      "take dims beside the data",
      free,
      "aivm.tensor(Int8Array.of(1, 2, 3), [3, 1])",
      "done [3,1] ",
    ],
    [
      "take dims on the data",
      free,
      "Object.assign(Int8Array.of(1, 2), { dims: [2, 1] })",
      "done [2,1] ",
    ],
    ["need dims for two open extents", free, "Int8Array.of(1, 2)", "output x needs dims"],
    [
      "refuse dims that do not fit",
      free,
      "aivm.tensor(Int8Array.of(1, 2), [3, 1])",
      "has 2 elements",
    ],
    ["refuse broken dims", free, "aivm.tensor(Int8Array.of(1, 2), [0.5, 4])", "not whole numbers"],
    ["refuse dims that are no list", free, "aivm.tensor(Int8Array.of(1, 2), 2)", "not an array"],
    [
      "refuse a negative extent",
      free,
      "aivm.tensor(Int8Array.of(1, 2), [-1, -2])",
      "not whole numbers",
    ],
    ["refuse another kind of array", bounded, "Uint8Array.of(1, 2)", "output x is not a Int8Array"],
    ["refuse a list", bounded, "[1, 2]", "output x is not a Int8Array"],
    [
      "refuse a buffer that was taken away",
      bounded,
      "(() => { const a = Int8Array.of(1, 2); a.buffer.transfer(); return a; })()",
      "TypeError: ArrayBuffer is detached",
    ],
  ];

  it.each(shapes)("%s", (_, field, expression, expected) => {
    const code = `export const infer = (input, aivm) => ({ x: ${expression} });`;
    const realm = newRealm(code, { config: { outputs: [field] } });
    expect(runText(realm)).toContain(expected);
  });
});

describe("models as code sees them", () => {
  const tensor = { name: "in", type: DataType.FLOAT32, shape: [2] };
  const models = [
    { name: "net", inputs: [tensor], outputs: [{ ...tensor, name: "out", shape: [] }] },
    { name: "other", inputs: [], outputs: [] },
  ];
  const answer = [{ dims: [2n], data: new Uint8Array(Float32Array.of(5, 7).buffer) }];

  it("are run in the order of the calls, and answer each its own", () => {
    const code = `export async function infer(input, aivm) {
      const first = aivm.run("net", { in: Float32Array.of(1, 2) });
      const second = aivm.run("other", {});
      const { out } = await first;
      await second;
      return { text: out.data.constructor.name + out.data + ":" + out.dims };
    }`;
    const realm = newRealm(code, { config: { models } });
    let event = realm.start([[]], constantRandom);
    expect(event).toMatchObject({ kind: "run", model: 0, tensors: [{ dims: [2n] }] });
    event = realm.answer(0, answer);
    expect(event).toEqual({ kind: "run", model: 1, tensors: [] });
    expect(describeEvent(realm.answer(1, []))).toBe("done [] Float32Array5,7:2");
  });

  it("refuse in a way that code can catch, else the run ends as a model error", () => {
    const refused = (body: string): string => {
      const realm = newRealm(`export async function infer(input, aivm) { ${body} }`, {
        config: { models },
      });
      realm.start([[]], constantRandom);
      return describeEvent(realm.refuse("the dims are wrong"));
    };
    const call = "aivm.run('net', { in: Float32Array.of(1, 2) })";
    expect(refused(`await ${call};`)).toBe(
      `status ${ReceiptStatus.MODEL_ERROR}: Error: the dims are wrong`,
    );
    expect(refused(`return { text: await ${call}.catch((e) => e.message) };`)).toBe(
      "done [] the dims are wrong",
    );
  });

  it.each([
    ["a missing input", "{}", "input in of model net is not a Float32Array"],
    ["an unknown input", "{ in: Float32Array.of(1, 2), more: 1 }", "model net has no input more"],
    [
      "a wrong type",
      "{ in: Float64Array.of(1, 2) }",
      "input in of model net is not a Float32Array",
    ],
    ["a wrong length", "{ in: Float32Array.of(1) }", "has 1 elements, its dims 2"],
    ["no object", "1", "model net is run on an object of tensors"],
  ])("are not asked at all for %s", (_, tensors, detail) => {
    const code = `export const infer = (input, aivm) => aivm.run("net", ${tensors});`;
    const text = runText(newRealm(code, { config: { models } }));
    expect(text).toContain(`status ${ReceiptStatus.EXCEPTION}: TypeError: `);
    expect(text).toContain(detail);
  });

  it("charge their gas to the run", () => {
    const code = `export const infer = (input, aivm) => aivm.run("other", {});`;
    const realm = newRealm(code, { config: { models }, gasLimit: 1_000_000n });
    realm.start([[]], constantRandom);
    const before = realm.gasUsed;
    expect(realm.charge(1_000n)).toBeUndefined();
    expect(realm.gasUsed).toBe(before + 1_000n);
    expect(realm.charge(1_000_000n)).toMatchObject({ status: ReceiptStatus.OUT_OF_GAS });
    expect(realm.gasUsed).toBe(1_000_000n);
  });
});

describe("code that tampers with built-ins", () => {
  it.each([
    "Array.prototype.join = null; String.prototype.slice = () => { throw 1; }",
    "Promise.prototype.then = () => { for (;;); }",
    "Object.defineProperty(Object.prototype, 'text', { get() { throw 1; } })",
    "Uint32Array.prototype.set = () => {}; Function.prototype.call = null; Function.prototype.apply = null",
    "Object.defineProperty(Array.prototype, 0, { set() { throw 2; } })",
    "for (const key of Reflect.ownKeys(globalThis)) if (key !== 'globalThis') delete globalThis[key]",
  ])("hurts at most itself: %s", (tampering) => {
    const realm = newRealm(`export function infer() { ${tampering}; return { text: "x" }; }`, {
      gasLimit: 100_000_000n,
    });
    const first = runText(realm);
    expect(first).toMatch(/^(done|status)/);
    expect(runText(realm)).toBe(first);
  });
});
