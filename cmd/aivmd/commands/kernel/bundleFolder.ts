import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "#core/codec/attempt.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, fromHex, toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";
import { jsonText } from "#node/home/files.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { notKernel } from "./errors.js";
import { replaceFolder, requireFreeFolder } from "./folderFiles.js";
import type { FolderFile } from "./pull/pulledFiles.js";

/** Where a bundle goes within its kernel's folder. */
export const BUNDLE_FOLDER = "build";

const MANIFEST = "manifest.pb";
/** For people; nothing reads it. */
const MANIFEST_JSON = "manifest.json";
const ARTIFACTS = "artifacts";
/** Ids of the versions that it derives from, a line each; absent where the kernel's head is meant. */
const PARENTS = "parents";

/** A bundle, and the versions that its Aivmfile says it derives from; none means the head. */
export interface BundleOfFolder extends KernelBundle {
  /** Ids in byte order. */
  readonly parents: readonly Uint8Array[];
}

/** Whether a folder holds a bundle. */
export function isBundle(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/**
 * Fails with `author/10` unless a bundle may go there: nothing is, or an empty folder, or a bundle.
 */
export function requireBundlePlace(folder: string): void {
  if (!isBundle(folder)) requireFreeFolder(folder);
}

/**
 * Writes a bundle as a folder: `manifest.pb`, the same as `manifest.json` for people, every
 * artifact under its sha256 in `artifacts`, and `parents`. A bundle that was there is replaced as a
 * whole; fails with `author/10` when there is anything else.
 */
export function writeBundle(
  folder: string,
  { manifest, artifacts, parents }: BundleOfFolder,
): void {
  requireBundlePlace(folder);
  replaceFolder(folder, [
    ...artifacts.map((bytes): FolderFile => [artifactFile("", sha256(bytes)), bytes]),
    [MANIFEST_JSON, jsonText(toJson(Manifest, manifest, CLIENT_TYPES))],
    [MANIFEST, Manifest.encode(manifest)],
    ...(parents.length === 0 ? [] : [[PARENTS, `${parents.map(toHex).join("\n")}\n`] as const]),
  ]);
}

/** Reads what {@link writeBundle} wrote; fails with `author/5` when anything is missing or changed. */
export function readBundle(folder: string): BundleOfFolder {
  const path = join(folder, MANIFEST);
  const decoded = attempt(() => Manifest.decodeCanonical(readFileSync(path)));
  if (decoded instanceof ChainError) {
    throw notKernel({ path, problem: `${decoded.message}; build the kernel again` });
  }
  const artifacts = manifestArtifacts(decoded).map((digest) => readArtifact(folder, digest));
  return { manifest: decoded, artifacts, parents: readParents(join(folder, PARENTS)) };
}

function readParents(path: string): Uint8Array[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const id = fromHex(line);
      if (id?.length === 32) return id;
      throw notKernel({ path, problem: `${line} is no version id; build the kernel again` });
    });
}

function readArtifact(folder: string, digest: Uint8Array): Uint8Array {
  const path = artifactFile(folder, digest);
  if (!existsSync(path)) {
    throw notKernel({ path, problem: "the bundle lacks this artifact; build the kernel again" });
  }
  const bytes = new Uint8Array(readFileSync(path));
  if (equalBytes(sha256(bytes), digest)) return bytes;
  throw notKernel({ path, problem: "the file was changed; build the kernel again" });
}

function artifactFile(folder: string, digest: Uint8Array): string {
  return join(folder, ARTIFACTS, toHex(digest));
}
