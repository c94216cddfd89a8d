import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "#test/harness/random.js";
import type { Coverage } from "./coverage/coverage.js";
import { checkExport } from "./invariants/export.js";
import { Inspector } from "./invariants/inspector.js";
import { Mempool } from "./mempool.js";
import { Participant } from "./network/participant.js";
import { SimNetwork, type ProducedBlock } from "./network/simNetwork.js";
import { type ChainStart, SimNode } from "./network/simNode.js";
import { SimOperator } from "./network/simOperator.js";
import { NETWORK_OUTCOMES, tamperingName } from "./coverage/network.js";
import { OPERATIONS } from "./operations/index.js";
import { type Character, ConductPlan } from "./scenario/conduct.js";
import { startOf } from "./scenario/start.js";
import { makePeople, World } from "./world.js";

/** One simulation. */
export interface SimulationPlan {
  readonly seed: bigint;
  readonly blocks: number;
  readonly coverage: Coverage;
  /** Told of the chain that begins. */
  readonly onStart?: (start: ChainStart) => void;
  /** Told of every block after it was looked at. */
  readonly onBlock?: (block: ProducedBlock, world: World) => void;
}

/** What a simulation did. */
export interface SimulationSummary {
  readonly seed: bigint;
  readonly nodes: number;
  readonly blocks: number;
  readonly txs: number;
  readonly failedTxs: number;
  readonly requests: number;
  /** Blocks that took more than one round. */
  readonly lateRounds: number;
  /** Processes that were killed. */
  readonly restarts: number;
}

/** A simulation that went wrong, with what repeats it. */
export class SimulationFailure extends Error {
  readonly seed: bigint;
  readonly height: bigint;

  constructor(at: { seed: bigint; height: bigint }, operations: readonly string[], cause: unknown) {
    const { seed, height } = at;
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(
      `seed ${seed} fails at block ${height}; replay it with\n` +
        `  make test-sim SEED=${seed} BLOCKS=${height}\n` +
        `after ${operations.join(", ")}:\n${reason}`,
    );
    this.name = "SimulationFailure";
    this.seed = seed;
    this.height = height;
  }
}

const NODES = [4, 5, 6, 7] as const;
const MOST_OPERATIONS = 13;
/** Few heights are kept, so that pruning happens. */
const PRUNING = { keepRecent: 20, interval: 5 } as const;

/** Runs a network of 4 to 7 nodes through random blocks; fails with a {@link SimulationFailure}. */
export async function simulate(plan: SimulationPlan): Promise<SimulationSummary> {
  const simulation = new Simulation(plan);
  try {
    await simulation.run();
    checkExport(simulation.world);
    simulation.noteNetwork();
    return simulation.summary;
  } catch (error) {
    const at = { seed: plan.seed, height: simulation.height };
    throw new SimulationFailure(at, simulation.operations, error);
  } finally {
    simulation.close();
  }
}

class Simulation {
  readonly #plan: SimulationPlan;
  readonly #random: SeededRandom;
  readonly #directory = mkdtempSync(join(tmpdir(), "aivm-sim-"));
  readonly #start;
  readonly #network: SimNetwork;
  readonly #mempool: Mempool;
  readonly world: World;
  /** Names of what was done before the block that is being produced. */
  readonly operations: string[] = [];
  readonly #inspector = new Inspector();
  readonly #operators: readonly SimOperator[];
  readonly #counts = { txs: 0, failedTxs: 0, lateRounds: 0 };

