import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";
import { fromHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { compileAivmfile } from "#modules/kernel/types/aivmfile.js";
import type { CompiledAivmfile } from "#modules/kernel/types/aivmfile/compiled.js";
import { aivmfileDirective, aivmfileSyntax, aivmfileValue } from "#modules/kernel/types/errors.js";
import { bundleCode, isTypeScript } from "./code/bundleCode.js";
import { badVector, cannotBundle, missingFile } from "./errors.js";

/** Name of the file that makes a folder a kernel's. */
export const AIVMFILE = "Aivmfile";

/** A file of a kernel's folder. */
export interface SourceFile {
  /** Relative to the folder. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A test vector as its file has it. */
export interface SourceVector {
  readonly file: string;
  readonly input: JsonObject;
  /** 32 bytes; zeros unless the file says. */
  readonly seed: Uint8Array;
  /** What must come out, by field; others may be anything. */
  readonly expect: JsonObject;
  /** sha256 of the whole canonical output that must come out; undefined where the file has none. */
  readonly outputDigest: Uint8Array | undefined;
}

/** A file of a kernel's folder, and the name by which code knows it. */
export interface NamedSource extends SourceFile {
  readonly name: string;
}

/** A model, and what is added to its weights. */
export interface SourceModel extends NamedSource {
  readonly adapter: SourceFile | undefined;
}

/** A kernel as its author writes it: the Aivmfile and every file that it names. */
export interface KernelSource {
  readonly folder: string;
  readonly compiled: CompiledAivmfile;
  /** In the order of the manifest's models, as the other lists are. */
  readonly models: readonly SourceModel[];
  readonly libraries: readonly NamedSource[];
  readonly data: readonly NamedSource[];
  readonly inferenceCode: SourceFile;
  readonly aggregationCode: SourceFile | undefined;
  readonly vectors: readonly SourceVector[];
}

/**
 * Reads a kernel's folder; TypeScript is bundled. Fails with `kernel/10`, `kernel/11`, `author/2`,
 * `author/4` or `author/18`.
 */
export function readKernelSource(folder: string): KernelSource {
  const compiled = compileAivmfile(new TextDecoder().decode(readBytes(folder, AIVMFILE)));
  const { models, libraries, data, inferenceCode, aggregationCode, testVectors } = compiled.files;
  const read = (file: string, field: string): SourceFile => {
    return { file, bytes: readBytes(folder, file, placeText(compiled, field)) };
  };
  const readCode = (file: string, field: string): SourceFile => {
    const source = read(file, field);
    return isTypeScript(file) ? { file, bytes: bundleCode(folder, file) } : source;
  };
  return {
    folder,
    compiled,
    models: models.map(({ name, file, adapter }, index) => ({
      name,
      ...read(file, `models[${index}].digest`),
      adapter: adapter === undefined ? undefined : read(adapter, `models[${index}].adapter_digest`),
    })),
    libraries: libraries.map(({ name, file }, index) => ({
      name,
      ...readCode(file, `libraries[${index}].digest`),
    })),
    data: data.map(({ name, file }, index) => ({ name, ...read(file, `data[${index}].digest`) })),
    inferenceCode: readCode(inferenceCode, "inference_code_digest"),
    aggregationCode:
      aggregationCode === undefined
        ? undefined
        : readCode(aggregationCode, "aggregation.code_digest"),
    vectors: testVectors
      .flatMap((pattern) => filesOf(folder, pattern, placeText(compiled, "test_vectors")))
      .map((file) => readVector(read(file, "test_vectors"))),
  };
}

/**
 * Every file of a kernel that becomes an artifact as it is; test vectors are none before they ran.
 */
export function artifactFiles(source: KernelSource): SourceFile[] {
  const { models, libraries, data, inferenceCode, aggregationCode } = source;
  return [
    ...models,
    ...models.flatMap(({ adapter }) => adapter ?? []),
    inferenceCode,
    ...(aggregationCode === undefined ? [] : [aggregationCode]),
    ...libraries,
    ...data,
  ];
}

const NAMED_BY_FILE = [aivmfileSyntax, aivmfileDirective, aivmfileValue, badVector, cannotBundle];

/**
 * Reads one of several folders: mistakes in its Aivmfile or vectors get the path from here and not
 * that within the folder.
 */
export function inFolder<T>(folder: string, read: () => T, aivmfile = AIVMFILE): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const { file = aivmfile } = error.detail;
    const named = NAMED_BY_FILE.find((kind) => kind.is(error));
    throw named?.({ ...error.detail, file: join(folder, String(file)) }) ?? error;
  }
}

/** Where an Aivmfile names a file, for errors about it. */
function placeText({ places }: CompiledAivmfile, field: string): string {
  const place = places.get(field);
  return place === undefined ? "" : ` (${AIVMFILE}:${place.line}:${place.column})`;
}

/** Bytes of a file within a folder; fails with `author/2`, which says where the file is named. */
export function readBytes(folder: string, file: string, place = ""): Uint8Array {
  const path = join(folder, file);
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw missingFile({ path, problem: `${reasonOf(error)}${place}` });
  }
}

/** Files of a folder that fit a name, or a pattern with `*` in its last part; in order of name. */
function filesOf(folder: string, pattern: string, at: string): string[] {
  if (!pattern.includes("*")) return [pattern];
  const place = dirname(pattern);
  const parts = basename(pattern).split("*").map(escapeRegExp);
  const fits = new RegExp(`^${parts.join(".*")}$`);
  const path = join(folder, pattern);
  try {
    const files = readdirSync(join(folder, place)).filter((name) => fits.test(name));
    if (files.length > 0) return files.sort().map((name) => join(place, name));
  } catch (error) {
    throw missingFile({ path, problem: `${reasonOf(error)}${at}` });
  }
  throw missingFile({ path, problem: `no file fits${at}` });
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
}

function readVector({ file, bytes }: SourceFile): SourceVector {
  const json = parseJson(new TextDecoder().decode(bytes));
  if (!isObject(json)) throw badVector({ file, problem: "not a JSON object" });
  const { input, seed = "00".repeat(32), expect = {}, output_digest, ...others } = json;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw badVector({
      file,
      problem: `${unknown} is neither input nor seed nor expect nor output_digest`,
    });
  }
  if (!isObject(input)) throw badVector({ file, problem: "input is not an object" });
  if (!isObject(expect)) throw badVector({ file, problem: "expect is not an object" });
  const outputDigest =
    output_digest === undefined ? undefined : read32(file, "output_digest", output_digest);
  return { file, input, seed: read32(file, "seed", seed), expect, outputDigest };
}

function read32(file: string, name: string, json: JsonValue): Uint8Array {
  const bytes = typeof json === "string" ? fromHex(json) : undefined;
  if (bytes?.length === 32) return bytes;
  throw badVector({ file, problem: `${name} is not 64 hex digits` });
}

function isObject(json: unknown): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "does not exist";
  if (code === "ENOTDIR") return "does not exist, since what should be a folder is a file";
  if (code === "EISDIR") return "is a folder, not a file";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  return error instanceof Error ? error.message : String(error);
}
