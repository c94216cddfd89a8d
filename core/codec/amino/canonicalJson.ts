import { compareText } from "#core/primitives/sorted.js";
import type { JsonObject, JsonValue } from "../json.js";

/**
 * JSON text as the Cosmos SDK signs it: members in order of their names at every depth, no spaces,
 * strings escaped as Go's encoder (1.22 and later) escapes them. Numbers must be integers.
 */
export function canonicalJson(json: JsonValue): string {
  if (typeof json === "string") return `"${json.replace(ESCAPED, escape)}"`;
  if (typeof json !== "object" || json === null) return String(json);
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join(",")}]`;
  const members = memberNames(json).map((name) => {
    const value = canonicalJson(json[name] ?? null);
    return `${canonicalJson(name)}:${value}`;
  });
  return `{${members.join(",")}}`;
}

function memberNames(json: JsonObject): string[] {
  const names = Reflect.ownKeys(json).filter((name) => typeof name === "string");
  return names.sort(compareText);
}

/** What may not stand in a JSON string, and what Go escapes so that JSON may stand in HTML. */
const ESCAPED = /["\\\u0000-\u001f<>&\u2028\u2029]/g;

const SHORT = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escape(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, "0");
  return SHORT.get(character) ?? `\\u${code}`;
}
