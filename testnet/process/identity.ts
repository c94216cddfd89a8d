import { execFileSync } from "node:child_process";

/** A process as the system tells it from a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Program and arguments, which name the folder of what it runs, as `ps` writes them. */
  readonly description: string;
}

/** Identity of a running process; undefined when there is none of this number. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const description = execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return description.trim() === "" ? undefined : { pid, description: description.trim() };
  } catch {
    // `ps` fails for a number that no process has.
    return undefined;
  }
}

/** Whether this very process still runs, and not another one that was given its number. */
export function isRunning({ pid, description }: ProcessIdentity): boolean {
  return identify(pid)?.description === description;
}
