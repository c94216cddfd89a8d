import type { Screen } from "../screen.js";
import type { RunningNetwork } from "./runningNetwork.js";

/** Second block: the first one needs nothing that the network has agreed on. */
const HEIGHT = 2n;
/** Engines are checked first, which takes a loaded machine with many nodes a while. */
const TIMEOUT_MS = 180_000;

/** Waits until every node makes blocks, and shows how far they are. */
export async function showBlocks(network: RunningNetwork, screen: Screen): Promise<void> {
  const { processes } = network;
  const startMs = performance.now();
  const progress = screen.progress("first blocks", processes.length);
  progress.update(0, "the nodes check their engines");
  await network.awaitBlocks({
    height: HEIGHT,
    timeoutMs: TIMEOUT_MS,
    onHeights: (heights) => {
      const there = heights.filter((height) => height >= HEIGHT).length;
      progress.update(there, `heights ${heights.join(", ")}`);
    },
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  progress.finish(`   all nodes have block ${HEIGHT}`);
  screen.done(`${processes.length} validators make blocks (${seconds} s)`);
}
