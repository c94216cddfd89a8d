import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { adapterDigests } from "#modules/kernel/types/adapters.js";
import { namedFileDigests } from "#modules/kernel/types/namedFiles.js";
import { artifactBytes, readArtifact } from "../artifacts/artifactCache.js";
import type { ExecutionOutcome } from "../executor.js";
import { ArtifactFault } from "../faults.js";
import { ModelRefusal } from "../onnx/errors.js";
import { RuntimeRefusal } from "../onnx/session.js";
import { type Engines, type KernelCall, LoadedKernel } from "./loadedKernel.js";
import { validateKernel } from "./validation.js";
import { WarmKernels, type WarmUsage } from "./warmKernels.js";

/** Memory for versions that stay loaded, where nothing else is said. */
const DEFAULT_WARM_BYTES = 1 << 30;

/**
 * Runs kernels in this process, one execution after the other, and keeps the versions used last
 * loaded, within a budget of memory. Faults after which the engines cannot be trusted are thrown:
 * the process should end.
 */
export class KernelRunner {
  readonly #engines: Engines;
  readonly #artifactFolder: string;
  readonly #kernels: WarmKernels;

  /** `warmBytes` is the memory for versions that stay loaded. */
  constructor(engines: Engines, artifactFolder: string, warmBytes = DEFAULT_WARM_BYTES) {
    this.#engines = engines;
    this.#artifactFolder = artifactFolder;
    this.#kernels = new WarmKernels(warmBytes);
  }

  /** What loaded versions take. */
  get usage(): WarmUsage {
    return this.#kernels.usage;
  }

  /** One execution. `key` stands for the manifest: its hash in hex. */
  async execute(key: string, manifest: Manifest, call: KernelCall): Promise<ExecutionOutcome> {
    return withoutReceipt(async () => {
      const kernel = await this.#kernels.get(key, {
        expectedBytes: () => this.#expectedBytes(manifest),
        load: () => this.#load(manifest),
      });
      const { outcome } = await kernel.execute(call);
      await this.#kernels.shrink();
      return outcome;
    });
  }

  /** One validation; leaves nothing of it loaded. */
  async validate(manifest: Manifest): Promise<ExecutionOutcome> {
    await this.#kernels.makeRoom(await this.#expectedBytes(manifest));
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

  /** What is known before a version is loaded: files of models, adapters, libraries and data. */
  async #expectedBytes(manifest: Manifest): Promise<number> {
    let bytes = 0;
    const models = manifest.models.map(({ digest }) => digest);
    const others = [...adapterDigests(manifest), ...namedFileDigests(manifest)];
    for (const digest of [...models, ...others]) {
      bytes += await artifactBytes(this.#artifactFolder, digest);
    }
    return bytes;
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
