import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ConformanceResult, Sandbox } from "#sandbox/executor.js";
import { EnginePools } from "#sandbox/worker/enginePools.js";

/** A sandbox of this machine with a place for artifacts. */
export interface LocalSandbox extends Sandbox {
  /** Lets kernels use an artifact; gives its digest. */
  readonly put: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** More children than this gain little for the vectors of one kernel. */
const CHILDREN_MAX = 4;

/** How a local sandbox differs from a validator's. */
export interface LocalSandboxOptions {
  /** Program of the children; the release's unless given. */
  readonly entry?: string | undefined;
  /** Runs models in place of the engine that kernels name. */
  readonly engine?: Engine | undefined;
  /** Further flags of the children's Node. */
  readonly flags?: readonly string[];
}

/** Does work with the same sandbox as a validator's, children included, which ends with it. */
export async function withLocalSandbox<T>(
  work: (sandbox: LocalSandbox) => Promise<T>,
  { entry, engine, flags = [] }: LocalSandboxOptions = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aivm-kernel-"));
  const cache = await ArtifactCache.open(folder);
  const processes = Math.min(availableParallelism(), CHILDREN_MAX);
  const pool = new EnginePools({
    artifactFolder: folder,
    processes,
    flags,
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
      execute: (task) => pool.execute(onEngine(task, engine)),
      executeMany: (tasks) => pool.executeMany(tasks.map((task) => onEngine(task, engine))),
      validate: (task) => pool.validate(onEngine(task, engine)),
      engines: () => pool.engines(),
      checkConformance: () =>
        engine?.name === NATIVE_ENGINE.name ? nativeConformance(pool) : pool.checkConformance(),
      close: () => pool.close(),
    });
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function onEngine<T extends { readonly manifest: Manifest }>(task: T, engine?: Engine): T {
  if (engine === undefined) return task;
  return { ...task, manifest: { ...task.manifest, modelEngine: engine } };
}

async function nativeConformance(pool: EnginePools): Promise<ConformanceResult> {
  const reason = await pool.nativeProblem();
  return reason === undefined ? { conforms: true } : { conforms: false, reason };
}
