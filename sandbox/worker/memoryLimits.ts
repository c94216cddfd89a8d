import { readFileSync, writeFileSync } from "node:fs";

/** Engines, their compiled code, heap and buffers of a process without a kernel, in bytes. */
export const PROCESS_BYTES = 256 * 1_048_576;

/** Half as much again as a process may take is more than any kernel needs that was admitted. */
const EXCESS_FACTOR = 1.5;
const WATCH_MS = 500;

/**
 * Memory for versions that stay loaded, of what a process may take: half of what the engines leave.
 * The other half is for the model that is being loaded, for tensors and for code that runs.
 */
export function warmBytes(memoryBytes: number): number {
  return Math.max(0, Math.floor((memoryBytes - PROCESS_BYTES) / 2));
}

/**
 * Watches that a process does not take far more memory than it may; `exceeded` is told how much it
 * takes. Gives a function that ends the watch. Does nothing where the system does not tell.
 */
export function watchMemory(
  pid: number,
  memoryBytes: number,
  exceeded: (residentBytes: number) => void,
): () => void {
  const timer = setInterval(() => {
    const resident = residentBytes(pid);
    if (resident > memoryBytes * EXCESS_FACTOR) exceeded(resident);
  }, WATCH_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Where memory runs out, the system should end a sandbox process and not the validator. */
export function offerFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Other systems have other ways; the process is then judged as any other.
  }
}

/** Memory of a process that is in RAM, in bytes; 0 where the system does not tell. */
function residentBytes(pid: number): number {
  try {
    // In kilobytes, where `statm` counts pages, which are larger on some ARM machines.
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
