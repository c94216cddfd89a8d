import type { JsonObject } from "#core/codec/json.js";
import type { AnyCodec, Field, ScalarKind } from "#core/codec/message.js";

const REFERENCE = "#/components/schemas/";

/** Messages whose JSON is no object of their fields. */
const SPECIAL: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ["google.protobuf.Timestamp", { type: "string", format: "date-time" }],
  ["google.protobuf.Duration", { type: "string", example: "3600s" }],
  [
    "google.protobuf.Any",
    {
      type: "object",
      description: "A message of any type, its fields beside the URL of its type.",
      properties: { "@type": { type: "string" } },
      additionalProperties: true,
      nullable: true,
    },
  ],
]);

/**
 * Schemas of the messages that an OpenAPI document refers to, collected while it is written: of
 * answers, or of bodies, where any field may be null and then has its default (proto3's JSON).
 */
export class Schemas {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #ofBodies: boolean;

  constructor(use: "answers" | "bodies") {
    this.#ofBodies = use === "bodies";
  }

  /** A reference to a message; its schema and those of its fields are added. */
  reference(codec: AnyCodec): JsonObject {
    const special = SPECIAL.get(codec.typeName);
    if (special !== undefined) return special;
    const name = this.#ofBodies ? `${codec.typeName}.body` : codec.typeName;
    if (!this.#schemas.has(name)) this.#add(name, codec);
    return { $ref: REFERENCE + name };
  }

  /** The schema of a field as JSON has it. */
  field(field: Field): JsonObject {
    const single = this.value(field);
    const schema = field.repeated ? { type: "array", items: single } : single;
    if (!this.#ofBodies) return schema;
    return "$ref" in schema ? { allOf: [schema], nullable: true } : { ...schema, nullable: true };
  }

  /** The schema of a field's value, or of one element. */
  value(field: Field): JsonObject {
    if (field.kind !== "message" || field.message === undefined) {
      const scalar = scalarSchema(field);
      return this.#ofBodies && isNumeric(field) ? eitherWay(scalar) : scalar;
    }
    const reference = this.reference(field.message());
    if (field.required || field.repeated || !("$ref" in reference)) return reference;
    return { allOf: [reference], nullable: true };
  }

  /** Every schema, by name. */
  all(): JsonObject {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #add(name: string, { fields }: AnyCodec): void {
    // Before its fields are: messages hold messages of their own kind.
    this.#schemas.set(name, {});
    const properties = fields.map((field) => [field.protoName, this.field(field)] as const);
    this.#schemas.set(name, { type: "object", properties: Object.fromEntries(properties) });
  }
}

/** Kinds whose values are taken as JSON numbers and as texts. */
function isNumeric({ kind, form }: Field): boolean {
  return form !== "dec" && (kind === "enum" || /^(u?int|s?fixed)(32|64)$/.test(kind));
}

function eitherWay(schema: JsonObject): JsonObject {
  const other = schema["type"] === "string" ? "integer" : "string";
  return { anyOf: [schema, { type: other }] };
}

const SCALARS: Readonly<Record<ScalarKind, JsonObject>> = {
  string: { type: "string" },
  bytes: { type: "string", format: "byte", nullable: true },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  uint32: { type: "integer", format: "int64", minimum: 0, maximum: 4_294_967_295 },
  int64: { type: "string", format: "int64" },
  sfixed64: { type: "string", format: "int64" },
  uint64: { type: "string", format: "uint64" },
  fixed64: { type: "string", format: "uint64" },
  enum: { type: "string" },
};

/** The schema of a value without fields; 64-bit integers are texts, as JSON numbers lose digits. */
export function scalarSchema({ kind, form, enumNames }: Field): JsonObject {
  if (form === "dec") return { type: "string", format: "decimal" };
  if (enumNames !== undefined) return { type: "string", enum: enumNames.map(([, name]) => name) };
  return kind === "message" ? { type: "string" } : SCALARS[kind];
}
