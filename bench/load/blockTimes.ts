import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;
/** FinalizeBlock and Commit: what a block keeps the application busy with. */
const PARTS = ["aivm_block_execution_seconds", "aivm_block_commit_seconds"];

interface Totals {
  readonly blocks: number;
  readonly seconds: number;
}

/** How long each block was worked on, from a node's metrics, which are read all the time. */
export class BlockTimes {
  readonly #url: string;
  readonly #timesMs: number[] = [];
  #running = true;
  #watching: Promise<void> = Promise.resolve();

  private constructor(url: string) {
    this.#url = url;
  }

  static async start(telemetry: string): Promise<BlockTimes> {
    const times = new BlockTimes(`${telemetry}/metrics`);
    times.#watching = times.#watch(await times.#totals());
    return times;
  }

  /** Milliseconds for each block since the start; blocks between two readings share their mean. */
  async stop(): Promise<readonly number[]> {
    this.#running = false;
    await this.#watching;
    return this.#timesMs;
  }

  async #watch(first: Totals): Promise<void> {
    let last = first;
    while (this.#running) {
      await sleep(POLL_MS);
      const now = await this.#totals();
      const blocks = now.blocks - last.blocks;
      if (blocks === 0) continue;
      const each = ((now.seconds - last.seconds) * 1_000) / blocks;
      for (let index = 0; index < blocks; index++) this.#timesMs.push(each);
      last = now;
    }
  }

  async #totals(): Promise<Totals> {
    const text = await (await fetch(this.#url)).text();
    const value = (name: string): number =>
      Number(new RegExp(`^${name} ([0-9.e+-]+)$`, "m").exec(text)?.[1] ?? 0);
    const seconds = PARTS.reduce((total, part) => total + value(`${part}_sum`), 0);
    return { blocks: value("aivm_block_commit_seconds_count"), seconds };
  }
}
