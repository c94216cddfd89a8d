import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { AnyCodec, Field } from "#core/codec/message.js";
import { DIRECTIVES } from "#modules/kernel/types/aivmfile/directives.js";
import { MAX_BUCKETS } from "#modules/kernel/types/buckets.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import {
  ENGINE_VERSION,
  KERNEL_NAME,
  LICENSE,
  MANIFEST_FORMAT,
  MAX_DESCRIPTION_LENGTH,
  MAX_MODELS,
} from "#modules/kernel/types/manifest.js";
import { MAX_DATA, MAX_LIBRARIES } from "#modules/kernel/types/namedFiles.js";
import { IDENTIFIER, MAX_FIELDS, MAX_RANK } from "#modules/kernel/types/schema.js";

/** A JSON schema, as much of it as this one needs. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The file that this tool writes. */
export const MANIFEST_SCHEMA = new URL("../../docs/spec/manifest.schema.json", import.meta.url);

const DIGEST_PATTERN = "^[A-Za-z0-9+/]{43}=$";
const DIGEST: JsonSchema = { pattern: DIGEST_PATTERN };
const UINT64 = "^(0|[1-9][0-9]{0,19})$";

/** What the code demands beyond the types of the fields, by their paths. */
const RULES: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  ["format", { const: MANIFEST_FORMAT }],
  ["name", { pattern: KERNEL_NAME.source, minLength: 3, maxLength: 64 }],
  ["model_engine.name", { enum: [MODEL_ENGINE.name, NATIVE_ENGINE.name] }],
  ["model_engine.version", { pattern: ENGINE_VERSION.source }],
  ["model_engine.binary_sha256", DIGEST],
  ["code_engine.name", { const: CODE_ENGINE.name }],
  ["code_engine.version", { pattern: ENGINE_VERSION.source }],
  ["code_engine.binary_sha256", DIGEST],
  ["models", { maxItems: MAX_MODELS }],
  ["models[].name", { pattern: IDENTIFIER.source }],
  ["models[].digest", DIGEST],
  ["models[].adapter_digest", { pattern: `^$|${DIGEST_PATTERN}` }],
  ["base_version_id", { pattern: `^$|${DIGEST_PATTERN}` }],
  ["libraries", { maxItems: MAX_LIBRARIES }],
  ["libraries[].name", { pattern: IDENTIFIER.source }],
  ["libraries[].digest", DIGEST],
  ["data", { maxItems: MAX_DATA }],
  ["data[].name", { pattern: IDENTIFIER.source }],
  ["data[].digest", DIGEST],
  ["inference_code_digest", DIGEST],
  ["aggregation.kind", { not: { const: "AGGREGATION_KIND_UNSPECIFIED" } }],
  ["aggregation.epsilon_millionths", { pattern: "^(0|[1-9][0-9]{0,5})$" }],
  ["aggregation.code_digest", { pattern: `^$|${DIGEST_PATTERN}` }],
  ...["inputs", "outputs"].flatMap((list): Array<[string, JsonSchema]> => [
    [list, { minItems: 1, maxItems: MAX_FIELDS }],
    [`${list}[].name`, { pattern: IDENTIFIER.source }],
    [`${list}[].data_type`, { not: { const: "DATA_TYPE_UNSPECIFIED" } }],
    [`${list}[].shape`, { maxItems: MAX_RANK }],
  ]),
  ["buckets", { maxItems: MAX_BUCKETS }],
  ["buckets[].extents", { minItems: 1 }],
  ["seed.kind", { not: { const: "SEED_KIND_UNSPECIFIED" } }],
  ["committee.target", { minimum: 1 }],
  ["committee.minimum", { minimum: 1 }],
  ["committee.maximum", { minimum: 1 }],
  ["hardware", { const: "cpu" }],
  ["test_vectors", { minItems: 1 }],
  ["test_vectors[]", DIGEST],
  ["license", { pattern: LICENSE.source }],
  ["price", { pattern: UINT64 }],
  ["description", { maxLength: MAX_DESCRIPTION_LENGTH }],
]);

/** Paths of rules that no field has: a mistake of this table. */
export function unusedRules(): string[] {
  const used = new Set<string>();
  messageSchema(Manifest, "", used);
  return [...RULES.keys()].filter((path) => !used.has(path));
}

/** The schema of a manifest's JSON: `manifest.json` of a bundle, and what queries answer. */
export function manifestSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Manifest of a kernel",
    description:
      "The JSON form of aivm.kernel.v1.Manifest: 64-bit integers are decimal strings, bytes base64, enums names. Made by tools/aivmfile/main.ts from the descriptor and the rules of the code; bounds that are parameters of the chain are not in it.",
    ...messageSchema(Manifest, "", new Set()),
  };
}

function messageSchema({ fields }: AnyCodec, at: string, used: Set<string>): JsonSchema {
  const properties = fields.map((field) => {
    const path = at === "" ? field.protoName : `${at}.${field.protoName}`;
    return [field.protoName, fieldSchema(field, path, used)] as const;
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.map(({ protoName }) => protoName),
    additionalProperties: false,
  };
}

function fieldSchema(field: Field, path: string, used: Set<string>): JsonSchema {
  const element = (place: string): JsonSchema => ({
    ...valueSchema(field, place, used),
    ...rule(place, used),
  });
  const described = describe(path);
  if (!field.repeated) return { ...described, ...element(path) };
  return { ...described, type: "array", items: element(`${path}[]`), ...rule(path, used) };
}

function rule(path: string, used: Set<string>): JsonSchema {
  used.add(path);
  return RULES.get(path) ?? {};
}

function describe(path: string): JsonSchema {
  const directive = DIRECTIVES.find(({ fields }) => fields.includes(path));
  if (directive === undefined) return {};
  return { description: `${directive.keyword} ${directive.form}: ${directive.meaning}` };
}

const INTEGER = { type: "string", pattern: UINT64 } as const;

const SCALARS: Readonly<Record<Exclude<Field["kind"], "message" | "enum">, JsonSchema>> = {
  bool: { type: "boolean" },
  int32: { type: "integer" },
  uint32: { type: "integer", minimum: 0, maximum: 0xffff_ffff },
  int64: INTEGER,
  uint64: INTEGER,
  fixed64: INTEGER,
  sfixed64: INTEGER,
  bytes: { type: "string", contentEncoding: "base64" },
  string: { type: "string" },
};

function valueSchema(field: Field, path: string, used: Set<string>): JsonSchema {
  const { kind, enumNames = [], message } = field;
  if (kind === "enum") return { enum: enumNames.map(([, name]) => name) };
  if (kind !== "message") return SCALARS[kind];
  return message === undefined ? {} : messageSchema(message(), path, used);
}
