import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { GenesisState } from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { editSection, type GenesisDoc } from "#node/genesis/genesisDoc.js";
import { AivmClient } from "#sdk/client.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { type BlockStats, blockStats } from "../load/blockStats.js";
import { Digits } from "../load/digits.js";
import { fundSenders } from "../load/genesisSenders.js";
import { INPUTS_A_REQUEST, RequestFeed, REQUESTS_A_TX } from "../load/requestFeed.js";
import { createSenders, type SendChain, type Sender } from "../load/sends.js";
import { AIVM_CHAIN_ID, AivmNetwork } from "../network/aivmNetwork.js";
import { databaseBytes } from "../network/databaseBytes.js";
import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { mean, quantile, sum } from "../report/statistics.js";
import { bareRate, loadSandbox } from "./sandbox.js";

const CHAIN: SendChain = {
  chainId: AIVM_CHAIN_ID,
  prefix: "nesa",
  denom: "unes",
  gasLimit: 40_000_000n,
  fee: 40_000n,
};
/** A validator answers few searches: its users find their requests, by whoever asked. */
const INDEXED = ["inference.requested.request_id", "inference.requested.requester"];
const SENDERS = 64;
/**
 * Requests that wait or run at any time of the load: some 1,000 are being answered, the rest wait.
 */
const OPEN_REQUESTS = 2_400;
const POLL_MS = 500;
const WAIT_MS = 120_000;

/** What the load on a network came to. */
interface NetworkOutcome {
  /** Inferences per second: inputs answered, by however many members. */
  readonly rate: number;
  /** The same in the first and the last fifth of the time: what growing state costs. */
  readonly firstRate: number;
  readonly lastRate: number;
  readonly executions: number;
  /** Requests that ended without an answer: the machine was too slow for what it had taken on. */
  readonly unanswered: number;
  readonly validators: number;
  readonly blocksToResult: number;
  readonly idle: BlockStats;
  readonly busy: BlockStats;
  readonly growth: Growth;
}

/** Bytes by which databases grew. */
interface Growth {
  readonly idleState: number;
  readonly idleComet: number;
  readonly busyState: number;
  readonly busyComet: number;
}

/** Inferences through one node beside the sandbox alone and the bare model, on the same machine. */
export async function measureInference(options: BenchOptions): Promise<Section> {
  const digits = await Digits.build();
  try {
    const seconds = Math.min(options.seconds, MAX_ENGINE_SECONDS);
    const children = Math.max(1, availableParallelism() - 1);
    progress("inference: the bare model and the sandbox alone");
    const bare = await bareRate(digits.model, seconds);
    const { rate: alone } = await loadSandbox(digits, children, seconds);
    const { rate: all } = await loadSandbox(digits, availableParallelism(), seconds);
    const network = await runNetwork(digits, { validators: 1, children, options });
    const more = await runNetwork(digits, { validators: 1, children: children + 1, options });
    return {
      title: "Inferences through one node",
      figures: [
        { name: "bare session.run, one thread", value: bare, unit: "runs/s" },
        { name: `sandbox alone, ${children} process(es)`, value: alone, unit: "inferences/s" },
        { name: "sandbox alone, a process per processor", value: all, unit: "inferences/s" },
        { name: "one node, k = 1", value: network.rate, unit: "inferences/s" },
        {
          name: "one node to the sandbox alone",
          value: (network.rate / alone) * 100,
          unit: "%",
          target: { kind: "at least", value: 60 },
        },
        {
          name: "one node to the sandbox on every processor",
          value: (network.rate / all) * 100,
          unit: "%",
        },
        ...networkFigures(network),
        {
          name: `one node with ${children + 1} sandbox processes`,
          value: more.rate,
          unit: "inferences/s",
        },
      ],
      notes: [
        `kernels/digits, ${INPUTS_A_REQUEST} inputs a request, ${REQUESTS_A_TX} requests a transaction, ${OPEN_REQUESTS} requests open, ${options.seconds} s of load, ${children} sandbox process(es) beside consensus`,
      ],
    };
  } finally {
    digits.remove();
  }
}

