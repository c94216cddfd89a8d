import { equalBytes } from "#core/primitives/bytes.js";
import { AIVMFILE } from "../kernelSource.js";
import type { FolderFile } from "../pull/pulledFiles.js";
import { mergeLines } from "../text/mergeLines.js";
import { mergeAivmfile } from "./mergeAivmfile.js";

/** Files of a folder by their paths. */
export type FolderFiles = ReadonlyMap<string, Uint8Array>;

/** A merged folder, or what excludes each other. */
export interface MergedFolder {
  readonly files: readonly FolderFile[];
  /** A sentence each, which begins with the file. */
  readonly conflicts: readonly string[];
}

/** Merges two folders with the one that they come from: what one side changed, and both where they agree. */
export function mergeFolders(
  base: FolderFiles,
  ours: FolderFiles,
  theirs: FolderFiles,
): MergedFolder {
  const paths = [...new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])].sort();
  const files: FolderFile[] = [];
  const conflicts: string[] = [];
  for (const path of paths) {
    const merged = mergeFile(path, [base.get(path), ours.get(path), theirs.get(path)]);
    if (merged.content !== undefined) files.push([path, merged.content]);
    conflicts.push(...merged.conflicts);
  }
  return { files, conflicts };
}

type Versions = readonly [
  base: Uint8Array | undefined,
  ours: Uint8Array | undefined,
  theirs: Uint8Array | undefined,
];

interface MergedFile {
  /** Undefined for a file that is gone. */
  readonly content: string | Uint8Array | undefined;
  readonly conflicts: readonly string[];
}

function mergeFile(path: string, [base, ours, theirs]: Versions): MergedFile {
  if (isSame(ours, theirs) || isSame(base, theirs)) return { content: ours, conflicts: [] };
  if (isSame(base, ours)) return { content: theirs, conflicts: [] };
  const conflict = (problem: string): MergedFile => ({
    content: ours,
    conflicts: [`${path}: ${problem}`],
  });
  if (ours === undefined || theirs === undefined) {
    return conflict("changed on one side, deleted on the other");
  }
  if (base === undefined) return conflict("added on both sides, and not the same");
  const texts = [base, ours, theirs].map(textOf);
  const [a, b, c] = texts;
  if (a === undefined || b === undefined || c === undefined) {
    return conflict("changed on both sides, and not a text");
  }
  if (path === AIVMFILE) {
    const { text, conflicts } = mergeAivmfile(a, b, c);
    return {
      content: text,
      conflicts: conflicts.map((place) => `${place} is changed on both sides`),
    };
  }
  const { text, conflicts } = mergeLines(a, b, c);
  return {
    content: text,
    conflicts: conflicts.map(({ line }) => `${path}:${line}: changed on both sides`),
  };
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

/** The text of a file that is one: UTF-8 without NUL. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return equalBytes(new TextEncoder().encode(text), bytes) ? text : undefined;
}
