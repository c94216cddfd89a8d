import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { type KernelDraft, testField } from "#test/harness/sandboxKernel.js";
import { ADDING, DIVIDING, GIGABYTES } from "./models.js";

/** What must come of a kernel when it is attacked with: a status, and what its author is told. */
export interface Verdict {
  readonly status: ReceiptStatus;
  /** Part of the detail, or of the output where the status is OK. */
  readonly text?: string;
}

/**
 * A kernel that behaves on the input "vector" and does its worst on any other, so that it passes
 * validation.
 */
export interface HostileKernel {
  readonly name: string;
  /** Statements of an async `infer` whose input is the text `text`. */
  readonly body: string;
  readonly verdict: Verdict;
  readonly models?: KernelDraft["models"];
  readonly limits?: KernelDraft["limits"];
}

/** Input on which hostile kernels behave. */
export const BENIGN_INPUT = "vector";
/** What they answer to it. */
export const BENIGN_OUTPUT = "fine";

/** What every hostile kernel may import and read. */
const HOSTILE_PARTS = {
  libraries: {
    bag: "export const bag = { times: 0 };",
    circle:
      "import { late } from 'lib:early'; export const early = () => late; export const now = late;",
    early:
      "import { early } from 'lib:circle'; export const found = early(); export const late = 1;",
    endless: "for (;;);",
    hoarding: "for (const all = []; ; ) all.push(new Uint8Array(1 << 20));",
    recursing: "const f = () => 1 + f(); f();",
    throwing: "throw new Error('from the library');",
  },
  data: { block: new Uint8Array(1 << 16).fill(7), broken: Uint8Array.of(0xff, 0xfe) },
} as const;

/** A kernel as its manifest's parts, without vectors. */
export function hostileDraft({ body, models, limits }: HostileKernel): KernelDraft {
  const code = `export async function infer({ text }, aivm) {
    if (text === "${BENIGN_INPUT}") return { text: "${BENIGN_OUTPUT}" };
    ${body}
  }`;
  const text = { ...testField("text", DataType.STRING), maxBytes: 512n };
  return {
    code,
    inputs: [text],
    outputs: [text],
    models: models ?? {},
    ...HOSTILE_PARTS,
    limits: { gas: 120_000_000n, outputBytes: 1_024n, ...limits },
  };
}

type Draft = readonly [name: string, body: string, text?: string];

function all(status: ReceiptStatus, drafts: readonly Draft[]): HostileKernel[] {
  return drafts.map(([name, body, text]) => ({
    name,
    body,
    verdict: text === undefined ? { status } : { status, text },
  }));
}

const RUNS_WITHOUT_END: readonly Draft[] = [
  ["endless-loop", "for (;;);"],
  ["endless-generator", "function* g() { for (;;) yield 1; } for (const x of g());"],
  ["catastrophic-regex", "/^(a+)+$/.test('a'.repeat(50) + 'b');"],
  ["endless-promises", "for (;;) await null;"],
  ["endless-getter", "return { get text() { for (;;); } };"],
  ["endless-proxy", "return new Proxy({}, { get() { for (;;); } });"],
  ["endless-thenable", "return { then() { for (;;); } };"],
  ["endless-error-text", "throw { toString() { for (;;); } };"],
  ["endless-finally", "try { throw 1; } finally { for (;;); }"],
  ["endless-library", "await import('lib:endless');"],
  ["endless-reading", "for (;;) aivm.data('block');"],
  ["catch-and-go-on", "for (;;) { try { for (const a = []; ; ) a.push(a.flat()); } catch {} }"],
];

const EXHAUSTS_MEMORY: readonly Draft[] = [
  ["exponential-text", "let s = 'ab'; for (;;) s = s + s + s.at(-1);"],
  ["many-buffers", "const a = []; for (;;) a.push(new Uint8Array(1 << 20));"],
  ["one-huge-buffer", "new Uint8Array(2 ** 31 - 1);"],
  ["huge-text", "'a'.repeat(2 ** 30 - 1);"],
  ["hoarding-library", "await import('lib:hoarding').catch(() => 0);"],
  ["hoarded-data", "const all = []; for (;;) all.push(aivm.data('block'));"],
  [
    "caught-exhaustion",
    "let n = 0; try { for (const a = []; ; n++) a.push(new Uint8Array(1 << 16)); } catch { return { text: 'caught after ' + n }; }",
  ],
  [
    "exhaustion-in-finally",
    "try { new Uint8Array(2 ** 31 - 1); } finally { return { text: 'went on' }; }",
  ],
  [
    "exhaustion-in-a-promise",
    "await new Promise(() => new Uint8Array(2 ** 31 - 1)).catch(() => 0);",
  ],
];

