import {
  AggregationKind,
  type Bucket,
  type CommitteeSize,
  type Field,
  File,
  type Limits,
  Manifest,
  Model,
  type Seed,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { compareText, sortedBytes } from "#core/primitives/sorted.js";
import { CODE_ENGINE, MODEL_ENGINE } from "../engines.js";
import { MANIFEST_FORMAT } from "../manifest.js";
import {
  aggregationOf,
  readAggregation,
  readCommittee,
  readEngine,
  readFormat,
  readLimits,
  readParent,
  readSeed,
} from "./arguments.js";
import { type BucketLine, placeBuckets, readBucket } from "./bucketLine.js";
import type { CompiledAivmfile, KernelFiles, ModelFile } from "./compiled.js";
import { DIRECTIVES, findDirective } from "./directives.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import { type PlacedField, readField } from "./fieldType.js";
import { readCode, readFile, readPattern } from "./filePath.js";
import { mistakeAt, type Place } from "./mistakes.js";
import { NamedFileLines } from "./namedFileLines.js";
import { nearestKeyword } from "./nearestKeyword.js";
import { readPrice } from "./quantities.js";

/** What the lines of an Aivmfile have said so far. */
export class AivmfileReading {
  /** Keywords and where each was first. */
  readonly #seen = new Map<string, Place>();
  readonly #places = new Map<string, Place>();
  readonly #models: Array<{ name: Word; file: Word; adapter: Word | undefined }> = [];
  readonly #libraries = new NamedFileLines("libraries");
  readonly #data = new NamedFileLines("data");
  readonly #inputs: Field[] = [];
  readonly #outputs: Field[] = [];
  readonly #tests: Word[] = [];
  readonly #buckets: BucketLine[] = [];
  readonly #parents: Array<{ id: Uint8Array; word: Word }> = [];
  #base: Uint8Array = new Uint8Array(0);
  #name = "";
  #engine = MODEL_ENGINE;
  #inference = "";
  #aggregation = aggregationOf(AggregationKind.EXACT);
  #aggregationFile: string | undefined;
  #seed: Seed = { kind: SeedKind.NONE, fixed: 0n };
  #limits: Limits = { gas: 0n, memoryBytes: 0n, outputBytes: 0n };
  #committee: CommitteeSize = { target: 0, minimum: 0, maximum: 0 };
  #hardware = "cpu";
  #license = "";
  #price = 0n;
  #description = "";

  /** Reads one directive; fails with `kernel/10` or `kernel/11`. */
  read(line: DirectiveLine): void {
    this.#admit(line);
    switch (line.keyword) {
      case "MODEL":
        this.#addModel(line);
        break;
      case "LIBRARY":
        this.#libraries.add(line);
        break;
      case "DATA":
        this.#data.add(line);
        break;
      case "INPUT":
        this.#addField("inputs", this.#inputs, readField(line));
        break;
      case "OUTPUT":
        this.#addField("outputs", this.#outputs, readField(line));
        break;
      case "TEST":
        do this.#tests.push(this.#at("test_vectors", readPattern(line)));
        while (line.more);
        break;
      case "BUCKET":
        this.#buckets.push(readBucket(line));
        break;
      case "PARENT":
        this.#addParent(line);
        break;
      default:
        this.#readSingle(line);
    }
    line.end();
  }

  /** What the whole file says; `end` is where a directive that is missing should stand. */
  finish(end: Place): CompiledAivmfile {
    for (const { keyword, presence, example } of DIRECTIVES) {
      if (presence === "optional" || this.#seen.has(keyword)) continue;
      throw mistakeAt(end, "missing", { found: keyword, example });
    }
    const models = this.#sortedModels();
    const code =
      this.#aggregationFile === undefined ? {} : { aggregationCode: this.#aggregationFile };
    const libraries = this.#libraries.sorted(this.#places);
    const data = this.#data.sorted(this.#places);
    const files = {
      models,
      inferenceCode: this.#inference,
      libraries,
      data,
      testVectors: this.#tests.map(({ text }) => text),
      ...code,
    };
    return { draft: this.#draft(files), files, parents: this.#lineage(), places: this.#places };
  }

  /** A base is a parent, whether a line says so or not. */
  #lineage(): Uint8Array[] {
    const parents = this.#parents.map(({ id }) => id);
    const isNamed = parents.some((id) => equalBytes(id, this.#base));
    return sortedBytes(isNamed || this.#base.length === 0 ? parents : [...parents, this.#base]);
  }

  #draft({ models, libraries, data }: KernelFiles): Manifest {
    return Manifest.create({
      format: MANIFEST_FORMAT,
      name: this.#name,
      modelEngine: this.#engine,
      codeEngine: CODE_ENGINE,
      models: models.map(({ name }) => Model.create({ name })),
      libraries: libraries.map(({ name }) => File.create({ name })),
      data: data.map(({ name }) => File.create({ name })),
      baseVersionId: this.#base,
      aggregation: this.#aggregation,
      inputs: this.#inputs,
      outputs: this.#outputs,
      seed: this.#seed,
      limits: this.#limits,
      buckets: this.#placedBuckets(),
      committee: this.#committee,
      hardware: this.#hardware,
      license: this.#license,
      price: `${this.#price}`,
      description: this.#description,
    });
  }

  #placedBuckets(): Bucket[] {
    const { buckets, places } = placeBuckets(this.#buckets, this.#inputs);
    for (const [field, place] of places) this.#places.set(field, place);
    return buckets;
  }

  /** In byte order of the names, as manifests list them; places follow. */
  #sortedModels(): ModelFile[] {
    const sorted = this.#models.sort((a, b) => compareText(a.name.text, b.name.text));
    for (const [index, { name, file, adapter }] of sorted.entries()) {
      this.#places.set(`models[${index}].name`, name);
      this.#places.set(`models[${index}].digest`, file);
      if (adapter === undefined) continue;
      this.#places.set(`models[${index}].adapter_digest`, adapter);
      // Where a base is missing, the adapter is what asks for it.
      if (!this.#seen.has("BASE")) this.#places.set("base_version_id", adapter);
    }
    return sorted.map(({ name, file, adapter }) => ({
      name: name.text,
      file: file.text,
      ...(adapter === undefined ? {} : { adapter: adapter.text }),
    }));
  }

  /** AIVM comes first, whatever may not repeat comes once. */
  #admit({ keyword, place }: DirectiveLine): void {
    const directive = findDirective(keyword);
    if (directive === undefined) {
      throw mistakeAt(place, "unknown", { found: keyword, advice: nearestKeyword(keyword) });
    }
    if (this.#seen.size === 0 && keyword !== "AIVM") {
      throw mistakeAt(place, "first", { found: keyword });
    }
    const before = this.#seen.get(keyword);
    if (before === undefined) {
      this.#seen.set(keyword, place);
      for (const field of directive.fields) {
        if (!field.includes("[")) this.#places.set(field, place);
      }
    } else if (!directive.repeats) {
      throw mistakeAt(place, "repeated", { found: keyword, before: before.line });
    }
  }

  /** Remembers where a field of the manifest stands; a list is where its first element is. */
  #at(field: string, word: Word): Word {
    if (field !== "test_vectors" || this.#tests.length === 0) this.#places.set(field, word);
    return word;
  }

  #addModel(line: DirectiveLine): void {
    const name = line.next("a name");
    const twin = this.#models.find((model) => model.name.text === name.text);
    if (twin !== undefined) throw line.mistake(name, "sameModel", { before: twin.name.line });
    const file = readFile(line);
    const adapter = line.take("adapter") === undefined ? undefined : readFile(line);
    this.#models.push({ name, file, adapter });
  }

  #addField(list: string, fields: Field[], placed: PlacedField): void {
    const at = `${list}[${fields.length}]`;
    fields.push(placed.field);
    this.#places.set(at, placed.type);
    this.#places.set(`${at}.name`, placed.name);
    if (placed.nonfinite) this.#places.set(`${at}.allow_non_finite`, placed.nonfinite);
  }

  #addParent(line: DirectiveLine): void {
    const parent = readParent(line);
    const before = this.#parents.find(({ id }) => equalBytes(id, parent.id));
    if (before !== undefined) {
      throw line.mistake(parent.word, "sameParent", { before: before.word.line });
    }
    this.#parents.push(parent);
  }

  #readSingle(line: DirectiveLine): void {
    switch (line.keyword) {
      case "AIVM":
        readFormat(line);
        return;
      case "NAME":
        this.#name = this.#at("name", line.next("a name")).text;
        return;
      case "ENGINE":
        this.#setEngine(line);
        return;
      case "BASE":
        this.#setBase(line);
        return;
      case "INFER":
        this.#inference = this.#at("inference_code_digest", readCode(line)).text;
        return;
      case "AGGREGATE":
        this.#setAggregation(line);
        return;
      case "SEED":
        this.#setSeed(line);
        return;
      default:
        this.#readBounds(line);
    }
  }

  #readBounds(line: DirectiveLine): void {
    switch (line.keyword) {
      case "LIMIT":
        this.#setLimits(line);
        return;
      case "COMMITTEE":
        this.#setCommittee(line);
        return;
      case "HARDWARE":
        this.#hardware = this.#at("hardware", line.next("cpu")).text;
        return;
      default:
        this.#readText(line);
    }
  }

  #readText(line: DirectiveLine): void {
    switch (line.keyword) {
      case "LICENSE":
        this.#license = this.#at("license", line.rest("an SPDX expression")).text;
        return;
      case "PRICE":
        this.#price = readPrice(line, this.#at("price", line.next("a price such as 0.002NES")));
        return;
      case "DESCRIPTION":
        this.#description = this.#at("description", line.rest("a line of text")).text;
        return;
      default:
    }
  }

  #setEngine(line: DirectiveLine): void {
    const { engine, word } = readEngine(line);
    this.#engine = engine;
    this.#places.set("model_engine.name", word);
  }

  #setBase(line: DirectiveLine): void {
    const { id, word } = readParent(line);
    this.#base = id;
    this.#places.set("base_version_id", word);
  }

  #setAggregation(line: DirectiveLine): void {
    const { aggregation, kind, file, gas } = readAggregation(line);
    this.#aggregation = aggregation;
    this.#places.set("aggregation.kind", kind);
    this.#aggregationFile = file?.text;
    if (file) this.#places.set("aggregation.code_digest", file);
    if (gas) this.#places.set("aggregation.gas_limit", gas);
  }

  #setSeed(line: DirectiveLine): void {
    const { seed, word } = readSeed(line);
    this.#seed = seed;
    this.#places.set("seed.kind", word);
  }

  #setLimits(line: DirectiveLine): void {
    const { limits, words } = readLimits(line);
    this.#limits = limits;
    this.#places.set("limits.gas", words.gas);
    this.#places.set("limits.memory_bytes", words.memory);
    this.#places.set("limits.output_bytes", words.output);
  }

  #setCommittee(line: DirectiveLine): void {
    const { committee, target, range } = readCommittee(line);
    this.#committee = committee;
    this.#places.set("committee.target", target);
    this.#places.set("committee.minimum", range);
    this.#places.set("committee.maximum", range);
  }
}
