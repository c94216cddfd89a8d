import { MANIFEST_FORMAT } from "../manifest.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "../engines.js";

/** One directive of the Aivmfile: what the parser admits and what the page about it says. */
export interface Directive {
  readonly keyword: string;
  /** What follows the keyword; `<…>` stands for a word, `[…]` may be left out. */
  readonly form: string;
  readonly presence: "required" | "optional";
  readonly repeats: boolean;
  /** What holds without the directive; empty where it is required or nothing does. */
  readonly otherwise: string;
  readonly meaning: string;
  readonly example: string;
  /** Fields of the manifest that it writes, as errors name them. */
  readonly fields: readonly string[];
}

const ENGINE_TEXT = `${MODEL_ENGINE.name}/${MODEL_ENGINE.version}`;

const fieldPaths = (list: string): readonly string[] =>
  ["", "[].name", "[].shape", "[].shape[]", "[].max_bytes", "[].allow_non_finite"].map(
    (path) => `${list}${path}`,
  );

const required = { presence: "required", repeats: false, otherwise: "" } as const;
const optional = { presence: "optional", repeats: false, otherwise: "" } as const;

/** Every directive, in the order in which a tidy Aivmfile has them. */
export const DIRECTIVES: readonly Directive[] = [
  {
    ...required,
    keyword: "AIVM",
    form: `${MANIFEST_FORMAT}`,
    meaning: "version of this format; must be the first directive",
    example: `AIVM ${MANIFEST_FORMAT}`,
    fields: ["format"],
  },
  {
    ...required,
    keyword: "NAME",
    form: "<name>",
    meaning: "name of the kernel, by which people ask it",
    example: "NAME digits",
    fields: ["name"],
  },
  {
    ...required,
    keyword: "ENGINE",
    form: `${ENGINE_TEXT} | ${NATIVE_ENGINE.name}/${NATIVE_ENGINE.version}`,
    meaning: `runtime of the models, pinned to the hash of its binary; the native one is faster, gives other last bits on other processors, and wants AGGREGATE distribution; the code's is \`${CODE_ENGINE.name}/${CODE_ENGINE.version}\``,
    example: `ENGINE ${ENGINE_TEXT}`,
    fields: ["model_engine"],
  },
  {
    ...optional,
    repeats: true,
    keyword: "MODEL",
    form: "<name> <file> [adapter <file>]",
    meaning:
      "an ONNX file, and the name by which `aivm.run` knows it. An adapter is added to its weights when it is loaded; the model is then one of BASE's",
    example: "MODEL net model.onnx",
    fields: ["models", "models[].name"],
  },
  {
    ...optional,
    keyword: "BASE",
    form: "<version id>",
    meaning: "the version whose models the adapters change; it is a parent of this one, too",
    example: `BASE ${"b2".repeat(32)}`,
    fields: ["base_version_id"],
  },
  {
    ...required,
    keyword: "INFER",
    form: "<file>",
    meaning: "the module that exports `infer(input, aivm)`",
    example: "INFER infer.js",
    fields: [],
  },
  {
    ...optional,
    repeats: true,
    keyword: "LIBRARY",
    form: "<name> <file>",
    meaning: "a module that inference and aggregation code import as `lib:<name>`",
    example: "LIBRARY tokenizer tokenizer.js",
    fields: ["libraries", "libraries[].name"],
  },
  {
    ...optional,
    repeats: true,
    keyword: "DATA",
    form: "<name> <file>",
    meaning:
      "bytes that inference code reads by `aivm.data(name)`, or as text by `aivm.text(name)`",
    example: "DATA vocabulary vocabulary.json",
    fields: ["data", "data[].name"],
  },
  {
    ...optional,
    keyword: "AGGREGATE",
    form: "exact | distribution epsilon=<tolerance> | code <file> gas <number>",
    otherwise: "exact",
    meaning:
      "how the members' results become one: by equality; by nearness, where int32 outputs are vectors of millionths that may differ by the tolerance (half the sum of absolute differences, the total variation of probabilities) and every other output is equal; or by a module that exports `aggregate(reveals, aivm)`",
    example: "AGGREGATE code aggregate.js gas 20_000_000",
    fields: ["aggregation.kind", "aggregation.gas_limit"],
  },
  {
    ...required,
    repeats: true,
    keyword: "INPUT",
    form: "<name> <type> [nonfinite]",
    meaning: "a field of the input",
    example: "INPUT image uint8[1,64]",
    fields: fieldPaths("inputs"),
  },
  {
    ...required,
    repeats: true,
    keyword: "OUTPUT",
    form: "<name> <type> [nonfinite]",
    meaning: "a field of the output",
    example: "OUTPUT scores float32[1,10]",
    fields: fieldPaths("outputs"),
  },
  {
    ...optional,
    keyword: "SEED",
    form: "none | fixed <number> | beacon | member",
    otherwise: "none",
    meaning:
      "the randomness of `aivm.random`: zeros, a number, the chain's for the request, or that with the member's seat",
    example: "SEED beacon",
    fields: ["seed.kind"],
  },
  {
    ...required,
    keyword: "LIMIT",
    form: "gas <number> memory <size> output <size>",
    meaning: "bounds of one execution; exceeding one is a failure of the kernel",
    example: "LIMIT gas 50_000_000 memory 32MiB output 1KiB",
    fields: ["limits.gas", "limits.memory_bytes", "limits.output_bytes"],
  },
  {
    ...optional,
    repeats: true,
    keyword: "BUCKET",
    form: "<input>=<extents>... gas <number>",
    meaning:
      "a smaller bound of the inputs with a gas of its own, which is charged and which an execution may take. It names every input with an axis that is not fixed, or of string or bytes, with the largest extent of each such axis or the most bytes. An input belongs to the first bucket that it fits; what fits none is charged the gas of LIMIT. Every bucket, and what is beyond them, needs a test vector",
    example: "BUCKET image=4 gas 20_000_000",
    fields: ["buckets", "buckets[].extents", "buckets[].extents[]", "buckets[].gas"],
  },
  {
    ...required,
    keyword: "COMMITTEE",
    form: "<seats> of <least>..<most>",
    meaning: "validators that run a request: the number wanted and the numbers that will do",
    example: "COMMITTEE 4 of 1..16",
    fields: ["committee.minimum", "committee.target", "committee.maximum"],
  },
  {
    ...optional,
    keyword: "HARDWARE",
    form: "cpu",
    otherwise: "cpu",
    meaning: "what the kernel needs; `cpu` is what the sandbox can guarantee",
    example: "HARDWARE cpu",
    fields: ["hardware"],
  },
  {
    ...required,
    repeats: true,
    keyword: "TEST",
    form: "<file>...",
    meaning: "test vectors; `*` in the last part of a path stands for anything",
    example: "TEST vectors/*.json",
    fields: ["test_vectors"],
  },
  {
    ...required,
    keyword: "LICENSE",
    form: "<SPDX expression>",
    meaning: "what others may do with the kernel",
    example: "LICENSE Apache-2.0",
    fields: ["license"],
  },
  {
    ...optional,
    keyword: "PRICE",
    form: "<price>",
    otherwise: "0unes",
    meaning: "the author's price of one execution, on top of the protocol's",
    example: "PRICE 0.002NES",
    fields: ["price"],
  },
  {
    ...optional,
    repeats: true,
    keyword: "PARENT",
    form: "<version id>",
    meaning:
      "a version that this one derives from; not part of the manifest, but of the version's id. Without it a version derives from the kernel's head",
    example: `PARENT ${"a1".repeat(32)}`,
    fields: [],
  },
  {
    ...optional,
    keyword: "DESCRIPTION",
    form: "<text>",
    meaning: "one line for lists and forms",
    example: "DESCRIPTION Reads one handwritten digit",
    fields: ["description"],
  },
];

/** The directive of a keyword; undefined when there is none. */
export function findDirective(keyword: string): Directive | undefined {
  return DIRECTIVES.find((directive) => directive.keyword === keyword);
}

/** How a line with this keyword is written: `MODEL <name> <file>`. */
export function formOf(keyword: string): string {
  const directive = findDirective(keyword);
  return directive === undefined ? keyword : `${keyword} ${directive.form}`;
}
