import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "#core/crypto/hash.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { Sandbox } from "#sandbox/executor.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";

/** A sandbox of this machine with a place for artifacts. */
export interface LocalSandbox extends Sandbox {
  /** Lets kernels use an artifact; gives its digest. */
  readonly put: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** More children than this gain little for the vectors of one kernel. */
const CHILDREN_MAX = 4;

/**
 * Does work with the same sandbox as a validator's, children included, which ends with it.
 * `entry` is the children's program, the release's unless given.
 */
export async function withLocalSandbox<T>(
  work: (sandbox: LocalSandbox) => Promise<T>,
  entry?: string,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aivm-kernel-"));
  const cache = await ArtifactCache.open(folder);
  const processes = Math.min(availableParallelism(), CHILDREN_MAX);
  const pool = new SandboxPool({
    artifactFolder: folder,
    processes,
    ...(entry === undefined ? {} : { entry }),
  });
  const put = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const digest = sha256(bytes);
    await cache.put(digest, [bytes]);
    return digest;
  };
  try {
    return await work({
      put,
      execute: (task) => pool.execute(task),
      executeMany: (tasks) => pool.executeMany(tasks),
      validate: (task) => pool.validate(task),
      engines: () => pool.engines(),
      checkConformance: () => pool.checkConformance(),
      close: () => pool.close(),
    });
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
