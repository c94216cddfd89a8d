import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GenesisState as SlashingGenesis } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { editSection, type GenesisDoc } from "#node/genesis/genesisDoc.js";
import { systemClock } from "#sdk/clock.js";
import { INFERENCE_QUERIES, STAKING_QUERIES } from "#sdk/query/services.js";
import { pollUntil } from "#sdk/poll.js";
import { abciQuery } from "#sdk/rpc/abciQuery.js";
import type { NodeProgram } from "#testnet/process/nodeProcess.js";
import { compileFaultyNode } from "../faults/compile.js";
import { CRASH_POINTS, type CrashPoint } from "../faults/crashes.js";
import { SeededRandom } from "../harness/random.js";
import { Inspector } from "./crash/inspector.js";
import { emptyState, kill, VICTIMS } from "./crash/kill.js";
import { Load } from "./crash/load.js";
import { ClientRecord } from "./crash/clientRecord.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";
import type { TestNode } from "./testNode.js";

const FULL = process.env["AIVM_TEST_COUNTS"] === "full";
const SEED = Number(process.env["AIVM_CRASH_SEED"] ?? "1");
const KILLS = FULL ? 52 : 5;

/** What can be half done: said, executed, written, durable and not told. All are for the full run. */
const ESSENTIAL_POINTS: readonly CrashPoint[] = [
  "after:extendVote",
  "after:finalizeBlock",
  "after:step commitInfo",
  "after:step transaction",
];
const POINTS = FULL ? CRASH_POINTS : ESSENTIAL_POINTS;

/** Two starts and a death are over within this time, on a loaded machine too. */
const CASE_MS = 300_000;
const DEATH_MS = 120_000;
/** The longest time that the network is left alone before somebody is killed. */
const QUIET_MS = 2_500;
const VALIDATORS = 4;

const RELEASE: NodeProgram = { flags: ["--log-format", "json"] };

const record = new ClientRecord();
let entry = "";
let network: TestNetwork;
let load: Load | undefined;
let inspectors: readonly Inspector[];
let deaths = 0;

beforeAll(async () => {
  entry = await compileFaultyNode();
  network = await TestNetwork.start({
    validators: VALIDATORS,
    chainId: "aivm-crash-1",
    programOf: () => RELEASE,
    adaptGenesis: patient,
    // Something is pruned in every commit.
    appSettings: [
      ["pruning", "custom"],
      ["pruning-keep-recent", "10"],
      ["pruning-interval", "1"],
    ],
  });
  load = await Load.start(network, record);
  inspectors = network.nodes.map((_, index) => new Inspector(network, index, record));
}, CASE_MS);

afterAll(async () => {
  await load?.stop();
  await network.close();
  rmSync(entry, { force: true });
}, CASE_MS);

showLogsOnFailure(() => network);

/** A case that failed leaves nobody dead, or about to die, to the next one. */
beforeEach(async () => {
  for (const inspector of inspectors) {
    const { node } = inspector;
    if (node.isRunning && node.program === RELEASE) continue;
    await node.kill();
    revive(node);
    await inspector.rejoins();
  }
}, CASE_MS);

describe(`a node that kills itself, under load, seed ${SEED}`, () => {
  it.each(turnsOf(POINTS))(
    "%s, time %i, rejoins and has lost nothing",
    async (point, nth, turn) => {
      const inspector = inspectors[turn % VALIDATORS]!;
      const { node } = inspector;
      await node.kill();
      if (point.endsWith(":initChain")) {
        emptyState(node);
        inspector.forget();
      }
      node.program = { entry, environment: { AIVM_CRASH: `${point} ${nth}` } };
      node.start();
      expect(await deathOf(node, point)).toBe("ended with SIGKILL");
      deaths += 2;
      revive(node);
      await expectRejoined(inspector);
    },
    CASE_MS,
  );
});