/** The same load on four nodes, each of which runs every request. */
export async function measureFourNodes(options: BenchOptions): Promise<Section> {
  const digits = await Digits.build();
  try {
    const network = await runNetwork(digits, { validators: 4, children: 1, options });
    return {
      title: "Inferences through four nodes on this machine",
      figures: [
        { name: "four nodes, k = 4", value: network.rate, unit: "inferences/s" },
        { name: "executions of all members", value: network.rate * 4, unit: "executions/s" },
        // The targets are those of one node, which has a processor to itself.
        ...networkFigures(network).map(({ name, value, unit }) => ({ name, value, unit })),
      ],
      notes: [
        `four CometBFT, four aivmd and four sandboxes share ${availableParallelism()} processors`,
      ],
    };
  } finally {
    digits.remove();
  }
}

/** The engines' rates settle within this time. */
const MAX_ENGINE_SECONDS = 20;

function networkFigures(outcome: NetworkOutcome): Figure[] {
  const { idle, busy, growth, executions, blocksToResult, validators } = outcome;
  const [idleP95, busyP95] = [quantile(idle.intervalsMs, 0.95), quantile(busy.intervalsMs, 0.95)];
  return [
    { name: "in the first fifth of the time", value: outcome.firstRate, unit: "inferences/s" },
    { name: "in the last fifth of the time", value: outcome.lastRate, unit: "inferences/s" },
    {
      name: "requests that ended unanswered",
      value: outcome.unanswered,
      unit: "",
      target: { kind: "at most", value: 0 },
    },
    {
      name: "blocks from request to result",
      value: blocksToResult,
      unit: "blocks",
      target: { kind: "at most", value: 5 },
    },
    { name: "block time p95, idle", value: idleP95, unit: "ms" },
    { name: "block time p95, under load", value: busyP95, unit: "ms" },
    {
      name: "block time p95, load to idle",
      value: (busyP95 / idleP95) * 100 - 100,
      unit: "% more",
      target: { kind: "at most", value: 20 },
    },
    {
      name: "bytes of a vote extension, mean",
      value: sum(busy.extensionBytes) / (busy.blocks * validators),
      unit: "bytes",
      target: { kind: "at most", value: 200 },
    },
    {
      name: "entries of a vote extension, most",
      value: quantile(busy.entryBytes, 1),
      unit: "bytes",
      target: { kind: "at most", value: 1_024 },
    },
    { name: "transaction 0 under load, mean", value: mean(busy.injectedBytes), unit: "bytes" },
    { name: "state.db, idle block", value: growth.idleState / idle.blocks, unit: "bytes" },
    {
      name: "CometBFT's databases, idle block",
      value: growth.idleComet / idle.blocks,
      unit: "bytes",
    },
    { name: "state.db, inference", value: growth.busyState / executions, unit: "bytes" },
    {
      name: "CometBFT's databases, inference",
      value: growth.busyComet / executions,
      unit: "bytes",
    },
  ];
}

async function runNetwork(
  digits: Digits,
  given: {
    readonly validators: number;
    /** Sandbox processes of each node. */
    readonly children: number;
    readonly options: BenchOptions;
  },
): Promise<NetworkOutcome> {
  const { validators, children, options } = given;
  const senders = createSenders(SENDERS, CHAIN.prefix);
  progress(`inference: starting ${validators} node(s)`);
  const network = await AivmNetwork.start({
    validators,
    nodeFlags: options.nodeFlags,
    cometSettings: [["rpc.max_request_batch_size", 100]],
    appSettings: [
      ["inference.children", children],
      ["index-events", INDEXED],
    ],
    adaptGenesis: (doc) => adaptGenesis(doc, senders),
  });
  try {
    progress("inference: publishing the kernel");
    await publish(network, digits);
    const feed = await RequestFeed.start({ rpc: network.rpc(), chain: CHAIN, digits }, senders);
    return { validators, ...(await loadNetwork(network, feed, options)) };
  } finally {
    await network.stop();
  }
}

/**
 * What one node can answer in a block: a network this small carries all its outputs in its blocks.
 */
const PAYLOAD_BYTES = 360_448n;
/** The largest: a slot is one batch then, and no seat is taken for a few requests. */
const BATCH_REQUESTS = 256;

function adaptGenesis(doc: GenesisDoc, senders: readonly Sender[]): GenesisDoc {
  const { types: registry } = genesisModules();
  const funded = { ...doc, app_state: fundSenders(doc.app_state, senders, CHAIN.denom) };
  const section = { name: "inference", codec: GenesisState, registry };
  return editSection(funded, section, (state) => ({
    ...state,
    params: { ...state.params, payloadBytes: PAYLOAD_BYTES, maxBatchRequests: BATCH_REQUESTS },
  }));
}

