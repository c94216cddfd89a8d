import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { constantRandom, newRealm } from "#test/harness/sandboxRealm.js";

/**
 * Walks every object that code can reach without its input, each once, and lists the names of its
 * properties. Functions' own length, name and prototype go without saying.
 */
const WALK = `
export function infer() {
  const label = (key) => typeof key === "symbol" ? "@@" + key.description.replace("Symbol.", "") : key;
  const unsaid = ["length", "name", "prototype"];
  const rows = [], seen = new Set([globalThis]), queue = [["globalThis", globalThis]];
  const visit = (path, value) => {
    if (Object(value) !== value || seen.has(value)) return;
    seen.add(value);
    queue.push([path, value]);
  };
  const syntax = {
    "function*": function* () {}, "async function": async () => {}, "async function*": async function* () {},
  };
  for (const [name, value] of Object.entries(syntax)) visit(name, Object.getPrototypeOf(value));
  for (const [name, make] of Object.entries({
    "array iterator": () => [][Symbol.iterator](), "map iterator": () => new Map().keys(),
    "set iterator": () => new Set().keys(), "string iterator": () => ""[Symbol.iterator](),
    "pattern iterator": () => "".matchAll(/x/g), "iterator helper": () => [].values().map((x) => x),
    "wrapped iterator": () => Iterator.from({ next() {} }), "arguments": () => (function () { return arguments; })(),
  })) visit(name, Object.getPrototypeOf(make()));
  visit("error", Object.getOwnPropertyDescriptors(new Error("x")));
  for (let at = 0; at < queue.length; at++) {
    const [path, object] = queue[at];
    const keys = Reflect.ownKeys(object);
    const said = keys.filter((key) => typeof object !== "function" || !unsaid.includes(key));
    if (said.length > 0) rows.push(path + ": " + said.map(label).sort().join(" "));
    const prefix = path === "globalThis" ? "" : path + ".";
    for (const key of keys) {
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key);
      visit(prefix + label(key), value);
      visit(prefix + "get " + label(key), get);
      visit(prefix + "set " + label(key), set);
    }
    visit("prototype of " + path, Reflect.getPrototypeOf(object));
  }
  return { text: rows.join("\\n") };
}`;

describe("the realm", () => {
  it("holds what docs/spec/sandbox.md lists, and nothing else", () => {
    const event = newRealm(WALK).start([[]], constantRandom);
    const walked = event.kind === "done" ? fromUtf8(event.outputs[0]!.data) : event;
    const spec = readFileSync(join(packageRoot(), "docs", "spec", "sandbox.md"), "utf8");
    const listed = /```realm\n([\s\S]*?)\n```/.exec(spec)?.[1];
    expect(walked).toBe(listed);
  });

  it("has no way to learn about the machine", () => {
    const absent =
      "Date performance process require console Intl WeakRef FinalizationRegistry Atomics " +
      "SharedArrayBuffer setTimeout fetch WebAssembly navigator crypto queueMicrotask gc std os";
    const code = `export const infer = () => ({
      text: ${JSON.stringify(absent.split(" "))}.filter((name) => name in globalThis).join() + typeof Math.random,
    });`;
    const event = newRealm(code).start([[]], constantRandom);
    expect(event.kind === "done" && fromUtf8(event.outputs[0]!.data)).toBe("undefined");
  });
});
