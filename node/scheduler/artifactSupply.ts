import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, fromHex, toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { adapterDigests } from "#modules/kernel/types/adapters.js";
import { namedFileDigests } from "#modules/kernel/types/namedFiles.js";
import { type ArtifactCache, artifactPath } from "#sandbox/artifacts/artifactCache.js";
import { ArtifactFault } from "#sandbox/faults.js";
import type { CommittedWork } from "./committedWork.js";

/** Digests of the artifacts that a batch of this kind reads. */
export function neededArtifacts(
  manifest: Manifest,
  kind: (typeof BatchKind)[keyof typeof BatchKind],
): readonly Uint8Array[] {
  const models = manifest.models.map(({ digest }) => digest);
  const parts = [...adapterDigests(manifest), ...namedFileDigests(manifest)];
  const vectors = kind === BatchKind.VALIDATION ? manifest.testVectors : [];
  return [manifest.inferenceCodeDigest, ...models, ...parts, ...vectors];
}

/**
 * Keeps the artifacts of the chain in the folder that sandbox processes read. Files are checked
 * against their digest once a run of the node; a damaged one is exported again.
 */
export class ArtifactSupply {
  readonly #cache: ArtifactCache;
  readonly #work: CommittedWork;
  /** Hex of digests by what is being done for them, so that nothing is exported twice at a time. */
  readonly #ensured = new Map<string, Promise<void>>();

  constructor(cache: ArtifactCache, work: CommittedWork) {
    this.#cache = cache;
    this.#work = work;
  }

  /** Provides artifacts; gives the problem with the first that cannot be, or undefined. */
  async provide(digests: readonly Uint8Array[]): Promise<string | undefined> {
    try {
      for (const digest of digests) await this.#ensure(digest);
      return undefined;
    } catch (error) {
      if (error instanceof ChainError || error instanceof ArtifactFault) return error.message;
      throw error;
    }
  }

  /** Removes files that the chain no longer has. */
  async removeUnknown(): Promise<void> {
    for (const name of await readdir(this.#cache.folder)) {
      const digest = fromHex(name);
      if (digest?.length === 32 && !this.#work.hasArtifact(digest)) {
        await this.#cache.remove(digest);
      }
    }
  }

  #ensure(digest: Uint8Array): Promise<void> {
    const key = toHex(digest);
    const ensured = this.#ensured.get(key) ?? this.#export(digest);
    this.#ensured.set(key, ensured);
    ensured.catch(() => this.#ensured.delete(key));
    return ensured;
  }

  async #export(digest: Uint8Array): Promise<void> {
    if (await this.#cache.has(digest)) {
      if (await isIntact(artifactPath(this.#cache.folder, digest), digest)) return;
      await this.#cache.remove(digest);
    }
    await this.#cache.put(digest, this.#work.artifactChunks(digest));
  }
}

/** Reads in pieces, so that the main thread is never held up by a large file. */
async function isIntact(path: string, digest: Uint8Array): Promise<boolean> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return equalBytes(hash.digest(), digest);
}
