import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deserialize, serialize } from "node:v8";
import type { OutcomeDigest } from "#test/simulation/network/outcomeDigest.js";
import type { Recording } from "./recording.js";
import type { Surroundings } from "./replayChild.js";

/** What a replay in another process gave. */
export interface ReplayElsewhere {
  readonly digests: readonly OutcomeDigest[];
  readonly surroundings: Surroundings;
}

const LOCALE = "tr_TR.UTF-8";
const ELSEWHERE = {
  TZ: "Asia/Kathmandu",
  LANG: LOCALE,
  LC_ALL: LOCALE,
  LANGUAGE: "tr",
} as const;

/**
 * Executes recorded blocks in another process, under the time zone of Kathmandu and the locale of
 * Turkey, by a node that is opened from its file before every block.
 */
export async function replayElsewhere(
  recording: Recording,
  directory: string,
): Promise<ReplayElsewhere> {
  const [input, database, output] = ["blocks", "state.db", "digests"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  writeFileSync(input, serialize(recording));
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = fileURLToPath(new URL("replayChild.ts", import.meta.url));
  await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--conditions=aivm-source", child, input, database, output],
    { cwd: root, env: { ...process.env, ...ELSEWHERE } },
  );
  return deserialize(readFileSync(output)) as ReplayElsewhere;
}