  constructor(plan: SimulationPlan) {
    this.#plan = plan;
    this.#random = new SeededRandom(plan.seed);
    const people = makePeople();
    const isHarsh = (plan.seed / BigInt(NODES.length)) % 2n === 1n;
    const count = NODES[Number(plan.seed % BigInt(NODES.length))] ?? 4;
    this.#operators = Array.from({ length: count }, (_, i) => new SimOperator(`validator-${i}`));
    this.#start = startOf({ random: this.#random, isHarsh }, people, this.#operators);
    plan.onStart?.(this.#start);
    const { chainId, timeNs } = this.#start;
    const observer = new SimNode(this.#start, undefined);
    this.#network = new SimNetwork({ chainId, timeNs, observer, random: this.#random });
    this.#mempool = new Mempool(chainId);
    this.world = new World({
      random: this.#random,
      people,
      network: this.#network,
      coverage: plan.coverage,
      mempool: this.#mempool,
      join: (name) => this.#join(new SimOperator(name), "honest"),
    });
  }

  /** The height that is being produced. */
  get height(): bigint {
    return this.#network.height + 1n;
  }

  get summary(): SimulationSummary {
    const { inference } = this.world.keepers;
    const ctx = this.world.context();
    return {
      seed: this.#plan.seed,
      nodes: this.#network.participants.length,
      blocks: Number(this.#network.height),
      requests: Number(inference.tables.nextRequestId.get(ctx.kv(inference.storeKey)) - 1n),
      restarts: this.#network.participants.reduce((sum, one) => sum + one.restarts, 0),
      ...this.#counts,
    };
  }

  /** Counts what happened to the nodes. */
  noteNetwork(): void {
    const { restarts, lateRounds } = this.summary;
    const replayed = this.#network.participants.reduce((sum, one) => sum + one.replayed, 0);
    const counts = [restarts, lateRounds, replayed];
    for (const [index, name] of NETWORK_OUTCOMES.entries()) {
      const times = counts[index] ?? 0;
      if (times > 0) this.#plan.coverage.note(name, times);
    }
  }

  async run(): Promise<void> {
    for (const [index, operator] of this.#operators.entries()) {
      await this.#join(operator, this.#characterOf(index));
    }
    while (this.#network.height < this.#plan.blocks) await this.#block();
  }

  close(): void {
    this.#network.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Byzantines stay below a third: one, or two of seven. */
  #characterOf(index: number): Character {
    if (index === 0 || (index === 1 && this.#operators.length === 7)) return "byzantine";
    return index === 2 ? "troubled" : "honest";
  }

  /** Every third node keeps its state in a file and can be killed. */
  async #join(operator: SimOperator, character: Character): Promise<Participant> {
    const number = this.#network.participants.length;
    const path = join(this.#directory, `${operator.name}.db`);
    const storage = number % 3 === 0 ? { path, pruning: PRUNING } : {};
    const node = new SimNode(this.#start, operator, storage);
    const plan = new ConductPlan(character, this.#random);
    const participant = new Participant({ operator, node, character, plan });
    await this.#network.join(participant);
    return participant;
  }

  async #block(): Promise<void> {
    if (this.#network.height > 0n) await this.#operate();
    const world = this.world;
    const block = await this.#network.produce({
      txs: this.#mempool.waiting.map(({ bytes }) => bytes),
      misbehavior: world.misbehavior.splice(0),
      inspect: (node, request, outcome) => {
        this.#inspector.staged(node, request, outcome);
      },
    });
    this.#mempool.settle(this.#network.observer, block.request.txs);
    this.#count(block);
    this.#inspector.committed(world, block.outcome);
    this.#plan.onBlock?.(block, world);
  }

  async #operate(): Promise<void> {
    this.operations.splice(0);
    const total = OPERATIONS.reduce((sum, { weight }) => sum + weight, 0);
    for (let left = this.#random.below(MOST_OPERATIONS); left > 0; left--) {
      let at = this.#random.below(total);
      const chosen = OPERATIONS.find(({ weight }) => (at -= weight) < 0);
      if (chosen === undefined) continue;
      this.operations.push(chosen.name);
      await chosen.act(this.world);
    }
  }

  #count({ request, outcome, round, tampered }: ProducedBlock): void {
    this.#plan.coverage.block(outcome);
    for (const name of tampered) this.#plan.coverage.note(tamperingName(name));
    if (round > 0) this.#counts.lateRounds++;
    for (const [index, result] of outcome.txResults.entries()) {
      if (index === 0) continue;
      this.#counts.txs++;
      if (result.code !== 0) this.#counts.failedTxs++;
      const bytes = request.txs[index];
      const tx = bytes && this.#mempool.find(bytes);
      tx?.draft.expect?.(result);
    }
  }
}
