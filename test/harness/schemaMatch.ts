import type { JsonObject, JsonValue } from "#core/codec/json.js";

type Schemas = Readonly<Record<string, JsonObject>>;

/**
 * Where JSON differs from a schema of the OpenAPI description, as a dotted path and what is wrong;
 * undefined when it fits. Members that the schema does not name are wrong unless it allows others.
 */
export function schemaMismatch(
  json: JsonValue | undefined,
  schema: JsonObject,
  schemas: Schemas,
): string | undefined {
  return differenceAt("", json, { schema, schemas });
}

interface Place {
  readonly schema: JsonObject;
  readonly schemas: Schemas;
}

function differenceAt(
  path: string,
  json: JsonValue | undefined,
  { schema, schemas }: Place,
): string | undefined {
  const { $ref: reference, allOf, nullable, type } = schema;
  if (json === null) return nullable === true ? undefined : `${path}: null`;
  const inner = Array.isArray(allOf) ? (allOf[0] as JsonObject) : undefined;
  if (inner !== undefined) return differenceAt(path, json, { schema: inner, schemas });
  if (typeof reference === "string") {
    const found = schemas[reference.split("/").at(-1) ?? ""];
    if (found === undefined) return `${path}: no schema ${reference}`;
    return differenceAt(path, json, { schema: found, schemas });
  }
  if (type === "array") return elements(path, json, { schema, schemas });
  if (type === "object") return members(path, json, { schema, schemas });
  return scalar(path, json, schema);
}

function elements(path: string, json: JsonValue | undefined, place: Place): string | undefined {
  if (!Array.isArray(json)) return `${path}: not a list`;
  const schema = place.schema["items"] as JsonObject;
  return json
    .map((one, index) => differenceAt(`${path}.${index}`, one, { ...place, schema }))
    .find((found) => found !== undefined);
}

function members(path: string, json: JsonValue | undefined, place: Place): string | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return `${path}: not an object`;
  }
  const { properties = {}, additionalProperties } = place.schema;
  const known = properties as Record<string, JsonObject>;
  return Object.entries(json)
    .map(([name, value]) => {
      const schema = known[name];
      if (schema !== undefined) return differenceAt(`${path}.${name}`, value, { ...place, schema });
      return additionalProperties === true ? undefined : `${path}.${name}: not described`;
    })
    .find((found) => found !== undefined);
}

const TYPES: Readonly<Record<string, string>> = {
  string: "string",
  boolean: "boolean",
  integer: "number",
};

function scalar(
  path: string,
  json: JsonValue | undefined,
  { type, enum: names, format }: JsonObject,
): string | undefined {
  const told = JSON.stringify(json);
  const expected = typeof type === "string" ? type : "";
  if (typeof json !== TYPES[expected]) return `${path}: ${told} is no ${expected}`;
  if (Array.isArray(names) && !names.includes(json as string)) {
    return `${path}: ${told} is not one of the names`;
  }
  const isNumber = format === "int64" || format === "uint64";
  if (isNumber && !/^"?-?[0-9]+"?$/.test(told)) return `${path}: ${told} is no number`;
  return undefined;
}
