import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BLOCK_STORE_LIST as stores, StoreBlocks } from "#test/harness/storeBlocks.js";
import { committedIn, restoreInto, snapshotOf } from "#test/harness/storeSnapshots.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { openStore } from "../multistore.js";

const CHILD = fileURLToPath(new URL("../../../test/harness/restoringStore.ts", import.meta.url));

/** Starting a process takes seconds when the machine is busy. */
const TIMEOUT_MS = 240_000;

const VERSIONS = 12;
const blocks = new StoreBlocks();

function sourceChain(): string {
  const path = temporaryFile();
  const store = openStore({ path, stores });
  for (let version = 1; version <= VERSIONS; version++) blocks.commit(store, version);
  store.close();
  return path;
}

/** Restores in a process that is killed: at a step of its own, or so long after its first line. */
async function killed(args: readonly string[], afterMs?: number): Promise<readonly string[]> {
  const all = ["--import", "tsx", "--conditions=aivm-source", CHILD, ...args];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (afterMs !== undefined) timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  await new Promise((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  return said.trimEnd().split("\n");
}

/** The state is empty or whole; an empty one takes the snapshot, and both go on as the original. */
function expectEmptyOrWhole(source: string, target: string): "empty" | "whole" {
  const expected = committedIn(source, stores);
  const found = committedIn(target, stores);
  if (found === undefined) restoreInto(target, stores, snapshotOf(source, stores));
  else expect(found).toEqual(expected);
  expect(snapshotOf(target, stores)).toEqual(snapshotOf(source, stores));
  const store = openStore({ path: target, stores });
  const fresh = openStore({ memory: true, stores });
  for (let version = 1; version <= VERSIONS; version++) blocks.commit(fresh, version);
  expect(blocks.commit(store, VERSIONS + 1)).toEqual(blocks.commit(fresh, VERSIONS + 1));
  store.close();
  return found === undefined ? "empty" : "whole";
}

test(
  "a process killed at any step of a restore leaves an empty state, or after the commit the whole",
  { timeout: TIMEOUT_MS },
  async () => {
    const source = sourceChain();
    for (const step of ["open", "chunk 0", "chunk 3", "finish", "commit", "committed"]) {
      const target = temporaryFile();
      const said = await killed([source, target, step]);
      expect(said.at(-1)).toBe(step);
      const expected = step === "committed" ? "whole" : "empty";
      expect(expectEmptyOrWhole(source, target), `after a kill at ${step}`).toBe(expected);
    }
  },
);

test(
  "a process killed at any moment of a restore leaves an empty state or the whole",
  { timeout: TIMEOUT_MS },
  async () => {
    const source = sourceChain();
    for (const afterMs of [0, 3, 6, 10, 15, 22]) {
      const target = temporaryFile();
      const said = await killed([source, target], afterMs);
      const found = expectEmptyOrWhole(source, target);
      if (said.at(-1) === "committed") expect(found).toBe("whole");
      else if (said.at(-1) !== "commit") expect(found).toBe("empty");
    }
  },
);
