import type { JsonObject, JsonValue } from "#core/codec/json.js";

/** Whether a value is an object with members. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows members by name; undefined when one of them is not there. */
export function memberOf(value: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, name) => (isJsonObject(at) ? at[name] : undefined),
    value,
  );
}

/** The text at a path; fails when there is none. */
export function textAt(value: JsonValue | undefined, ...path: string[]): string {
  const found = memberOf(value, ...path);
  if (typeof found !== "string") throw new Error(`the answer has no text at ${path.join(".")}`);
  return found;
}

/** The list at a path; empty when it is null or absent, as Go writes empty lists. */
export function listAt(value: JsonValue | undefined, ...path: string[]): readonly JsonValue[] {
  const found = memberOf(value, ...path);
  return Array.isArray(found) ? found : [];
}
