/** Gives a whole number below its bound. */
type Next = (bound: number) => number;

const NAMES = ["a", "b", "c", "d"];
const NUMBERS = ["0", "-0", "1", "7", "0.1", "1e300", "NaN", "Infinity", "2 ** 31", "-5"];
const TEXTS = ["''", "'a'", "'äß\\u{1f600}'", "'0'", "'abcabc'", "'\\ud800'", "'x'.repeat(99)"];
const PATTERNS = ["/a/g", "/(b|c)+?$/", "/\\p{L}*/gu", "/(?<=a)./", "/[^]{2,5}/y"];
const BINARY = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "<",
  "==",
  "===",
  "&",
  "|",
  "^",
  ">>>",
  "<<",
  "??",
  "&&",
  "||",
  "in",
  "instanceof",
  ",",
];
const UNARY = ["-", "+", "!", "~", "typeof ", "void "];
const METHODS = [
  "toString",
  "valueOf",
  "slice",
  "concat",
  "indexOf",
  "at",
  "map",
  "filter",
  "sort",
  "join",
  "split",
  "replace",
  "padEnd",
  "toFixed",
  "repeat",
  "flat",
  "reverse",
  "includes",
  "fill",
  "keys",
  "entries",
  "normalize",
  "toSorted",
  "reduce",
  "push",
  "splice",
];
const GLOBALS = [
  "Math.sin",
  "Math.hypot",
  "Math.fround",
  "Math.max",
  "Number",
  "String",
  "BigInt",
  "Object.keys",
  "Object.entries",
  "Object.freeze",
  "JSON.stringify",
  "Array.from",
  "Array.of",
  "Symbol.for",
  "parseFloat",
  "encodeURIComponent",
  "structuredClone",
  "Reflect.ownKeys",
  "Promise.resolve",
  "aivm.argmax",
  "aivm.softmax",
  "aivm.random.choose",
  "aivm.random.integer",
  "aivm.run",
  "eval",
];
const TYPES = [
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Uint32Array",
  "BigInt64Array",
  "Map",
  "Set",
  "WeakMap",
  "Proxy",
  "Error",
  "RegExp",
  "Array",
  "Uint8ClampedArray",
  "ArrayBuffer",
  "DataView",
];

/** Deepest nesting of expressions and statements. */
const MAX_DEPTH = 4;

/** What a rule of the grammar is made of. */
interface Parts {
  readonly next: Next;
  readonly pick: (list: readonly string[]) => string;
  /** An expression one level deeper. */
  readonly inner: () => string;
  /** A statement one level deeper. */
  readonly step: () => string;
}

type Rule = (parts: Parts) => string;

const LEAF: Rule = ({ pick }) => pick([pick(NAMES), pick(NUMBERS), pick(TEXTS)]);
const ASSIGNMENT: Rule = ({ pick, inner }) => `${pick(NAMES)} = ${inner()};`;

const EXPRESSIONS: readonly Rule[] = [
  LEAF,
  LEAF,
  ({ pick, inner }) => `((${inner()}) ${pick(BINARY)} (${inner()}))`,
  ({ pick, inner }) => `((${inner()}) ${pick(BINARY)} (${inner()}))`,
  ({ pick, inner }) => `(${pick(UNARY)}(${inner()}))`,
  ({ inner }) => `[${inner()}, ...[${inner()}], ${inner()}]`,
  ({ inner }) => `({ x: ${inner()}, [${inner()}]: 1, get y() { return ${inner()}; } })`,
  ({ pick, inner }) => `(${inner()})?.${pick(METHODS)}?.(${inner()}, ${inner()})`,
  ({ pick, inner }) => `${pick(GLOBALS)}(${inner()}, ${inner()})`,
  ({ pick, inner }) => `new ${pick(TYPES)}(${inner()}, ${inner()})`,
  ({ pick, inner }) => `((${pick(NAMES)}) => ${inner()})(${inner()})`,
  ({ inner }) => `(${inner()} ? ${inner()} : ${inner()})`,
  ({ pick, inner }) => `String(${inner()}).replace(${pick(PATTERNS)}, (m) => m + ${inner()})`,
  ({ inner }) => `(function () { return this; }).call(${inner()})`,
  ({ inner }) => `\`\${${inner()}}-\${${inner()}}\``,
  ({ pick, next }) => `(${next(99)}n ${pick(["+", "*", "**", "-"])} BigInt(${next(50)}))`,
];

const STATEMENTS: readonly Rule[] = [
  ASSIGNMENT,
  ({ inner, step }) => `if (${inner()}) { ${step()} } else { ${step()} }`,
  ({ next, step }) => `for (let i = 0; i < ${next(30)}; i++) { ${step()} }`,
  ({ pick, step }) =>
    `try { ${step()} } catch (e) { ${pick(NAMES)} = String(e); } finally { ${step()} }`,
  ({ inner, step }) => `for (const v of [].concat(${inner()}).slice(0, 9)) { ${step()} }`,
  ({ inner, step }) => `f = async (x = ${inner()}) => { ${step()} return x; };`,
  ({ pick, next, inner }) => `${pick(NAMES)} = await ${next(2) === 0 ? "f" : ""}(${inner()});`,
  ({ next, inner, step }) => (next(3) === 0 ? `while (${inner()}) { ${step()} }` : step()),
  ({ next, inner, step }) => (next(5) === 0 ? `throw ${inner()};` : step()),
  ({ inner }) => `class A { #p = ${inner()}; get p() { return this.#p; } } d = new A().p;`,
  ({ inner }) => `[a, { x: b = ${inner()} } = {}] = [${inner()}];`,
  () => `globalThis.kept = (globalThis.kept ?? 0) + 1; c = globalThis.kept;`,
  ({ next }) => `f = function g(n) { return n > ${next(2) === 0 ? "1e9" : "20"} ? n : g(n + 1); };`,
];

/**
 * A random small script: the body of an async function that returns a text. Whatever it does, it
 * is valid syntax most of the time, uses every kind of statement and built-in, and may throw, loop
 * without end, recurse, or hoard.
 */
export function randomScript(next: Next): string {
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? "";
  const apply = (rules: readonly Rule[], leaf: Rule, depth: number): string => {
    const rule = depth < MAX_DEPTH ? rules[next(rules.length)] : leaf;
    return (rule ?? leaf)({
      next,
      pick,
      inner: () => apply(EXPRESSIONS, LEAF, depth + 1),
      step: () => apply(STATEMENTS, ASSIGNMENT, depth + 1),
    });
  };
  // Most statements throw: each on its own, so that the others run as well.
  const statement = (): string => {
    const body = apply(STATEMENTS, ASSIGNMENT, 0);
    const bare = next(40) === 0;
    return bare ? body : `try { ${body} } catch (e) { log += String(e).slice(0, 40); }`;
  };
  const body = Array.from({ length: 4 + next(8) }, statement).join("\n");
  return `let a = 1, b = 2n, c = 'c', d = [3, 1, 2], f = async (x) => x, log = '';
    ${body}
    const show = (v) => { try { return typeof v + String(v).slice(0, 60); } catch (e) { return String(e); } };
    return { text: (log + [a, b, c, d].map(show).join(';')).toWellFormed() };`;
}
