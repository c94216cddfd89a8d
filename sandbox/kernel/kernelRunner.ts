import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { readArtifact } from "../artifacts/artifactCache.js";
import type { ExecutionOutcome } from "../executor.js";
import { ArtifactFault } from "../faults.js";
import { ModelRefusal } from "../onnx/errors.js";
import { RuntimeRefusal } from "../onnx/runtime.js";
import { type Engines, type KernelCall, LoadedKernel } from "./loadedKernel.js";
import { validateKernel } from "./validation.js";

/** Kernel versions that stay loaded. */
const MAX_LOADED_KERNELS = 4;

/**
 * Runs kernels in this process, one execution after the other, and keeps the versions used last
 * loaded. Faults after which the engines cannot be trusted are thrown: the process should end.
 */
export class KernelRunner {
  readonly #engines: Engines;
  readonly #artifactFolder: string;
  /** In order of last use, the oldest first. */
  readonly #kernels = new Map<string, LoadedKernel>();

  constructor(engines: Engines, artifactFolder: string) {
    this.#engines = engines;
    this.#artifactFolder = artifactFolder;
  }

  /** One execution. `key` stands for the manifest: its hash in hex. */
  async execute(key: string, manifest: Manifest, call: KernelCall): Promise<ExecutionOutcome> {
    return withoutReceipt(async () => {
      const kernel = await this.#kernel(key, manifest);
      return (await kernel.execute(call)).outcome;
    });
  }

  /** One validation; leaves nothing loaded. */
  async validate(manifest: Manifest): Promise<ExecutionOutcome> {
    let loaded: LoadedKernel | undefined;
    try {
      return await withoutReceipt(() =>
        validateKernel(manifest, {
          load: async () => (loaded = await this.#load(manifest)),
          read: (digest) => readArtifact(this.#artifactFolder, digest),
        }),
      );
    } finally {
      await loaded?.release();
    }
  }

  async #kernel(key: string, manifest: Manifest): Promise<LoadedKernel> {
    const kernel = this.#kernels.get(key) ?? (await this.#load(manifest));
    this.#kernels.delete(key);
    this.#kernels.set(key, kernel);
    for (const [oldest, unused] of this.#kernels) {
      if (this.#kernels.size <= MAX_LOADED_KERNELS) break;
      this.#kernels.delete(oldest);
      await unused.release();
    }
    return kernel;
  }

  async #load(manifest: Manifest): Promise<LoadedKernel> {
    return LoadedKernel.load(manifest, this.#engines, (digest) =>
      readArtifact(this.#artifactFolder, digest),
    );
  }
}

/** A missing artifact, an input or a model that a chain would not have let through. */
const NOT_OF_ENGINES = [ArtifactFault, ChainError, ModelRefusal, RuntimeRefusal];

/** Turns what concerns one task alone into an outcome without a receipt. */
async function withoutReceipt(work: () => Promise<ExecutionOutcome>): Promise<ExecutionOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!NOT_OF_ENGINES.some((kind) => error instanceof kind)) throw error;
    return { kind: "noReceipt", reason: (error as Error).message };
  }
}
