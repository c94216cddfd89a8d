import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

const GIB = 1_073_741_824;

/** A line about the machine: figures mean little without it. */
export function describeMachine(): string {
  const [processor] = cpus();
  const model = processor?.model.trim() ?? "";
  const memory = (totalmem() / GIB).toFixed(1);
  return [
    `${availableParallelism()} processors (${model === "" ? "unknown" : model})`,
    `${memory} GiB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
  ].join(", ");
}

/** Processors that others keep busy, by the load of the last minute. */
export function busyProcessors(): number {
  return loadavg()[0] ?? 0;
}

/**
 * Processor seconds that the whole machine has used, waiting for disks not included; undefined
 * where there is no /proc.
 */
export function machineCpuSeconds(): number | undefined {
  try {
    const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softirq) / 100;
  } catch {
    return undefined;
  }
}
