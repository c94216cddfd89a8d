import { assertDefined } from "#core/primitives/assert.js";
import type { CometSetting } from "#node/home/cometConfig.js";
import { accountNumberOf } from "../load/accountNumber.js";
import { fundSenders } from "../load/genesisSenders.js";
import { blast, type BlastOutcome, type Workload } from "../load/blast.js";
import type { Rpc } from "../load/rpc.js";
import { createSenders, type SendChain, type Sender, signSend } from "../load/sends.js";
import { AIVM_CHAIN_ID, AivmNetwork } from "../network/aivmNetwork.js";
import { cpuSeconds, treeUsage } from "../network/usage.js";
import { type BenchOptions, progress } from "../options.js";
import { findSimd, SIMD_CHAIN_ID, SIMD_DENOM, SIMD_PREFIX, SimdNode } from "../peers/simd.js";
import type { Figure, Section } from "../report/figure.js";

/**
 * One validator with CometBFT, ours and simd, one after the other, by the same generator with the
 * same amounts of everything: 2,000 accounts, 8 connections, broadcast_tx_sync, fresh chains,
 * `timeout_commit` 1 s.
 */
const SENDERS = 2_000;
const SENDS_EACH = 30;
const COMET: readonly CometSetting[] = [
  ["consensus.timeout_commit", "1s"],
  ["mempool.size", 200_000],
  ["mempool.max_txs_bytes", 4_294_967_296],
  ["mempool.cache_size", 300_000],
  ["rpc.max_request_batch_size", 100],
];
const GAS = { gasLimit: 200_000n, fee: 200n } as const;
const OURS: SendChain = { chainId: AIVM_CHAIN_ID, prefix: "nesa", denom: "unes", ...GAS };
const PEER: SendChain = {
  chainId: SIMD_CHAIN_ID,
  prefix: SIMD_PREFIX,
  denom: SIMD_DENOM,
  ...GAS,
};

/** A node that runs, of whichever chain. */
interface RunningNode {
  readonly rpc: Rpc;
  readonly pid: number;
}

interface Outcome extends BlastOutcome {
  /** Milliseconds of processor time per transfer, CometBFT included. */
  readonly cpuMs: number;
  /** The same of the process that was started, without its children. */
  readonly ownCpuMs: number;
}

/** Measures transfers per second through one node, and through the peer when it is there. */
export async function measureNode(options: BenchOptions): Promise<Section> {
  const sendsEach = Math.max(2, Math.round(SENDS_EACH * options.scale));
  const ours = await measureOurs(sendsEach, options);
  const peer = await measurePeer(sendsEach);
  const total = SENDERS * sendsEach;
  const notes = [
    `${total} signed MsgSend of ${SENDERS} accounts, timeout_commit 1 s, fresh chains, one after the other`,
  ];
  if (peer === undefined) notes.push("skipped: no simd; bench/peers/build-simd.sh builds it");
  return {
    title: "Transactions through one CometBFT node",
    figures: [
      { name: "aivmd: MsgSend a second", value: rateOf(ours), unit: "tx/s" },
      { name: "aivmd with CometBFT: processor time", value: ours.cpuMs, unit: "ms/tx" },
      { name: "aivmd without CometBFT: processor time", value: ours.ownCpuMs, unit: "ms/tx" },
      ...(peer === undefined ? [] : peerFigures(ours, peer)),
    ],
    notes,
  };
}

function peerFigures(ours: Outcome, peer: Outcome): Figure[] {
  return [
    { name: "simd (ibc-go v8.8.0): MsgSend a second", value: rateOf(peer), unit: "tx/s" },
    { name: "simd: processor time", value: peer.cpuMs, unit: "ms/tx" },
    {
      name: "aivmd to simd",
      value: rateOf(ours) / rateOf(peer),
      unit: "times",
      target: { kind: "at least", value: 1 },
    },
  ];
}

function rateOf({ committed, seconds }: BlastOutcome): number {
  return committed / seconds;
}

async function measureOurs(sendsEach: number, options: BenchOptions): Promise<Outcome> {
  const senders = createSenders(SENDERS, OURS.prefix);
  progress("node: starting aivmd");
  const network = await AivmNetwork.start({
    validators: 1,
    nodeFlags: options.nodeFlags,
    cometSettings: COMET,
    appSettings: [["inference.enable", false]],
    adaptGenesis: (doc) => ({
      ...doc,
      app_state: fundSenders(doc.app_state, senders, OURS.denom),
    }),
  });
  try {
    const node = { rpc: network.rpc(), pid: network.pid() };
    return await measureOne(node, { chain: OURS, senders, sendsEach });
  } finally {
    await network.stop();
  }
}

async function measurePeer(sendsEach: number): Promise<Outcome | undefined> {
  const binary = findSimd(process.env);
  if (binary === undefined) return undefined;
  const senders = createSenders(SENDERS, PEER.prefix);
  progress("node: starting simd");
  const node = await SimdNode.start(binary, senders, COMET);
  try {
    return await measureOne(node, { chain: PEER, senders, sendsEach });
  } finally {
    await node.stop();
  }
}

interface Load {
  readonly chain: SendChain;
  readonly senders: readonly Sender[];
  readonly sendsEach: number;
}

async function measureOne({ rpc, pid }: RunningNode, load: Load): Promise<Outcome> {
  const { chainId } = load.chain;
  progress(`node: signing for ${chainId}`);
  const workload = await signWorkload(rpc, load);
  progress(`node: sending to ${chainId}`);
  const before = usageOf(pid);
  const outcome = await blast(rpc, workload);
  const after = usageOf(pid);
  if (outcome.committed !== outcome.sent) {
    throw new Error(`${chainId} committed ${outcome.committed} of ${outcome.sent} transfers`);
  }
  const perTransfer = (seconds: number): number => (seconds * 1000) / outcome.committed;
  return {
    ...outcome,
    cpuMs: perTransfer(after.tree - before.tree),
    ownCpuMs: perTransfer(after.own - before.own),
  };
}

function usageOf(pid: number): { readonly tree: number; readonly own: number } {
  return { tree: treeUsage(pid)?.cpuSeconds ?? 0, own: cpuSeconds(pid) };
}

async function signWorkload(rpc: Rpc, { chain, senders, sendsEach }: Load): Promise<Workload> {
  const workload: Uint8Array[][] = [];
  for (const [index, sender] of senders.entries()) {
    const accountNumber = await accountNumberOf(rpc, sender);
    const recipient = assertDefined(senders[(index + 1) % senders.length], "there are senders");
    workload.push(
      Array.from({ length: sendsEach }, (_, sequence) =>
        signSend(chain, sender, {
          recipient: recipient.address,
          accountNumber,
          sequence: BigInt(sequence),
        }),
      ),
    );
  }
  return workload;
}
