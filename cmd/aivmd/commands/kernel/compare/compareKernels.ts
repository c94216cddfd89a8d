import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { type JsonValue, toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { parseModel } from "#sandbox/onnx/model.js";
import { contentsOf } from "#sandbox/onnx/reviewModel.js";
import { readSignature } from "#sandbox/onnx/signature.js";
import { CLIENT_TYPES } from "../../query/clientTypes.js";
import { inputTexts, outputTexts } from "../checkCommand.js";
import { type DiffLine, unifiedDiff } from "../text/unifiedDiff.js";
import type { KernelView, ViewedArtifact, ViewedVector } from "./kernelView.js";

/** Something that two kernels have in different forms; null where one lacks it. */
interface Change<T> {
  readonly before: T | null;
  readonly after: T | null;
}

/** A field of the manifest by its path, digests apart. */
export interface FieldChange extends Change<string> {
  readonly field: string;
}

/** An artifact whose bytes differ. */
export interface ArtifactChange extends Change<{ readonly sha256: string; readonly size: number }> {
  readonly artifact: string;
}

/** What a model holds, as far as authors compare it. */
export interface ModelFacts {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Nodes of each operator. */
  readonly operators: Readonly<Record<string, number>>;
  readonly parameters: bigint;
}

/** A model whose bytes differ. */
export interface ModelChange extends Change<ModelFacts> {
  readonly model: string;
}

/** Code that differs, line by line. */
export interface CodeChange {
  readonly file: string;
  readonly lines: readonly DiffLine[];
}

/** All that differs between two kernels. */
export interface KernelDifference {
  readonly same: boolean;
  readonly fields: readonly FieldChange[];
  readonly artifacts: readonly ArtifactChange[];
  readonly models: readonly ModelChange[];
  /** Questions that one side alone asks, and those whose answers are known to differ. */
  readonly vectors: {
    readonly added: number;
    readonly removed: number;
    readonly otherOutput: number;
    /** Whether the same vectors stand in another order, which makes another version. */
    readonly reordered: boolean;
  };
  readonly code: readonly CodeChange[];
}

/** Compares two kernels; `before` is the older one where that matters. */
export function compareKernels(before: KernelView, after: KernelView): KernelDifference {
  const fields = compareFields(before, after);
  const changed = pairArtifacts(before, after);
  const vectors = compareVectors(before.vectors, after.vectors);
  const vectorsAgree = Object.values(vectors).every((count) => count === 0 || count === false);
  return {
    same: fields.length === 0 && changed.length === 0 && vectorsAgree,
    fields,
    artifacts: changed.map(({ role, ...sides }) => ({
      artifact: role,
      before: sizeOf(sides.before),
      after: sizeOf(sides.after),
    })),
    models: changed
      .filter(({ kind }) => kind === "model")
      .map(({ role, ...sides }) => ({
        model: role,
        before: modelFacts(sides.before),
        after: modelFacts(sides.after),
      })),
    vectors,
    code: changed
      .filter(({ kind }) => kind === "code")
      .map(({ role, ...sides }) => ({
        file: role,
        lines: unifiedDiff(textOf(sides.before), textOf(sides.after)),
      })),
  };
}

function compareFields(before: KernelView, after: KernelView): FieldChange[] {
  const [a, b] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names
    .map((field) => ({ field, before: a.get(field) ?? null, after: b.get(field) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** Digests are compared as artifacts, vectors one by one. */
const APART = /digest|^test_vectors/;

function fieldsOf({ manifest, parents }: KernelView): Map<string, string> {
  const fields = new Map<string, string>();
  const walk = (path: string, value: JsonValue): void => {
    if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
        walk(path === "" ? name : place, member);
      }
    } else if (!APART.test(path)) fields.set(path, String(value));
  };
  walk("", toJson(Manifest, manifest, CLIENT_TYPES));
  for (const [index, parent] of parents.entries()) fields.set(`parents[${index}]`, toHex(parent));
  return fields;
}

type PairedArtifact = Pick<ViewedArtifact, "role" | "kind"> & Change<Uint8Array>;

/** Artifacts that are not the same on both sides, in the order of the one, then of the other. */
function pairArtifacts(before: KernelView, after: KernelView): PairedArtifact[] {
  const find = ({ artifacts }: KernelView, wanted: string): Uint8Array | null =>
    artifacts.find(({ role }) => role === wanted)?.bytes ?? null;
  const all = [...before.artifacts, ...after.artifacts];
  const kinds = new Map(all.map(({ role, kind }) => [role, kind]));
  return [...kinds]
    .map(([role, kind]) => ({
      role,
      kind,
      before: find(before, role),
      after: find(after, role),
    }))
    .filter((pair) => sizeOf(pair.before)?.sha256 !== sizeOf(pair.after)?.sha256);
}

function sizeOf(bytes: Uint8Array | null): ArtifactChange["before"] {
  return bytes === null ? null : { sha256: toHex(sha256(bytes)), size: bytes.length };
}

/** What a model holds; null where there is none, or none that can be read. */
export function modelFacts(bytes: Uint8Array | null): ModelFacts | null {
  if (bytes === null) return null;
  try {
    const model = parseModel(bytes);
    const { operators, parameters } = contentsOf(model);
    const signature = readSignature(model);
    return {
      inputs: inputTexts(signature),
      outputs: outputTexts(signature),
      operators: Object.fromEntries(operators),
      parameters,
    };
  } catch (error) {
    if (error instanceof ModelRefusal) return null;
    throw error;
  }
}

function textOf(bytes: Uint8Array | null): string {
  return bytes === null ? "" : new TextDecoder().decode(bytes);
}

function compareVectors(
  before: readonly ViewedVector[],
  after: readonly ViewedVector[],
): KernelDifference["vectors"] {
  const [a, b] = [before, after].map((all) => new Map(all.map((one) => [one.question, one])));
  const added = after.filter(({ question }) => a?.has(question) !== true).length;
  const removed = before.filter(({ question }) => b?.has(question) !== true).length;
  const otherOutput = before.filter(({ question, outputDigest }) => {
    const other = b?.get(question)?.outputDigest;
    return other !== undefined && outputDigest !== undefined && other !== outputDigest;
  }).length;
  const order = (all: readonly ViewedVector[]): string =>
    all.map(({ question }) => question).join();
  const reordered = added === 0 && removed === 0 && order(before) !== order(after);
  return { added, removed, otherOutput, reordered };
}
