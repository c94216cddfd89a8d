import type { BlockRequest } from "#core/abci/requests.js";
import { Coverage } from "#test/simulation/coverage/coverage.js";
import { digestOf, type OutcomeDigest } from "#test/simulation/network/outcomeDigest.js";
import { type ChainStart, SimNode } from "#test/simulation/network/simNode.js";
import { simAggregator } from "#test/simulation/scenario/aggregator.js";
import { simulate } from "#test/simulation/simulation.js";

/** How a chain begins, without what cannot be written to a file. */
export type RecordedStart = Omit<ChainStart, "aggregator">;

/** Blocks of a chain, with what the network that decided them made of each. */
export interface Recording {
  readonly start: RecordedStart;
  readonly blocks: readonly BlockRequest[];
  readonly digests: readonly OutcomeDigest[];
}

/** Records the blocks that a simulated network decides: every kind of transaction and inference. */
export async function recordBlocks(seed: bigint, count: number): Promise<Recording> {
  let begun: ChainStart | undefined;
  const blocks: BlockRequest[] = [];
  const digests: OutcomeDigest[] = [];
  await simulate({
    seed,
    blocks: count,
    coverage: new Coverage(),
    onStart: (start) => {
      begun = start;
    },
    onBlock: ({ request, outcome }) => {
      blocks.push(request);
      digests.push(digestOf(outcome));
    },
  });
  if (begun === undefined) throw new Error("a simulation tells how its chain begins");
  const { chainId, timeNs, maxGas, appState } = begun;
  return { start: { chainId, timeNs, maxGas, appState }, blocks, digests };
}

/** How a node executes recorded blocks. */
export interface Replay {
  /** Database file; in memory without one. */
  readonly path?: string;
  /** Closes and reopens the node before every block. */
  readonly reopens?: boolean;
}

/** Executes recorded blocks on a node of its own. */
export function replayBlocks(
  { start, blocks }: Pick<Recording, "start" | "blocks">,
  { path, reopens = false }: Replay = {},
): OutcomeDigest[] {
  const storage = path === undefined ? {} : { path };
  const node = new SimNode({ ...start, aggregator: simAggregator }, undefined, storage);
  try {
    node.initChain();
    return blocks.map((block) => {
      if (reopens) node.restart();
      return digestOf(node.execute(block));
    });
  } finally {
    node.close();
  }
}

/** The first height at which two replays differ; undefined when none does. */
export function firstDifference(
  a: readonly OutcomeDigest[],
  b: readonly OutcomeDigest[],
): number | undefined {
  const count = Math.max(a.length, b.length);
  for (let index = 0; index < count; index++) {
    const [one, other] = [a[index], b[index]];
    if (one?.appHash !== other?.appHash || one?.results !== other?.results) return index + 1;
  }
  return undefined;
}