async function publish(network: AivmNetwork, digits: Digits): Promise<void> {
  const signer = signerFromMnemonic(network.testnet.user.mnemonic);
  const client = await AivmClient.connect({ rpc: network.rpc().url, signer });
  await client.publishKernel(digits.bundle);
}

async function loadNetwork(
  network: AivmNetwork,
  feed: RequestFeed,
  { seconds }: BenchOptions,
): Promise<Omit<NetworkOutcome, "validators">> {
  const rpc = network.rpc();
  const blocksToResult = await askOnce(feed);
  progress("inference: idle blocks");
  const idle = await observe(network, async () => {
    await sleep(Math.min(seconds, MAX_IDLE_SECONDS) * 1000);
    return 0;
  });
  progress("inference: filling the queue");
  await feed.submit(OPEN_REQUESTS);
  await until(async () => (await feed.settled()) > 1);
  progress("inference: under load");
  const busy = await observe(network, () => keepBusy(feed, seconds));
  const polls = busy.work;
  const start = assertDefined(polls[0], "there is a first poll");
  const end = assertDefined(polls.at(-1), "there is a last poll");
  const settled = end.settled - start.settled;
  // The node answers these queries when the load is over: they are no part of what is measured.
  const fulfilled = await feed.fulfilled(start.settled, end.settled);
  const executions = fulfilled * INPUTS_A_REQUEST;
  return {
    rate: executions / (end.seconds - start.seconds),
    firstRate: rateBetween(polls, 0, 0.2),
    lastRate: rateBetween(polls, 0.8, 1),
    executions,
    unanswered: settled - fulfilled,
    blocksToResult,
    idle: await blockStats(rpc, idle.first, idle.last),
    busy: await blockStats(rpc, busy.first, busy.last),
    growth: {
      idleState: idle.stateBytes,
      idleComet: idle.cometBytes,
      busyState: busy.stateBytes,
      busyComet: busy.cometBytes,
    },
  };
}

const MAX_IDLE_SECONDS = 60;

/** Blocks from a request's block to that of its result, on an idle network. */
async function askOnce(feed: RequestFeed): Promise<number> {
  await feed.submit(1);
  await until(async () => (await feed.settled()) === 1);
  const request = assertDefined(await feed.find(1), "the request is there");
  const result = await feed.result(1);
  return Number(result.height - request.height);
}

/** How many requests had ended, and when. */
interface Progress {
  readonly seconds: number;
  readonly settled: number;
}

/** Keeps requests open for a while; gives how many had ended, poll by poll. */
async function keepBusy(feed: RequestFeed, seconds: number): Promise<readonly Progress[]> {
  const startMs = performance.now();
  const polls: Progress[] = [];
  for (;;) {
    const settled = await feed.settled();
    const elapsed = (performance.now() - startMs) / 1000;
    polls.push({ seconds: elapsed, settled });
    if (elapsed >= seconds) return polls;
    await feed.submit(Math.max(0, OPEN_REQUESTS - (feed.submitted - settled)));
    await sleep(POLL_MS);
  }
}

/** Inferences per second between two shares of the time, 0 to 1. */
function rateBetween(polls: readonly Progress[], from: number, to: number): number {
  const at = (share: number): Progress =>
    assertDefined(polls[Math.round(share * (polls.length - 1))], "there are polls");
  const [start, end] = [at(from), at(to)];
  return ((end.settled - start.settled) * INPUTS_A_REQUEST) / (end.seconds - start.seconds);
}

interface Observed<T> {
  readonly work: T;
  readonly first: number;
  readonly last: number;
  readonly stateBytes: number;
  readonly cometBytes: number;
}

/** Blocks and growth of the databases while something goes on. */
async function observe<T>(network: AivmNetwork, work: () => Promise<T>): Promise<Observed<T>> {
  const rpc = network.rpc();
  const [first, before] = [await rpc.height(), databaseBytes(network.dataFolder())];
  const done = await work();
  const [last, after] = [await rpc.height(), databaseBytes(network.dataFolder())];
  return {
    work: done,
    first,
    last,
    stateBytes: after.state - before.state,
    cometBytes: after.comet - before.comet,
  };
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < WAIT_MS; waited += POLL_MS) {
    if (await done()) return;
    await sleep(POLL_MS);
  }
  throw new Error("the network does not answer the requests");
}