describe(`a node that is killed at a random moment, under load, seed ${SEED}`, () => {
  it.each(Array.from({ length: KILLS }, (_, turn) => turn + 1))(
    `rejoins and has lost nothing: %i of ${KILLS}`,
    async (turn) => {
      const random = new SeededRandom(BigInt(SEED) * 1_000n + BigInt(turn));
      const inspector = random.pick(inspectors);
      const { node } = inspector;
      await systemClock.pause(random.below(QUIET_MS), undefined);
      await kill(node, random.pick(VICTIMS));
      deaths += 1;
      revive(node);
      if (random.oneIn(4)) {
        // It had not come far in its new life.
        await systemClock.pause(random.below(QUIET_MS), undefined);
        await node.kill();
        deaths += 1;
        revive(node);
      }
      await expectRejoined(inspector);
    },
    CASE_MS,
  );
});

describe("after all the deaths", () => {
  it(
    "every node has every block, transaction and answer that anybody was told of",
    async () => {
      await load?.stop();
      load?.requireHealthy();
      for (const inspector of inspectors) {
        inspector.lookAgain();
        await inspector.inspect();
      }
      const height = await network.node(0).height();
      const { txs, answers } = record;
      process.stdout.write(
        `${deaths} deaths in ${height} blocks; ${txs.length} transactions and ${answers.length} ` +
          `answers kept; clients began anew ${load?.interruptions} times\n`,
      );
      expect(txs.length).toBeGreaterThan(deaths);
      expect(answers.length).toBeGreaterThan(0);
    },
    CASE_MS,
  );

  it("nobody is at fault and nobody has lost a coin of stake", async () => {
    const client = await network.connect();
    const { faults } = await client.queryMethod(INFERENCE_QUERIES, "Faults", {});
    expect(faults).toEqual([]);
    const { validators } = await client.queryMethod(STAKING_QUERIES, "Validators", {});
    expect(validators.map(({ tokens, jailed }) => ({ tokens, jailed }))).toEqual(
      Array.from({ length: VALIDATORS }, () => ({ tokens: "100000000000", jailed: false })),
    );
  });
});

/** Points with the turn at which they kill; some come once in a life, some once in four blocks. */
function turnsOf(
  points: readonly CrashPoint[],
): Array<readonly [point: CrashPoint, nth: number, turn: number]> {
  const random = new SeededRandom(BigInt(SEED));
  return points.map((point, turn) => {
    const isOnce = point.endsWith(":info") || point.endsWith(":initChain");
    const most = point.endsWith(":prepareProposal") ? 2 : 8;
    return [point, isOnce ? 1 : 1 + random.below(most), turn];
  });
}

/** Waits until the node has killed itself. */
async function deathOf(node: TestNode, point: CrashPoint): Promise<string> {
  const waiting = { timeoutMs: DEATH_MS, pauseMs: 50, pauseMsMax: 100 };
  return pollUntil(systemClock, `death of ${node.node.moniker} ${point}`, waiting, async () => {
    if (!node.isRunning) return node.ended;
    // Everything else comes with the load.
    if (point.endsWith(":query")) await ask(node).catch(() => undefined);
    return undefined;
  });
}

async function ask({ rpc }: TestNode): Promise<void> {
  await abciQuery(rpc, { path: "/app/version", data: new Uint8Array(0) });
}

/** Starts the node of the release again, on what the dead one left. */
function revive(node: TestNode): void {
  node.program = RELEASE;
  node.start();
}

async function expectRejoined(inspector: Inspector): Promise<void> {
  await inspector.rejoins();
  await inspector.inspect();
  load?.requireHealthy();
}

/** Nobody is jailed for being down: here validators die more often than any operator would let them. */
function patient(doc: GenesisDoc): GenesisDoc {
  const slashing = {
    name: "slashing",
    codec: SlashingGenesis,
    registry: genesisModules().types,
  };
  return editSection(doc, slashing, (genesis) => ({
    ...genesis,
    params: { ...genesis.params, signedBlocksWindow: 10_000n },
  }));
}