const OVERFLOWS: readonly Draft[] = [
  ["deep-calls", "const f = () => 1 + f(); f();"],
  ["deep-json", "const o = { toJSON: () => JSON.stringify(o) }; JSON.stringify(o);"],
  ["deep-json-text", "JSON.parse('['.repeat(1e5));"],
  ["deep-spread", "const o = { [Symbol.iterator]: () => [...o] }; [...o];"],
  ["deep-library", "await import('lib:recursing');"],
  ["deep-proxies", "let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(p, {}); p.x;"],
];

const THROWS: readonly Draft[] = [
  ["deep-regex", "new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('a');"],
  ["two-to-the-31-elements", "new Uint8Array(2 ** 31);", "RangeError"],
  ["doubled-rope", "let s = 'ab'; for (;;) s += s;", "string too long"],
  ["never-settles", "await new Promise(() => {});", "never settles"],
  ["thenable-never-settles", "return { then() {} };", "never settles"],
  ["dynamic-import", "await import('node:fs');"],
  ["library-that-throws", "await import('lib:throwing');", "from the library"],
  ["library-that-is-not-there", "await import('lib:../bag');", "there is no library"],
  ["circle-of-libraries", "await import('lib:circle');", "ReferenceError"],
  ["assigns-to-a-library", "(await import('lib:bag')).bag = 1;", "TypeError"],
  ["data-that-are-not-there", "aivm.data({ toString: () => 'block' });", "there is no data"],
  ["data-that-are-no-text", "aivm.text('broken');", "not UTF-8"],
  ["assigns-host-api", "aivm.run = () => ({});", "TypeError"],
  ["assigns-random", "aivm.random.integer = () => 4;", "TypeError"],
  ["throwing-getter", "return { get text() { throw new Error('mine'); } };", "mine"],
  ["revoked-proxy", "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy;"],
  ["rejects-with-nothing", "return Promise.reject();", "undefined"],
  ["throws-a-proxy", "throw new Proxy({}, { get() { throw 1; } });"],
];

const FAILS_ITS_OUTPUT: readonly Draft[] = [
  ["promises-without-then", "Promise.prototype.then = 1; return { text: 'x' };"],
  ["no-output", "return undefined;"],
  ["number-for-text", "return { text: 1 };"],
  ["boxed-text", "return { text: new String('x') };"],
  ["half-a-surrogate", "return { text: '\\udc00' };"],
  ["text-over-its-field", "return { text: 'x'.repeat(513) };"],
  ["proxied-function", "return { text: new Proxy(() => 'x', {}) };"],
];

const OUTSIDE = "process require console fetch WebAssembly performance setTimeout Date Intl";

const STAYS_INSIDE: readonly Draft[] = [
  [
    "constructor-constructor",
    `const F = (() => {}).constructor.constructor; return { text: '${OUTSIDE}'.split(' ').map((n) => F('return typeof ' + n)()).join() };`,
    "undefined",
  ],
  [
    "global-eval",
    "return { text: (0, eval)('typeof process + typeof globalThis.aivm') };",
    "undefined",
  ],
  [
    "unhandled-rejections",
    "for (let i = 0; i < 100; i++) Promise.reject(new Error('x')); return { text: 'on' };",
    "on",
  ],
  [
    "polluted-prototypes",
    `Object.prototype.data = 1; Object.prototype.dims = [9]; Array.prototype[0] = 7;
     Object.defineProperty(Object.prototype, 'text', { value: 'polluted', writable: true });
     Uint8Array.prototype.set = null; Function.prototype.call = null; return { text: 'own' };`,
    "own",
  ],
  ["getter-as-output", "let n = 0; return { get text() { return 'read ' + ++n; } };", "read 1"],
  [
    "proxy-as-output",
    "return new Proxy({}, { get: (t, k) => typeof k + ':' + String(k) });",
    "string:text",
  ],
  ["text-at-its-limit", "return { text: 'x'.repeat(512) };", "xxxx"],
  [
    "leaves-marks",
    "globalThis.marks = (globalThis.marks ?? 0) + 1; return { text: 'marks ' + marks };",
    "marks 1",
  ],
  [
    "leaves-marks-in-a-library",
    "const { bag } = await import('lib:bag'); return { text: 'marks ' + ++bag.times };",
    "marks 1",
  ],
  [
    "leaves-marks-in-data",
    "const old = aivm.data('block')[0]; aivm.data('block').fill(9); return { text: 'read ' + old + aivm.data('block')[0] };",
    "read 77",
  ],
  [
    "error-stack",
    "return { text: String(new Error('x').stack).replaceAll('\\n', ';') };",
    "kernel.js",
  ],
];

