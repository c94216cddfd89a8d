import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openStoreRestore } from "#core/store/snapshot/restore.js";
import { BLOCK_STORE_LIST } from "./storeBlocks.js";
import { snapshotOf } from "./storeSnapshots.js";

/**
 * A process for crash tests: restores the state of the database of the first argument into that of
 * the second, and says each step on a line of its own, before it takes it. With a third argument it
 * kills itself at that step.
 */
const [source = "", target = "", fatalStep] = process.argv.slice(2);
const { version, appHash, chunks } = snapshotOf(source, BLOCK_STORE_LIST, 5_000);

async function step(name: string): Promise<void> {
  writeSync(process.stdout.fd, `${name}\n`);
  if (name === fatalStep) process.kill(process.pid, "SIGKILL");
  // Whoever kills at a random moment has read the line by then.
  await pause(1);
}

await step("open");
const restore = openStoreRestore({ path: target, stores: BLOCK_STORE_LIST, version, appHash });
for (const [index, chunk] of chunks.entries()) {
  await step(`chunk ${index}`);
  restore.push(chunk);
}
await step("finish");
restore.finish();
await step("commit");
restore.commit();
await step("committed");
