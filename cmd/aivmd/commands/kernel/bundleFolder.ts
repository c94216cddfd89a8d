import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attempt } from "#core/codec/attempt.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";
import { jsonText } from "#node/home/files.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { notKernel } from "./errors.js";

const MANIFEST = "manifest.pb";
/** For people; nothing reads it. */
const MANIFEST_JSON = "manifest.json";
const ARTIFACTS = "artifacts";

/** Whether a folder holds a bundle. */
export function isBundle(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/**
 * Writes a bundle as a folder: `manifest.pb`, the same as `manifest.json` for people, and every
 * artifact under its sha256 in `artifacts`. What was there before is replaced as a whole.
 */
export function writeBundle(folder: string, { manifest, artifacts }: KernelBundle): void {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(join(draft, ARTIFACTS), { recursive: true });
  for (const bytes of artifacts) writeFileSync(artifactFile(draft, sha256(bytes)), bytes);
  writeFileSync(join(draft, MANIFEST_JSON), jsonText(toJson(Manifest, manifest, CLIENT_TYPES)));
  writeFileSync(join(draft, MANIFEST), Manifest.encode(manifest));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

/** Reads what {@link writeBundle} wrote; fails with `author/5` when anything is missing or changed. */
export function readBundle(folder: string): KernelBundle {
  const path = join(folder, MANIFEST);
  const decoded = attempt(() => Manifest.decodeCanonical(readFileSync(path)));
  if (decoded instanceof ChainError) {
    throw notKernel({ path, problem: `${decoded.message}; build the kernel again` });
  }
  const artifacts = manifestArtifacts(decoded).map((digest) => readArtifact(folder, digest));
  return { manifest: decoded, artifacts };
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
