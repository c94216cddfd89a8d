import type { Screen } from "../screen.js";
import type { RunningNetwork } from "./runningNetwork.js";

/** The first block of a chain needs nothing that the network has agreed on. */
const BLOCKS = 1n;
/** Engines are checked first, which takes a loaded machine with many nodes a while. */
const TIMEOUT_MS = 180_000;

/** As in "4 validators". */
export function countOf(validators: number): string {
  return validators === 1 ? "1 validator" : `${validators} validators`;
}

/** Waits until every node makes blocks, and shows how far they are. */
export async function showBlocks(
  network: RunningNetwork,
  screen: Screen,
  signal?: AbortSignal,
): Promise<void> {
  const { processes } = network;
  const startMs = performance.now();
  const progress = screen.progress("first blocks", processes.length);
  progress.update(0, "the nodes check their engines");
  await network.awaitBlocks({
    blocks: BLOCKS,
    timeoutMs: TIMEOUT_MS,
    signal,
    onHeights: (heights) => {
      const there = heights.filter((height) => height > 0n).length;
      progress.update(there, `heights ${heights.join(", ")}`);
    },
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  progress.finish("   all nodes agree on new blocks");
  screen.done(
    `${countOf(processes.length)} make${processes.length === 1 ? "s" : ""} blocks (${seconds} s)`,
  );
}
