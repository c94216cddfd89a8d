import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { ArtifactFault } from "../faults.js";

/** Folder for files that are still arriving; a crash leaves them there, the next start clears it. */
const INCOMING = "incoming";

/** Path of an artifact in a cache folder: its digest in hex. */
export function artifactPath(folder: string, digest: Uint8Array): string {
  return join(folder, toHex(digest));
}

/** Length of an artifact's file in bytes; 0 when it is not there. */
export async function artifactBytes(folder: string, digest: Uint8Array): Promise<number> {
  try {
    return (await stat(artifactPath(folder, digest))).size;
  } catch {
    return 0;
  }
}

/**
 * Reads an artifact and checks it against its digest; throws an {@link ArtifactFault} when it is
 * not there or not intact.
 */
export async function readArtifact(folder: string, digest: Uint8Array): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(artifactPath(folder, digest));
  } catch (cause) {
    throw new ArtifactFault(`artifact ${toHex(digest)} is missing`, { cause });
  }
  if (equalBytes(sha256(bytes), digest)) return bytes;
  throw new ArtifactFault(`artifact ${toHex(digest)} is corrupted`);
}

/** A folder of artifacts named by their sha256. Whole and intact, or not there. */
export class ArtifactCache {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Opens a cache, creating the folder if need be. */
  static async open(folder: string): Promise<ArtifactCache> {
    await rm(join(folder, INCOMING), { recursive: true, force: true });
    await mkdir(join(folder, INCOMING), { recursive: true });
    return new ArtifactCache(folder);
  }

  /** Whether a file of this digest is there; its content is checked when it is read. */
  async has(digest: Uint8Array): Promise<boolean> {
    try {
      return (await stat(artifactPath(this.folder, digest))).isFile();
    } catch {
      return false;
    }
  }

  /**
   * Stores the bytes under their digest, atomically. Throws an {@link ArtifactFault}, storing
   * nothing, when they have another.
   */
  async put(
    digest: Uint8Array,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const incoming = join(this.folder, INCOMING, randomUUID());
    try {
      const found = await writeChunks(incoming, chunks);
      if (!equalBytes(found, digest)) {
        throw new ArtifactFault(`bytes for artifact ${toHex(digest)} have sha256 ${toHex(found)}`);
      }
      await rename(incoming, artifactPath(this.folder, digest));
    } finally {
      await rm(incoming, { force: true });
    }
  }

  /** The bytes of an artifact, or undefined; a corrupted file is dropped. */
  async read(digest: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await readArtifact(this.folder, digest);
    } catch (error) {
      if (!(error instanceof ArtifactFault)) throw error;
      await this.remove(digest);
      return undefined;
    }
  }

  /** Drops an artifact. */
  async remove(digest: Uint8Array): Promise<void> {
    await rm(artifactPath(this.folder, digest), { force: true });
  }
}

async function writeChunks(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const file = await open(path, "wx");
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest();
}
