import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, TEST_SEED, testField, textInput } from "#test/harness/sandboxKernel.js";
import { irregularFloats } from "../conformance/operatorGroups.js";
import type { ExecutionOutcome, ExecutionTask } from "../executor.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { SandboxPool } from "./sandboxPool.js";

/** Ways to nest calls without end: through code, built-ins, the parser, patterns and data. */
const DEEP: ReadonlyArray<readonly [string, string]> = [
  ["calls", "const f = () => 1 + f(); f();"],
  ["calls with many arguments", "const f = (...a) => 1 + f(...a, a.length); f(1, 2, 3);"],
  ["map", "const f = () => [1].map(f); f();"],
  ["sort", "const f = () => [2, 1].sort(f); f();"],
  ["typed sort", "const u = new Float64Array([2, 1]); const f = () => u.sort(f); f();"],
  ["replace", "const f = () => 'a'.replace(/a/, f); f();"],
  ["getters", "const o = { get x() { return this.x; } }; o.x;"],
  ["proxies", "let p = {}; for (let i = 0; i < 20000; i++) p = new Proxy(p, {}); p.x;"],
  ["proxy traps", "const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x;"],
  ["conversions", "const o = { toString: () => '' + o }; '' + o;"],
  ["parsed lists", "JSON.parse('['.repeat(200000));"],
  ["written lists", "let a = []; for (let i = 0; i < 100000; i++) a = [a]; JSON.stringify(a);"],
  ["toJSON", "const o = { toJSON: () => JSON.stringify(o) }; JSON.stringify(o);"],
  ["revivers", "const f = () => JSON.parse('[1]', f); f();"],
  ["brackets", "eval('('.repeat(100000));"],
  ["literals", "eval('['.repeat(100000));"],
  ["blocks", "eval('{'.repeat(100000));"],
  ["arrows", "eval('()=>'.repeat(20000) + '1');"],
  ["templates", "eval('`${'.repeat(50000));"],
  ["operators", "eval('!'.repeat(100000) + '1');"],
  ["groups", "new RegExp('('.repeat(100000));"],
  ["lookaheads", "new RegExp('(?=a'.repeat(3000) + ')'.repeat(3000)).test('aaa');"],
  ["alternatives", "/^(?:a|b|ab)*$/.test('a'.repeat(1e5) + 'c');"],
  ["flat", "let a = []; for (let i = 0; i < 100000; i++) a = [a]; a.flat(Infinity);"],
  ["bound functions", "let f = () => 1; for (let i = 0; i < 50000; i++) f = f.bind(null); f();"],
  ["generators", "function* f() { yield* f(); } f().next();"],
  [
    "ropes",
    "let s = ''; for (let i = 0; i < 200000; i++) s = 'abcdef' + s + 'ghijkl'; s.charCodeAt(5);",
  ],
  ["chains", "let a = null; for (let i = 0; i < 200000; i++) a = { a }; a = null;"],
  ["eval", "globalThis.f = () => eval('f()'); f();"],
  ["constructors", "class A { constructor() { new A(); } } new A();"],
  ["reflection", "const f = () => Reflect.apply(f, null, []); f();"],
  ["iteration", "const o = { [Symbol.iterator]: () => [...o] }; [...o];"],
  [
    "thenables",
    "let p = Promise.resolve(); for (let i = 0; i < 20000; i++) { const q = p; p = { then: (f) => q.then(f) }; } return p;",
  ],
];

const NETWORK = encodeModel({
  inputs: [{ name: "x", type: 1, dims: [1, 16] }],
  outputs: [{ name: "y", type: 1 }],
  nodes: [
    { operator: "MatMul", inputs: ["x", "w"], outputs: ["m"] },
    { operator: "Tanh", inputs: ["m"], outputs: ["t"] },
    { operator: "Softmax", inputs: ["t"], outputs: ["y"] },
  ],
  initializers: [
    { name: "w", type: 1, dims: [16, 16], data: float32Data(irregularFloats(256, 3)) },
  ],
});

const MIXED = `export async function infer({ x }, aivm) {
  let state = x;
  for (let round = 0; round < 5; round++) {
    const { y } = await aivm.run("net", { x: { dims: [1, 16], data: state } });
    state = y.data.map((value) => Math.sin(value * 7) + aivm.random() - Math.log1p(value));
  }
  return { x: state };
}`;

const DEEP_STATUSES = [
  ReceiptStatus.OK,
  ReceiptStatus.EXCEPTION,
  ReceiptStatus.STACK_OVERFLOW,
  ReceiptStatus.OUT_OF_GAS,
  ReceiptStatus.OUT_OF_MEMORY,
];

/** The default, both compilers alone, and less stack than V8 grants by itself. */
const FLAGS: ReadonlyArray<readonly string[]> = [
  [],
  ["--liftoff-only"],
  ["--no-liftoff"],
  ["--stack-size=800"],
];

let entry: string;
let shelf: KernelShelf;
let tasks: ExecutionTask[];

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
  tasks = [];
  for (const [, body] of DEEP) {
    const code = `export async function infer() { ${body} ; return { text: "through" }; }`;
    const manifest = await shelf.kernel({ code, limits: { gas: 300_000_000n } });
    tasks.push({ manifest, input: textInput(""), seed: TEST_SEED });
  }
  const field = testField("x", DataType.FLOAT32, [1n, 16n]);
  const draft = { code: MIXED, models: { net: NETWORK }, inputs: [field], outputs: [field] };
  const data = float32Data(irregularFloats(16, 9));
  const values = [{ name: "x", dataType: DataType.FLOAT32, dims: [1n, 16n], data }];
  const manifest = await shelf.kernel(draft);
  const mixed = { manifest, input: ValueSet.encode({ values }), seed: TEST_SEED };
  tasks.push(mixed, { ...mixed, workKey: TEST_SEED });
});

afterAll(async () => {
  await shelf.remove();
  await rm(entry);
});

async function run(flags: readonly string[], order: readonly ExecutionTask[]): Promise<string[]> {
  const pool = new SandboxPool({ artifactFolder: shelf.folder, entry, flags });
  try {
    return (await pool.executeMany(order)).map(describeOutcome);
  } finally {
    await pool.close();
  }
}

function describeOutcome(outcome: ExecutionOutcome): string {
  if (outcome.kind === "noReceipt") return outcome.reason;
  return `${outcome.receipt.status} ${toHex(Receipt.encode(outcome.receipt))} ${outcome.detail}`;
}

describe("receipts", () => {
  it("are the same under every compiler of V8, every stack size, and in every order", async () => {
    const [reference = [], ...others] = await Promise.all(FLAGS.map((flags) => run(flags, tasks)));
    for (const [index, [name]] of DEEP.entries()) {
      expect(Number(reference[index]?.split(" ")[0]), name).toSatisfy((status) =>
        DEEP_STATUSES.some((expected) => expected === status),
      );
    }
    expect(reference.slice(-2).every((text) => text.startsWith("1 "))).toBe(true);
    for (const other of others) expect(other).toEqual(reference);
    expect((await run([], tasks.toReversed())).toReversed()).toEqual(reference);
  }, 180_000);
});
