import type { Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { engineText } from "#modules/kernel/types/engines.js";

/** What this host has for kernels. */
export interface HostLimits {
  /** Engines whose binaries are the pinned ones. */
  readonly engines: readonly Engine[];
  /** Memory that one sandbox process may take, in bytes. */
  readonly memoryBytes: bigint;
}

/** Engines, code and loaded models of a process with nothing to do, in bytes. */
const PROCESS_BYTES = 128n * 1024n * 1024n;

/** Why this host cannot run a kernel version; undefined when it can. */
export function findRefusal(
  manifest: Manifest,
  peakTensorBytes: bigint,
  host: HostLimits,
): string | undefined {
  const offered = host.engines.map(engineText);
  for (const engine of [manifest.modelEngine, manifest.codeEngine]) {
    const text = engineText(engine);
    if (!offered.includes(text)) return `this host has no engine ${text}`;
  }
  const needed = PROCESS_BYTES + manifest.limits.memoryBytes + peakTensorBytes;
  if (needed <= host.memoryBytes) return undefined;
  return `the kernel needs ${needed} bytes of memory, a sandbox process may take ${host.memoryBytes}`;
}
