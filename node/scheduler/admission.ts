import type { Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { PROCESS_BYTES } from "#sandbox/worker/memoryLimits.js";
import { engineText } from "#modules/kernel/types/engines.js";

/** What this host has for kernels. */
export interface HostLimits {
  /** Engines whose binaries are the pinned ones. */
  readonly engines: readonly Engine[];
  /** Memory that one sandbox process may take, in bytes. */
  readonly memoryBytes: bigint;
}

/**
 * How often a model's bytes are in memory while it is loaded: its file, and the weights that the
 * runtime takes from it. A probe of an escalation comes later and takes the place of the file.
 */
const MODEL_COPIES = 2n;

/** Memory that a kernel version needs, in bytes. */
export interface MemoryNeed {
  /** Its models' files together, and their adapters'. */
  readonly modelBytes: bigint;
  /** Its libraries and data together, which stay beside the code's memory. */
  readonly fileBytes?: bigint;
  /** Tensors that live at once at its largest inputs; 0 before they were measured. */
  readonly peakTensorBytes: bigint;
}

/** Why this host cannot run a kernel version; undefined when it can. */
export function findRefusal(
  manifest: Manifest,
  { modelBytes, fileBytes = 0n, peakTensorBytes }: MemoryNeed,
  host: HostLimits,
): string | undefined {
  const offered = host.engines.map(engineText);
  for (const engine of [manifest.modelEngine, manifest.codeEngine]) {
    const text = engineText(engine);
    if (!offered.includes(text)) return `this host has no engine ${text}`;
  }
  const ofCode = manifest.limits.memoryBytes + fileBytes;
  const ofKernel = ofCode + MODEL_COPIES * modelBytes + peakTensorBytes;
  const needed = BigInt(PROCESS_BYTES) + ofKernel;
  if (needed <= host.memoryBytes) return undefined;
  return `the kernel needs ${needed} bytes of memory, a sandbox process may take ${host.memoryBytes}`;
}