const RUN = "aivm.run('net', { x: Float32Array.of(1, 2) })";

const WITH_MODELS: readonly HostileKernel[] = [
  {
    name: "a-thousand-runs",
    body: `const all = await Promise.all(Array.from({ length: 1000 }, () => ${RUN}));
      return { text: String(all.reduce((s, { y }) => s + y.data[1], 0)) };`,
    models: { net: ADDING },
    limits: { gas: 3_000_000_000n },
    verdict: { status: ReceiptStatus.OK, text: "4000" },
  },
  {
    name: "a-thousand-runs-without-gas",
    body: `await Promise.all(Array.from({ length: 1000 }, () => ${RUN}));`,
    models: { net: ADDING },
    limits: { gas: 50_000_000n },
    verdict: { status: ReceiptStatus.OUT_OF_GAS },
  },
  {
    name: "runs-nobody-awaits",
    body: `for (let i = 0; i < 50; i++) ${RUN}; return { text: 'gone' };`,
    models: { net: ADDING },
    verdict: { status: ReceiptStatus.OK, text: "gone" },
  },
  {
    name: "wrong-shape-for-a-model",
    body: "await aivm.run('net', { x: aivm.tensor(new Float32Array(4), [2, 2]) });",
    models: { net: ADDING },
    verdict: { status: ReceiptStatus.MODEL_ERROR },
  },
  {
    name: "output-over-the-limit",
    body: "return { text: 'x'.repeat(500) };",
    limits: { outputBytes: 400n },
    verdict: { status: ReceiptStatus.OUTPUT_TOO_LARGE },
  },
];

/** Every hostile kernel whose verdict is a receipt that all validators agree on. */
export const HOSTILE_KERNELS: readonly HostileKernel[] = [
  ...all(ReceiptStatus.OUT_OF_GAS, RUNS_WITHOUT_END),
  ...all(ReceiptStatus.OUT_OF_MEMORY, EXHAUSTS_MEMORY),
  ...all(ReceiptStatus.STACK_OVERFLOW, OVERFLOWS),
  ...all(ReceiptStatus.EXCEPTION, THROWS),
  ...all(ReceiptStatus.BAD_OUTPUT, FAILS_ITS_OUTPUT),
  ...all(ReceiptStatus.OK, STAYS_INSIDE),
  ...WITH_MODELS,
];

/** A kernel whose model traps in its runtime: no receipt, because a trap may be the host's. */
export const ABORTS_ITS_RUNTIME: HostileKernel = {
  name: "aborts-its-runtime",
  body: "await aivm.run('net', { x: BigInt64Array.of(-(2n ** 63n)) });",
  models: { net: DIVIDING },
  verdict: { status: ReceiptStatus.UNSPECIFIED },
};

/** A version that validation must reject, and the reason that the chain keeps. */
export interface RejectedKernel {
  readonly name: string;
  readonly draft: KernelDraft;
  readonly reason: string;
  /**
   * A busy host may be too late with it: then the validators do not agree, and reject it for that.
   */
  readonly heavy?: boolean;
}

/** A kernel that does nothing, to begin others from. */
export const PLAIN: HostileKernel = { name: "", body: "", verdict: { status: ReceiptStatus.OK } };

/** Versions that never become active. */
export const REJECTED_KERNELS: readonly RejectedKernel[] = [
  {
    name: "model-of-gigabytes",
    draft: hostileDraft({ ...PLAIN, models: { net: GIGABYTES } }),
    reason: "model net needs 2147483648 bytes of tensors",
    heavy: true,
  },
  {
    name: "no-model-at-all",
    draft: hostileDraft({ ...PLAIN, models: { net: new Uint8Array(100).fill(0xff) } }),
    reason: "model",
  },
  {
    name: "truncated-model",
    draft: hostileDraft({ ...PLAIN, models: { net: ADDING.slice(0, ADDING.length >> 1) } }),
    reason: "model",
  },
  {
    name: "static-import",
    draft: { ...hostileDraft(PLAIN), code: "import 'node:fs'; export const infer = () => ({});" },
    reason: "test vector 0 ends with status 5",
  },
  {
    name: "endless-module",
    draft: { ...hostileDraft(PLAIN), code: "for (;;);" },
    reason: "test vector 0 ends with status 2",
  },
];
