import { MAX_BUCKETS } from "../buckets.js";
import { MAX_VECTOR_NUMBERS } from "../distribution.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "../engines.js";
import {
  type ManifestBounds,
  MAX_DESCRIPTION_LENGTH,
  MAX_MODELS,
  MEMORY_PAGE_BYTES,
  MIN_MEMORY_BYTES,
} from "../manifest.js";
import { MAX_DATA, MAX_LIBRARIES } from "../namedFiles.js";
import { MAX_EXTENT, MAX_FIELDS, MAX_RANK } from "../schema.js";

const MODEL_ENGINES = [MODEL_ENGINE.name, NATIVE_ENGINE.name];

/** What an author writes so that a field of the manifest keeps its rule, in one sentence. */
export type ManifestRule = (bounds: ManifestBounds) => string;

const NAME_RULE: ManifestRule = () =>
  "write 3 to 64 of a-z, 0-9 and single dashes, beginning with a letter and not ending with a dash";
const IDENTIFIER_RULE: ManifestRule = () =>
  "write at most 32 of a-z, 0-9 and _, beginning with a letter, and another name than the others'";
const SEATS_RULE: ManifestRule = ({ maxCommittee }) =>
  `write COMMITTEE seats of least..most with 1 <= least <= seats <= most <= ${maxCommittee}`;

function schemaRules(
  list: "inputs" | "outputs",
  largest: (bounds: ManifestBounds) => bigint,
): ReadonlyArray<readonly [string, ManifestRule]> {
  return [
    [
      list,
      (bounds) =>
        `declare 1 to ${MAX_FIELDS} fields that take at most ${largest(bounds)} bytes together when each is at its largest`,
    ],
    [`${list}[].name`, IDENTIFIER_RULE],
    [`${list}[].shape`, () => `write at most ${MAX_RANK} extents`],
    [`${list}[].shape[]`, () => `write extents of 1 to ${MAX_EXTENT}, ranges from small to large`],
    [`${list}[].max_bytes`, () => "write a size of 1 byte or more"],
    [`${list}[].allow_non_finite`, () => "leave nonfinite to float32 and float64"],
  ];
}

const RULES: ReadonlyMap<string, ManifestRule> = new Map<string, ManifestRule>([
  ["name", NAME_RULE],
  ["model_engine", ({ engines }) => `write an engine that the chain runs: ${names(engines)}`],
  ["models", () => `keep to ${MAX_MODELS} models`],
  ["models[].name", IDENTIFIER_RULE],
  [
    "model_engine.name",
    () =>
      `write AGGREGATE distribution and no BUCKET, or ENGINE ${MODEL_ENGINE.name}/${MODEL_ENGINE.version}`,
  ],
  [
    "aggregation.kind",
    () =>
      `declare an int32 tensor of fixed shape as an OUTPUT, and at most ${MAX_VECTOR_NUMBERS} numbers in all of them: they are compared in millionths`,
  ],
  [
    "outputs[].data_type",
    () =>
      "write int32 and give millionths, which are compared by distance, or another type but a float, which must be equal",
  ],
  ["base_version_id", () => "write BASE exactly when a MODEL has an adapter"],
  ["libraries", () => `keep to ${MAX_LIBRARIES} libraries`],
  ["libraries[].name", IDENTIFIER_RULE],
  ["data", () => `keep to ${MAX_DATA} files of data`],
  ["data[].name", IDENTIFIER_RULE],
  ["aggregation.gas_limit", ({ maxGas }) => `write a gas limit of 1 to ${maxGas}`],
  ...schemaRules("inputs", ({ maxInputBytes }) => maxInputBytes),
  ...schemaRules("outputs", ({ maxOutputBytes }) => maxOutputBytes),
  ["seed.kind", () => "write SEED member only together with AGGREGATE code"],
  ["limits.gas", ({ maxGas }) => `write a gas limit of 1 to ${maxGas}`],
  [
    "limits.memory_bytes",
    ({ maxMemoryBytes }) =>
      `write a multiple of ${MEMORY_PAGE_BYTES / 1_024n}KiB from ${mebibytes(MIN_MEMORY_BYTES)} to ${mebibytes(maxMemoryBytes)}`,
  ],
  ["limits.output_bytes", ({ maxOutputBytes }) => `write 1B to ${maxOutputBytes}B`],
  ["buckets", () => `keep to ${MAX_BUCKETS} buckets`],
  [
    "buckets[].extents",
    () =>
      "order buckets from the smallest: each has an extent less than the next one's and none larger, the last one so compared with the inputs",
  ],
  [
    "buckets[].extents[]",
    () => "write an extent that the input may have; of a string or bytes 1 or more",
  ],
  [
    "buckets[].gas",
    () => "write 1 or more, less than the next bucket's, and less than the gas of LIMIT",
  ],
  ["committee.minimum", SEATS_RULE],
  ["committee.target", SEATS_RULE],
  ["committee.maximum", SEATS_RULE],
  ["hardware", () => "write HARDWARE cpu"],
  [
    "test_vectors",
    ({ maxTestVectors }) => `name 1 to ${maxTestVectors} files; patterns count what fits them`,
  ],
  [
    "license",
    () => "write 1 to 64 letters, digits, blanks and . + - ( ), such as Apache-2.0 OR MIT",
  ],
  ["price", () => "write less than 2^64 unes"],
  ["description", () => `write at most ${MAX_DESCRIPTION_LENGTH} characters`],
]);

/** Fields that have a rule, without indices. */
export const RULED_FIELDS: readonly string[] = [...RULES.keys()];

/**
 * The rule of a field, by its path with or without indices; undefined when an Aivmfile cannot break
 * it.
 */
export function ruleOf(field: string, bounds: ManifestBounds): string | undefined {
  return RULES.get(field.replaceAll(/\[[0-9]+\]/g, "[]"))?.(bounds);
}

function mebibytes(bytes: bigint): string {
  return `${bytes >> 20n}MiB`;
}

function names(engines: readonly string[]): string {
  return engines
    .filter((engine) => MODEL_ENGINES.some((name) => engine.startsWith(`${name}/`)))
    .map((engine) => engine.slice(0, engine.lastIndexOf("/")))
    .join(", ");
}
