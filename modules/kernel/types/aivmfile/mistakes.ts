import { type ErrorDetail, type ErrorFactory } from "#core/primitives/errors.js";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { elementTypeNames, findElementType } from "../dataTypes.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "../engines.js";
import { aivmfileDirective, aivmfileSyntax } from "../errors.js";
import { MANIFEST_FORMAT } from "../manifest.js";

/** Where something stands in an Aivmfile; both count from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One way to write an Aivmfile wrongly; `{…}` in its sentences is a fact of the case. */
export interface Mistake {
  /** The error that it is: of syntax (`kernel/10`), or of directives (`kernel/11`). */
  readonly error: ErrorFactory;
  readonly problem: string;
  readonly fix: string;
}

const TYPES = elementTypeNames()
  .filter((name) => name !== typeName(DataType.STRING) && name !== typeName(DataType.BYTES))
  .join(", ");

const syntax = (problem: string, fix: string): Mistake => ({ error: aivmfileSyntax, problem, fix });
const directive = (problem: string, fix: string): Mistake => ({
  error: aivmfileDirective,
  problem,
  fix,
});

/** Longest Aivmfile in UTF-16 units: far beyond any use, and small enough to read at once. */
export const MAX_AIVMFILE_LENGTH = 65_536;

/** Every mistake that the parser finds; the page `docs/spec/aivmfile.md` shows each. */
export const MISTAKES = {
  tooLong: syntax(
    `the file goes on after ${MAX_AIVMFILE_LENGTH} characters`,
    "shorten it; TEST takes patterns such as vectors/*.json",
  ),
  character: syntax(
    "the character {found} is not allowed",
    "save the file as UTF-8 and put plain spaces between words",
  ),
  wordMissing: syntax("{expected} is missing", "write the line as {form}"),
  wordExtra: syntax(
    "{found} is one word too many",
    "remove it, or put # in front to make it a comment; the line is {form}",
  ),
  wordOther: syntax("{found} stands where {expected} should", "write the line as {form}"),
  format: syntax("the format {found} is not known", `write AIVM ${MANIFEST_FORMAT}`),
  engine: syntax(
    "{found} is not an engine that validators run",
    `write ENGINE ${MODEL_ENGINE.name}/${MODEL_ENGINE.version}, or with AGGREGATE distribution ${NATIVE_ENGINE.name}/${NATIVE_ENGINE.version}`,
  ),
  aggregation: syntax(
    "{found} is no way to aggregate",
    "write exact, or distribution with a tolerance, or code with a file and a gas limit",
  ),
  epsilon: syntax(
    "{found} is not a tolerance",
    "write epsilon= and a number above 0 and below 1 with at most six decimals, such as epsilon=0.01",
  ),
  seed: syntax("{found} is no kind of seed", "write none, fixed and a number, beacon, or member"),
  number: syntax(
    "{found} is not a whole number below 2^64",
    "write digits, with an underscore between two of them where it helps, such as 50_000_000",
  ),
  size: syntax(
    "{found} is not a size",
    "write a whole number with B, KiB, MiB or GiB, such as 32MiB",
  ),
  price: syntax(
    "{found} is not a price",
    "write NES with at most six decimals, such as 0.002NES, or whole unes, such as 2000unes",
  ),
  type: syntax(
    "{found} is not a type",
    `write ${TYPES} with its shape, such as float32[1,64], or string<=256, or bytes<=1KiB`,
  ),
  unbounded: syntax("{found} has no largest size", "write it with one, such as {type}<=256"),
  range: syntax("{found} is not a range", "write one number, or two with two dots, such as 1..16"),
  seats: syntax("{found} is too many seats", "write numbers below 65536"),
  file: syntax(
    "{found} is not a file of the kernel's folder",
    "write a path within the folder, with / between its parts and without .. or *",
  ),
  pattern: syntax(
    "{found} is not a file or pattern of the kernel's folder",
    "write a path within the folder, with * in its last part alone, such as vectors/*.json",
  ),
  code: syntax(
    "{found} is no module of JavaScript or TypeScript",
    "name a file that ends in .js, .mjs, .ts or .mts; JSX and require() are not for kernels",
  ),
  parent: syntax(
    "{found} is not the id of a version",
    "write its 64 hex digits in lower case, as `aivmd kernel inspect` shows them",
  ),
  extents: syntax(
    "{found} is not an input with its extents",
    "write its name, =, and the largest extent of each axis that is not fixed, such as tokens=32 or image=64x64; of a string or bytes the most bytes",
  ),
  extentCount: syntax(
    "{found} does not have one extent for each axis that is not fixed",
    "write as many as the bound has, which is {expected}",
  ),
  notBounded: directive(
    "{found} is no INPUT with an axis that is not fixed",
    "leave it out, or declare it with a range such as int64[1,1..512]",
  ),
  sameExtents: directive("{found} stands twice in this line", "keep one of the two"),
  extentsMissing: directive(
    "this bucket does not bound {found}",
    "add its largest extents; without them the bound would be {expected}",
  ),
  first: directive("{found} stands before AIVM", `begin the file with AIVM ${MANIFEST_FORMAT}`),
  unknown: directive("{found} is not a directive", "{advice}"),
  repeated: directive("{found} was given before, in line {before}", "keep one of the two lines"),
  sameModel: directive(
    "a model {found} was given before, in line {before}",
    "give each MODEL a name of its own",
  ),
  sameFile: directive(
    "a {keyword} {found} was given before, in line {before}",
    "give each {keyword} a name of its own",
  ),
  sameParent: directive(
    "this parent was given before, in line {before}",
    "keep one of the two lines",
  ),
  missing: directive("{found} is missing", "add a line such as {example}"),
} as const satisfies Readonly<Record<string, Mistake>>;

/** Names of the mistakes. */
export type MistakeName = keyof typeof MISTAKES;

/** The error of a mistake at a place; the facts fill its sentences. */
export function mistakeAt(place: Place, name: MistakeName, facts: ErrorDetail = {}): Error {
  const { error, problem, fix }: Mistake = MISTAKES[name];
  const { line, column } = place;
  const sentences = { problem: filled(problem, facts), fix: filled(fix, facts) };
  return error({ line, column, mistake: name, ...sentences });
}

function filled(sentence: string, facts: ErrorDetail): string {
  return sentence.replace(/\{([a-z]+)\}/g, (_whole, name: string) => {
    const fact = String(facts[name] ?? "");
    return name === "found" ? shown(fact) : fact;
  });
}

const MAX_SHOWN = 60;

/** Words of the file may be of any length; errors are not. */
function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function typeName(type: DataType): string {
  return findElementType(type)?.name ?? "";
}
