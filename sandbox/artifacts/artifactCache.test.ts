import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { ArtifactFault } from "../faults.js";
import { ArtifactCache, artifactPath, readArtifact } from "./artifactCache.js";

const BYTES = utf8("a model, say");
const DIGEST = sha256(BYTES);

let folder: string;
let cache: ArtifactCache;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aivm-artifacts-"));
  cache = await ArtifactCache.open(folder);
});

afterEach(() => rm(folder, { recursive: true }));

/** The bytes one by one, as from a slow peer. */
async function* trickle(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) {
    await Promise.resolve();
    yield Uint8Array.of(byte);
  }
}

describe("an artifact cache", () => {
  it("stores bytes under their digest, whole or as they arrive", async () => {
    expect(await cache.has(DIGEST)).toBe(false);
    expect(await cache.read(DIGEST)).toBeUndefined();
    await cache.put(DIGEST, trickle(BYTES));
    expect(await cache.has(DIGEST)).toBe(true);
    expect(await cache.read(DIGEST)).toEqual(Buffer.from(BYTES));
    await cache.put(DIGEST, [BYTES]);
    expect(await readArtifact(folder, DIGEST)).toEqual(Buffer.from(BYTES));
  });

  it("stores nothing when the bytes have another digest or the source fails", async () => {
    await expect(cache.put(DIGEST, [utf8("something else")])).rejects.toThrow(ArtifactFault);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* trickle(BYTES);
      throw new Error("the peer is gone");
    }
    await expect(cache.put(DIGEST, failing())).rejects.toThrow("the peer is gone");
    expect(await cache.has(DIGEST)).toBe(false);
    expect(await readdir(folder, { recursive: true })).toEqual(["incoming"]);
  });

  it("drops a file that is corrupted", async () => {
    await cache.put(DIGEST, [BYTES]);
    await writeFile(artifactPath(folder, DIGEST), BYTES.slice(1));
    await expect(readArtifact(folder, DIGEST)).rejects.toThrow("is corrupted");
    expect(await cache.read(DIGEST)).toBeUndefined();
    expect(await cache.has(DIGEST)).toBe(false);
    await expect(readArtifact(folder, DIGEST)).rejects.toThrow("is missing");
  });

  it("forgets what was still arriving when it is opened again, and keeps the rest", async () => {
    await cache.put(DIGEST, [BYTES]);
    await writeFile(join(folder, "incoming", "half"), "ha");
    cache = await ArtifactCache.open(folder);
    expect(await readdir(join(folder, "incoming"))).toEqual([]);
    expect(await cache.has(DIGEST)).toBe(true);
    await cache.remove(DIGEST);
    await cache.remove(DIGEST);
    expect(await cache.has(DIGEST)).toBe(false);
  });

  it("takes the same artifact from two sources at once", async () => {
    await Promise.all([cache.put(DIGEST, trickle(BYTES)), cache.put(DIGEST, trickle(BYTES))]);
    expect(await cache.read(DIGEST)).toEqual(Buffer.from(BYTES));
  });
});
