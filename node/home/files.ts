import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { alreadyThere, homeFile } from "./errors.js";

/** Files that everybody may read. */
const PUBLIC_MODE = 0o644;
/** Files with secrets. */
const SECRET_MODE = 0o600;
/** Folders, some of which hold secrets. */
const FOLDER_MODE = 0o700;

/** Text of a file; `advice` ends the sentence of the error when it cannot be read. */
export function readText(path: string, advice: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw homeFile({ path, problem: describe(error), advice });
  }
}

/** JSON object of a file; errors as of {@link readText}. */
export function readJsonObject(path: string, advice: string): JsonObject {
  let json: JsonValue;
  try {
    json = JSON.parse(readText(path, advice)) as JsonValue;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw homeFile({ path, problem: `is not JSON (${error.message})`, advice });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw homeFile({ path, problem: "is not a JSON object", advice });
  }
  return json;
}

/** Writes a file that anybody may read: whole and durable, or not at all. */
export function writeText(path: string, text: string): void {
  writeAtomically(path, text, PUBLIC_MODE);
}

/** Writes a file that only its owner may read, like {@link writeText}. */
export function writeSecretText(path: string, text: string): void {
  writeAtomically(path, text, SECRET_MODE);
}

/** JSON as people read it, with a final line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Refuses to go on where a file exists; `advice` ends the sentence. */
export function refuseExisting(path: string, advice: string): void {
  if (existsSync(path)) throw alreadyThere({ path, advice });
}

/** Makes a folder with those above it. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
}

function writeAtomically(path: string, text: string, mode: number): void {
  const folder = dirname(path);
  const incoming = `${path}.incoming`;
  try {
    makeFolder(folder);
    const file = openSync(incoming, "w", mode);
    writeFileSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(incoming, path);
    syncFolder(folder);
  } catch (error) {
    throw homeFile({ path, problem: describe(error), advice: "check the folder and the disk" });
  }
}

/** Makes the renaming itself durable. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "does not exist";
  if (code === "EACCES" || code === "EPERM") return "may not be accessed by this user";
  if (code === "EISDIR" || code === "ENOTDIR") return "is in the way: not a file, or not a folder";
  return error.message;
}
