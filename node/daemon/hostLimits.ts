import { availableParallelism, totalmem } from "node:os";
import type { AppConfig } from "../home/appConfig.js";

/** What the sandbox may take of this machine. */
export interface SandboxShare {
  /** Processes at once, at least 1. */
  readonly children: number;
  /** Memory of one of them, in bytes. */
  readonly childMemoryBytes: bigint;
}

const MIB = 1_048_576;

/** One processor is left to consensus, and half of the memory to everything else. */
export function sandboxShare(
  { children, memoryMib }: AppConfig["inference"],
  machine: { readonly processors: number; readonly memoryBytes: number } = {
    processors: availableParallelism(),
    memoryBytes: totalmem(),
  },
): SandboxShare {
  const count = children === 0 ? Math.max(1, machine.processors - 1) : children;
  const total = memoryMib === 0 ? Math.floor(machine.memoryBytes / 2) : memoryMib * MIB;
  return { children: count, childMemoryBytes: BigInt(Math.floor(total / count)) };
}
