/** A script, with the modules that it imports and the data that it reads. */
export interface ConformanceScript {
  readonly name: string;
  readonly code: string;
  readonly libraries?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Scripts that reach into every corner of the code engine whose bits or gas could differ: float
 * formatting and functions, sorting, regular expressions, big integers, text, promises, the numbers
 * that authors are given, libraries and data.
 */
export const CONFORMANCE_SCRIPTS: readonly ConformanceScript[] = [
  {
    name: "floats",
    code: `let sum = 0, text = "";
        for (let i = 1; i < 400; i++) {
          const x = i / 7 - 20;
          const terms = [Math.sin(x), Math.cos(x), Math.tan(x), Math.exp(x / 5), Math.log(i),
            Math.pow(i, 0.37), Math.sqrt(i), Math.cbrt(x), Math.atan2(x, i), Math.tanh(x),
            Math.hypot(x, i), Math.log1p(i), Math.expm1(x / 9), Math.fround(x), Math.sinh(x / 8)];
          for (const term of terms) sum += term;
          if (i % 40 === 0) text += terms.join() + ";";
        }
        return sum + " " + text + (0.1 + 0.2) + 1e21 + 5e-324 + (123.456).toFixed(1)
          + (0.000001234).toPrecision(3) + (255.5).toString(7) + parseFloat("1.7976931348623157e308");`,
  },
  {
    name: "nan",
    code: `const f = new Float64Array(1), bits = new BigUint64Array(f.buffer), out = [];
        const g = new Float32Array(1), bits32 = new Uint32Array(g.buffer);
        let zero = 0;
        for (const v of [NaN, zero / zero, -(zero / zero), Math.sqrt(-1), Infinity - Infinity,
          Math.log(-1), 0 % zero, Number("x"), Math.acos(2)]) {
          f[0] = v; g[0] = v; out.push(bits[0].toString(16), bits32[0].toString(16));
        }
        bits[0] = 0xfff8dead0000beefn; f[0] = f[0]; out.push(bits[0].toString(16));
        bits32[0] = 0xffc0beef; g[0] = g[0]; out.push(bits32[0].toString(16));
        return out.join();`,
  },
  {
    name: "sorting",
    code: `const list = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3001);
        const byDigit = [...list].sort((a, b) => (a % 10) - (b % 10));
        const texts = list.map(String).sort();
        const typed = Float32Array.from(list).sort();
        return byDigit.slice(0, 50).join() + texts.slice(99, 140).join() + typed[1234];`,
  },
  {
    name: "text",
    code: `const words = "Straße İstanbul ﬁ \\u{1f600} e\\u0301 naïve".split(" ");
        return words.map((w) => w.toUpperCase() + w.toLowerCase() + w.normalize("NFC") + w.length
          + encodeURIComponent(w) + [...w].reverse().join("")).join("|")
          + "abc".localeCompare("abd") + (1234567.891).toLocaleString() + escape("ü");`,
  },
  {
    name: "regex",
    code: `const text = "lorem ipsum dolor sit amet 2024-05-17 12:30 ".repeat(40);
        return text.match(/\\b\\w{5}\\b/g).length + text.replace(/(\\d+)-(\\d+)/g, "$2/$1").slice(-60)
          + /^(\\w+\\s?)*$/u.test("aaa bbb ccc ddd!") + text.split(/(?<=o)r/).length;`,
  },
  {
    name: "bigint",
    code: `let a = 1n, b = 1n;
        for (let i = 0; i < 700; i++) [a, b] = [b, a + b * 3n];
        return (b % 10n ** 40n).toString() + (b >> 900n).toString(36) + BigInt.asIntN(64, b)
          + (7n ** 300n / 3n ** 200n).toString(16);`,
  },
  {
    name: "objects",
    code: `const rows = Array.from({ length: 300 }, (_, i) => ({ i, ["k" + (i % 13)]: [i, String(i)] }));
        const copy = JSON.parse(JSON.stringify(rows, null, 1));
        const groups = new Map();
        for (const row of copy) groups.set(row.i % 7, (groups.get(row.i % 7) ?? 0) + Object.keys(row).length);
        class Shape { #side = 3; get area() { return this.#side ** 2; } }
        const proxy = new Proxy({}, { get: (_, key) => String(key).length });
        return JSON.stringify([...groups]) + new Shape().area + proxy.hello
          + Object.keys({ b: 1, 2: 0, a: 1, 1: 0 }).join() + typeof globalThis.Date;`,
  },
  {
    name: "promises",
    code: `const order = [];
        const job = async (n) => { for (let i = 0; i < n; i++) { await null; order.push(n + ":" + i); } };
        const all = Promise.all([job(5), job(3), job(4)]);
        const race = Promise.race([new Promise(() => {}), Promise.resolve("first")]);
        const settled = Promise.allSettled([Promise.reject(new Error("no")), 1]);
        return all.then(async () => order.join() + (await race) + (await settled).map((s) => s.status));`,
  },
  {
    name: "numbers",
    code: `const logits = Array.from({ length: 500 }, (_, i) => Math.sin(i * i) * 9);
        const single = Float32Array.from(logits);
        const drawn = Array.from({ length: 40 }, () => aivm.random.choose(logits, 0.8));
        const noise = Array.from({ length: 20 }, () => aivm.random.gumbel());
        const units = logits.map((logit) => aivm.fixed.from(logit, 9));
        const mean = aivm.fixed.divide(units.reduce((a, b) => a + b), 500_000_000_000n, 9);
        return [aivm.argmax(single), aivm.topK(logits, 25).join(), aivm.softmax(logits).slice(0, 40).join(),
          aivm.softmax(single, 3).slice(0, 40).join(), drawn.join(), noise.join(), mean,
          aivm.fixed.to(aivm.fixed.multiply(mean, units[7], 9), 9)].join(";");`,
  },
  {
    name: "files",
    code: `return import("lib:words").then(({ default: split }) => {
          const bytes = aivm.data("verse");
          const words = split(aivm.text("verse"));
          return [bytes.length, bytes.reduce((a, b) => (a * 31 + b) >>> 0, 7), words.length, words.sort().join("|")].join();
        });`,
    libraries: {
      words: `import { SIGN } from "lib:signs"; export default (text) => text.split(SIGN).filter((word) => word !== "");`,
      signs: `export const SIGN = /[^\\p{L}\\p{So}]+/u;`,
    },
    data: { verse: "Straße und Ährenfeld – naïve 😀 Verse, zwölf an der Zahl. ".repeat(40) },
  },
];
