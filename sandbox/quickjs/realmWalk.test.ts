import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { constantRandom, newRealm } from "#test/harness/sandboxRealm.js";

/**
 * Walks every object that code can reach but its input, each once, and lists the names of its
 * properties. Functions' own length, name and prototype go without saying.
 */
const WALK = `
export function infer(input, aivm) {
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
  visit("aivm", aivm);
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
    const listed = /```realm\n([\s\S]*?)\n```/.exec(specification())?.[1];
    expect(walked).toBe(listed);
  });

  const table = readTable();

  it("has the globals of the table, and none that the table does not list", () => {
    const found = evaluate("Object.getOwnPropertyNames(globalThis).sort().join()");
    const listed = table.filter(({ state, name }) => state !== "removed" && !name.includes("."));
    expect(found).toBe(
      listed
        .map(({ name }) => name)
        .sort()
        .join(),
    );
  });

  it("has nothing that the table says is removed", () => {
    const removed = table.filter(({ state }) => state === "removed").map(({ name }) => name);
    expect(removed).toContain("Math.random");
    const present = removed.map((name) => {
      const at = name.lastIndexOf(".");
      const holder = at < 0 ? "globalThis" : name.slice(0, at);
      return `${JSON.stringify(name.slice(at + 1))} in ${holder} ? ${JSON.stringify(name)} : ""`;
    });
    expect(evaluate(`[${present.join()}].join("")`)).toBe("");
  });

  it("is told apart from every global of a full JavaScript engine", () => {
    const ofV8 = runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[];
    const names = new Set(table.map(({ name }) => name));
    expect(ofV8.filter((name) => !names.has(name))).toEqual([]);
  });

  it("gives each of its globals a state and a reason", () => {
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    for (const { state, why } of table) {
      expect(["kept", "altered", "removed"]).toContain(state);
      expect(why.length).toBeGreaterThan(5);
    }
  });
});

interface Row {
  readonly name: string;
  readonly state: string;
  readonly why: string;
}

/** The specification's table of globals, one entry for each name. */
function readTable(): Row[] {
  const rows = /\| globals \| state \| why \|\n.*\n((?:\|.*\n)*)/.exec(specification())?.[1] ?? "";
  return rows.split("\n").flatMap((row) => {
    const [, names = "", state = "", why = ""] = row.split("|").map((cell) => cell.trim());
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => ({ name, state, why }));
  });
}

function specification(): string {
  return readFileSync(join(packageRoot(), "docs", "spec", "sandbox.md"), "utf8");
}

/** The text of an expression in a realm. */
function evaluate(expression: string): string | undefined {
  const realm = newRealm(`export const infer = () => ({ text: ${expression} });`);
  const event = realm.start([[]], constantRandom);
  return event.kind === "done" ? fromUtf8(event.outputs[0]!.data) : undefined;
}
