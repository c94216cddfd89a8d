/** Code that never ends, by the part of the engine that it keeps busy. */
export interface EndlessCode {
  readonly family: string;
  readonly name: string;
  /** Statements of an async function; no way out but the meter. */
  readonly body: string;
}

function endless(family: string, cases: Readonly<Record<string, string>>): EndlessCode[] {
  return Object.entries(cases).map(([name, body]) => ({ family, name, body }));
}

/**
 * Every family of built-ins, each in a loop without end whose single rounds are long: what a
 * counter of loop iterations or of calls would let through.
 */
export const ENDLESS_CODE: readonly EndlessCode[] = [
  ...endless("interpreter", {
    "empty loop": "for (;;);",
    "integer loop": "let s = 0; for (let i = 0; ; i++) s = (s * 31 + i) | 0;",
    "float loop": "let s = 1; for (;;) s = Math.sqrt(s * 1.5 + 2) / 3;",
    "float functions": "let s = 1; for (;;) s = Math.sin(s) + Math.pow(s, 0.3) + Math.exp(-s);",
    calls: "const f = (x) => x + 1; let s = 0; for (;;) s = f(s);",
    exceptions: "for (;;) try { throw new Error('x'); } catch {}",
    generators: "function* g() { for (;;) yield 1; } for (const x of g());",
    proxies: "const p = new Proxy({}, { get: () => 1 }); let s = 0; for (;;) s += p.x;",
    promises: "for (;;) await null;",
    "eval in a loop": "for (let i = 0; ; i++) eval('var q' + (i % 9) + ' = [1, 2, 3].length');",
    classes: "for (;;) { class A { #x = 1; get x() { return this.#x; } } new A().x; }",
  }),
  ...endless("patterns", {
    backtracking: "/(a+)+$/.test('a'.repeat(60) + 'b');",
    "nested alternatives": "/^(?:a|aa|aaa)*$/.test('a'.repeat(200) + 'b');",
    lookbehind: "for (;;) /(?<=(a|b)*)c/.test('ab'.repeat(2000));",
    "global replace": "const t = 'ab'.repeat(50000); for (;;) t.replace(/a/g, '<$&>');",
    split: "const t = 'a,b;'.repeat(30000); for (;;) t.split(/[,;]/);",
    "unicode classes": "const t = 'äöü'.repeat(20000); for (;;) t.match(/\\p{Lu}/gu);",
    "compiling patterns": "for (let i = 0; ; i++) new RegExp('(?:[a-z]{1,9}|' + i + ')+');",
  }),
  ...endless("big integers", {
    squaring: "let x = 3n; for (;;) x = x * x;",
    powers: "for (;;) 7n ** 99999n;",
    division: "const a = 3n ** 90000n, b = 3n ** 40000n; for (;;) a / b;",
    text: "const a = 3n ** 60000n; for (;;) String(a);",
    parsing: "const t = '7'.repeat(20000); for (;;) BigInt(t);",
    shifting: "let x = 1n; for (;;) x = (x << 5000n) >> 4999n;",
  }),
  ...endless("arrays", {
    searching: "const a = new Array(1e6).fill(0); for (;;) a.indexOf(-1);",
    sorting: "const a = [...Array(3e4).keys()]; for (;;) a.toSorted((x, y) => y - x);",
    "sorting texts":
      "const a = Array.from({ length: 2e4 }, (_, i) => 'k' + ((i * 7919) % 20011)); for (;;) a.toSorted();",
    splicing:
      "const a = new Array(3e5).fill(0); for (;;) a.splice(0, 1, 1, 2).length, a.splice(0, 1);",
    concatenating: "const a = new Array(1e5).fill(1); for (;;) a.concat(a, a);",
    flattening: "const a = Array.from({ length: 3e4 }, (_, i) => [i, [i]]); for (;;) a.flat(2);",
    "sparse lengths": "const a = []; a.length = 4294967295; for (;;) a.indexOf(1), a.includes(1);",
    "array-likes": "for (;;) Array.prototype.fill.call({ length: 2 ** 40 }, 1);",
    spreading: "const a = new Array(6e4).fill(1); for (;;) Math.max(...a);",
    destructuring: "const a = new Array(1e5).fill(1); for (;;) { const [, ...b] = a; }",
  }),
  ...endless("typed arrays", {
    filling: "const u = new Uint8Array(1e7); for (;;) u.fill(1);",
    moving: "const u = new Uint8Array(1e7); for (;;) u.copyWithin(0, 1);",
    copying: "const u = new Uint8Array(4e6); for (;;) u.slice();",
    setting: "const u = new Uint8Array(1e6), f = new Float64Array(1e6); for (;;) f.set(u);",
    sorting:
      "const f = Float64Array.from({ length: 1e5 }, (_, i) => (i * 7919) % 1e5); for (;;) f.toSorted();",
    searching: "const f = new Float32Array(4e6); for (;;) f.indexOf(1);",
    "reversing and comparing": "const u = new Uint16Array(4e6); for (;;) u.reverse();",
    "chasing through memory":
      "const n = 1 << 22, u = new Uint32Array(n); for (let i = 0; i < 4096; i++) u[i] = (i * 2654435761) >>> 10; for (let i = 0; ; i = (i * 1664525 + u[i] + 1013904223) & (n - 1));",
    "new buffers": "for (;;) new ArrayBuffer(1 << 20);",
  }),
  ...endless("text", {
    joining: "const a = new Array(1e5).fill('ab'); for (;;) a.join('-');",
    repeating: "for (;;) 'ab'.repeat(1 << 20).length;",
    slicing: "const t = 'abc'.repeat(1e6); for (;;) t.slice(1, -1);",
    searching: "const t = 'a'.repeat(1e6); for (;;) t.indexOf('ab'), t.includes('ba');",
    "searching the worst":
      "const t = 'a'.repeat(1e5), n = 'a'.repeat(5e4) + 'b'; for (;;) t.indexOf(n);",
    "growing from both ends":
      "for (;;) { let s = ''; for (let i = 0; i < 3000; i++) s = i + s + i; s.charCodeAt(9); }",
    "changing case": "const t = 'aßİ'.repeat(1e5); for (;;) t.toUpperCase();",
    normalising: "const t = 'e\\u0301'.repeat(1e5); for (;;) t.normalize('NFC');",
    "encoding addresses": "const t = 'ä b'.repeat(5e4); for (;;) encodeURIComponent(t);",
    "formatting numbers": "for (let x = 1.1; ; x += 1e-9) String(x), x.toFixed(50), x.toString(7);",
    "parsing numbers": "const t = '1'.repeat(3000) + '.5e-300'; for (;;) Number(t), parseFloat(t);",
    comparing:
      "const a = 'a'.repeat(1e6) + 'b', b = 'a'.repeat(1e6) + 'c'; for (;;) a < b, a.localeCompare(b);",
    "code points": "const t = '\\u{1f600}'.repeat(1e5); for (;;) [...t].length;",
  }),
  ...endless("objects", {
    "JSON.parse": "const j = '[' + '1,'.repeat(1e5) + '1]'; for (;;) JSON.parse(j);",
    "JSON.stringify":
      "const a = Array.from({ length: 2e4 }, (_, i) => ({ i, t: 'x' })); for (;;) JSON.stringify(a);",
    "maps and sets":
      "for (;;) { const m = new Map(); for (let i = 0; i < 1e4; i++) m.set(i, i); m.clear(); }",
    "colliding keys":
      "const s = new Set(); for (let i = 0; ; i++) s.add((i % 5000) * 65536), s.has(i * 4294967296);",
    keys: "const o = Object.fromEntries(Array.from({ length: 2e4 }, (_, i) => ['k' + i, i])); for (;;) Object.keys(o), Object.entries(o);",
    copying:
      "const o = Object.fromEntries(Array.from({ length: 5e3 }, (_, i) => ['k' + i, i])); for (;;) ({ ...o });",
    "long chains":
      "let o = { end: 1 }; for (let i = 0; i < 5e4; i++) o = Object.create(o); for (;;) o.none;",
    "collecting cycles":
      "for (;;) { let a = {}; for (let i = 0; i < 3e4; i++) a = { a, self: null }; a.self = a; }",
    symbols: "for (let i = 0; ; i++) Symbol.for('s' + (i % 1000));",
  }),
];

/** An endless loop of built-ins cut to a few rounds, so that its gas says what they cost. */
export function someRounds({ body }: EndlessCode): string {
  return body
    .replace(/for \(;;\)/g, "for (let round = 0; round < 2; round++)")
    .replace(/for \((let i = [^;]*); ;/g, "for ($1; i < 40;");
}
