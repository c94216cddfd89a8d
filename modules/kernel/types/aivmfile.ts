import {
  AggregationKind,
  type CommitteeSize,
  type Field,
  type Limits,
  Manifest,
  type Seed,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { compareText } from "#core/primitives/sorted.js";
import { CODE_ENGINE, MODEL_ENGINE } from "./engines.js";
import { aivmfileDirective } from "./errors.js";
import { MANIFEST_FORMAT } from "./manifest.js";
import { type DirectiveLine, readDirectives } from "./aivmfile/directiveLine.js";
import { readField } from "./aivmfile/fieldType.js";
import { readInteger, readPrice, readSize, rangeOf } from "./aivmfile/quantities.js";

/** Files that an Aivmfile names, relative to its folder. */
export interface KernelFiles {
  /** In byte order of the models' names, as the manifest lists them. */
  readonly models: ReadonlyArray<{ readonly name: string; readonly file: string }>;
  readonly inferenceCode: string;
  /** Present when the kernel aggregates by code. */
  readonly aggregationCode?: string;
  /** File names or patterns with `*`, in the order of the TEST lines. */
  readonly testVectors: readonly string[];
}

/** A compiled Aivmfile: the manifest with every digest still empty, and the files to hash. */
export interface CompiledAivmfile {
  readonly draft: Manifest;
  readonly files: KernelFiles;
}

/** Digests of a kernel's files, in the order of `KernelFiles`; 32 bytes each. */
export interface KernelDigests {
  readonly models: readonly Uint8Array[];
  readonly inferenceCode: Uint8Array;
  readonly aggregationCode?: Uint8Array;
  readonly testVectors: readonly Uint8Array[];
}

/**
 * Compiles the text of an Aivmfile. Errors are `kernel/10` with line and column, and `kernel/11`
 * for a directive that is missing, unknown or repeated; rules of the manifest itself are
 * `validateManifest`'s. The format is described in `docs/spec/sandbox.md`.
 */
export function compileAivmfile(text: string): CompiledAivmfile {
  const reading = new AivmfileReading();
  for (const line of readDirectives(text)) reading.read(line);
  return reading.finish();
}

/** The manifest of a compiled Aivmfile with the digests of its files. */
export function completeManifest(compiled: CompiledAivmfile, digests: KernelDigests): Manifest {
  const { draft } = compiled;
  const models = draft.models.map((model, index) => ({
    ...model,
    digest: assertDefined(digests.models[index], "every model has a digest"),
  }));
  const codeDigest = digests.aggregationCode ?? draft.aggregation.codeDigest;
  return {
    ...draft,
    models,
    inferenceCodeDigest: digests.inferenceCode,
    aggregation: { ...draft.aggregation, codeDigest },
    testVectors: [...digests.testVectors],
  };
}

type Aggregate = Pick<Manifest, "aggregation"> & { readonly file?: string };

class AivmfileReading {
  readonly #seen = new Set<string>();
  readonly #models: Array<{ name: string; file: string }> = [];
  readonly #inputs: Field[] = [];
  readonly #outputs: Field[] = [];
  readonly #tests: string[] = [];
  #name = "";
  #engine = MODEL_ENGINE;
  #inference = "";
  #aggregate: Aggregate = { aggregation: aggregationOf(AggregationKind.EXACT) };
  #seed: Seed = { kind: SeedKind.NONE, fixed: 0n };
  #limits: Limits = { gas: 0n, memoryBytes: 0n, outputBytes: 0n };
  #committee: CommitteeSize = { target: 0, minimum: 0, maximum: 0 };
  #hardware = "cpu";
  #license = "";
  #price = 0n;
  #description = "";

  read(line: DirectiveLine): void {
    this.#admit(line);
    switch (line.keyword) {
      case "AIVM":
        readFormat(line);
        return;
      case "MODEL":
        this.#models.push({ name: line.next("a name").text, file: line.next("a file").text });
        break;
      case "INPUT":
        this.#inputs.push(readField(line));
        return;
      case "OUTPUT":
        this.#outputs.push(readField(line));
        return;
      case "TEST":
        this.#tests.push(line.next("a file").text);
        while (line.more) this.#tests.push(line.next("a file").text);
        return;
      default:
        this.#readSingle(line);
    }
    line.end();
  }

  finish(): CompiledAivmfile {
    for (const keyword of REQUIRED) {
      if (!this.#seen.has(keyword)) throw aivmfileDirective({ missing: keyword });
    }
    const models = this.#models.sort((a, b) => compareText(a.name, b.name));
    const { aggregation, file } = this.#aggregate;
    const draft = Manifest.create({
      format: MANIFEST_FORMAT,
      name: this.#name,
      modelEngine: this.#engine,
      codeEngine: CODE_ENGINE,
      models: models.map(({ name }) => ({ name, digest: new Uint8Array(0) })),
      aggregation,
      inputs: this.#inputs,
      outputs: this.#outputs,
      seed: this.#seed,
      limits: this.#limits,
      committee: this.#committee,
      hardware: this.#hardware,
      license: this.#license,
      price: `${this.#price}`,
      description: this.#description,
    });
    const code = file === undefined ? {} : { aggregationCode: file };
    const files = { models, inferenceCode: this.#inference, testVectors: this.#tests, ...code };
    return { draft, files };
  }

  /** AIVM comes first, whatever may not repeat comes once. */
  #admit(line: DirectiveLine): void {
    const { keyword } = line;
    if (!REPEATABLE.has(keyword) && !SINGLE.has(keyword)) {
      throw aivmfileDirective({ line: line.line, unknown: keyword });
    }
    if (this.#seen.size === 0 && keyword !== "AIVM") {
      throw aivmfileDirective({ line: line.line, found: keyword, expected: "AIVM first" });
    }
    if (this.#seen.has(keyword) && SINGLE.has(keyword)) {
      throw aivmfileDirective({ line: line.line, repeated: keyword });
    }
    this.#seen.add(keyword);
  }

  #readSingle(line: DirectiveLine): void {
    switch (line.keyword) {
      case "NAME":
        this.#name = line.next("a name").text;
        return;
      case "ENGINE":
        this.#engine = readEngine(line);
        return;
      case "INFER":
        this.#inference = line.next("a file").text;
        return;
      case "AGGREGATE":
        this.#aggregate = readAggregate(line);
        return;
      case "SEED":
        this.#seed = readSeed(line);
        return;
      case "LIMIT":
        this.#limits = readLimits(line);
        return;
      case "COMMITTEE":
        this.#committee = readCommittee(line);
        return;
      default:
        this.#readText(line);
    }
  }

  #readText(line: DirectiveLine): void {
    switch (line.keyword) {
      case "HARDWARE":
        this.#hardware = line.next("cpu").text;
        return;
      case "LICENSE":
        this.#license = line.rest("an SPDX expression");
        return;
      case "PRICE":
        this.#price = readPrice(line, line.next("a price such as 0.002NES"));
        return;
      case "DESCRIPTION":
        this.#description = line.rest("a line of text");
        return;
      default:
    }
  }
}

