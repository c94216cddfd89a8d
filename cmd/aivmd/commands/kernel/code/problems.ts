import { builtinModules } from "node:module";
import type { BuildFailure, Message } from "esbuild";

/** Something that keeps code from becoming one module. */
export interface Problem {
  /** Within the kernel's folder. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly fix: string;
}

/** What the bundler found; none when the error is something else. `file` is the entry. */
export function problemsOf(error: unknown, file: string): Problem[] {
  if (!isFailure(error)) return [];
  return error.errors.map((message) => problemOf(message, file));
}

function isFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function problemOf({ text, location }: Message, entry: string): Problem {
  const { file = entry, line = 1, column = 0 } = location ?? {};
  const [, specifier] = /^Could not resolve "(.*)"$/.exec(text) ?? [];
  const place = { file, line, column: column + 1 };
  if (specifier === undefined) return { ...place, problem: text, fix: "correct it" };
  return { ...place, problem: `${specifier} cannot be imported`, fix: importFix(specifier) };
}

/** What to write in place of an import that does not lead to a file of the folder. */
export function importFix(specifier: string): string {
  const [, bare = specifier] = /^node:(.*)$/.exec(specifier) ?? [];
  if (specifier.startsWith("node:") || builtinModules.includes(bare)) {
    return "write it without modules of Node: the sandbox has no files, clock, network or processes";
  }
  if (/^\.{0,2}\//.test(specifier)) {
    return "name a file of the kernel's folder, such as ./text.ts, with its ending";
  }
  return "copy what it needs into the kernel's folder and import it as ./file.ts, or declare a LIBRARY and import lib:name";
}
