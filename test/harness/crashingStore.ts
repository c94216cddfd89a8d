import { writeSync } from "node:fs";
import { openStore } from "#core/store/multistore.js";
import { BLOCK_STORE_LIST, StoreBlocks } from "./storeBlocks.js";

/**
 * A process for crash tests: commits block after block to the database of the first argument and
 * says each step of a commit on a line of its own. With a second argument it kills itself at that
 * step of its first commit; without one it goes on until it is killed.
 */
const [path = "", fatalStep] = process.argv.slice(2);
const store = openStore({
  path,
  stores: BLOCK_STORE_LIST,
  pruning: { keepRecent: 3, interval: 2 },
  onStep: (step) => {
    writeSync(process.stdout.fd, `${step}\n`);
    if (step === fatalStep) process.kill(process.pid, "SIGKILL");
  },
});
const blocks = new StoreBlocks();
for (let version = Number(store.committed()?.version ?? 0n) + 1; ; version++) {
  blocks.commit(store, version);
}