const REPEATABLE: ReadonlySet<string> = new Set(["MODEL", "INPUT", "OUTPUT", "TEST"]);
const SINGLE: ReadonlySet<string> = new Set([
  "AIVM",
  "NAME",
  "ENGINE",
  "INFER",
  "AGGREGATE",
  "SEED",
  "LIMIT",
  "COMMITTEE",
  "HARDWARE",
  "LICENSE",
  "PRICE",
  "DESCRIPTION",
]);
const REQUIRED = [
  "AIVM",
  "NAME",
  "ENGINE",
  "INFER",
  "INPUT",
  "OUTPUT",
  "LIMIT",
  "COMMITTEE",
  "TEST",
  "LICENSE",
];

function readFormat(line: DirectiveLine): void {
  line.expect(`${MANIFEST_FORMAT}`);
  line.end();
}

function readEngine(line: DirectiveLine): typeof MODEL_ENGINE {
  const word = line.next("an engine");
  const expected = `${MODEL_ENGINE.name}/${MODEL_ENGINE.version}`;
  if (word.text !== expected) throw line.errorAt(word, { found: word.text, expected });
  return MODEL_ENGINE;
}

function aggregationOf(kind: AggregationKind, gasLimit = 0n): Manifest["aggregation"] {
  return { kind, epsilonMillionths: 0n, codeDigest: new Uint8Array(0), gasLimit };
}

function readAggregate(line: DirectiveLine): Aggregate {
  const word = line.next("exact or code");
  if (word.text === "exact") return { aggregation: aggregationOf(AggregationKind.EXACT) };
  if (word.text !== "code") {
    throw line.errorAt(word, { found: word.text, expected: "exact or code" });
  }
  const file = line.next("a file").text;
  line.expect("gas");
  const gasLimit = readInteger(line, line.next("a whole number"));
  return { aggregation: aggregationOf(AggregationKind.CODE, gasLimit), file };
}

function readSeed(line: DirectiveLine): Seed {
  const word = line.next("a kind of seed");
  switch (word.text) {
    case "none":
      return { kind: SeedKind.NONE, fixed: 0n };
    case "fixed":
      return { kind: SeedKind.FIXED, fixed: readInteger(line, line.next("a whole number")) };
    case "beacon":
      return { kind: SeedKind.BEACON, fixed: 0n };
    case "member":
      return { kind: SeedKind.MEMBER, fixed: 0n };
    default:
      throw line.errorAt(word, { found: word.text, expected: "none, fixed, beacon or member" });
  }
}

function readLimits(line: DirectiveLine): Limits {
  line.expect("gas");
  const gas = readInteger(line, line.next("a whole number"));
  line.expect("memory");
  const memoryBytes = readSize(line, line.next("a size such as 64MiB"));
  line.expect("output");
  const outputBytes = readSize(line, line.next("a size such as 1KiB"));
  return { gas, memoryBytes, outputBytes };
}

function readCommittee(line: DirectiveLine): CommitteeSize {
  const target = readInteger(line, line.next("a number of seats"));
  line.expect("of");
  const word = line.next("a range such as 1..16");
  const { minimum, maximum } = rangeOf(line, word, word.text);
  const seats = [target, minimum, maximum];
  if (seats.some((count) => count > 0xffffn)) {
    throw line.errorAt(word, { found: word.text, expected: "fewer seats" });
  }
  return { target: Number(target), minimum: Number(minimum), maximum: Number(maximum) };
}
