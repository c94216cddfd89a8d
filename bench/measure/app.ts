import type { JsonObject } from "#core/codec/json.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { buildGenesis } from "#test/harness/genesis.js";
import { TestAccount, TestValidator } from "#test/harness/identities.js";
import { MemoryNetwork } from "#test/harness/memoryNetwork.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { fundSenders } from "../load/genesisSenders.js";
import { createSenders, type SendChain, type Sender, signSend } from "../load/sends.js";
import { type BenchOptions, progress } from "../options.js";
import type { Section } from "../report/figure.js";

/**
 * The application alone: one validator in memory, no CometBFT, no socket, no disk. Each block has a
 * signed MsgSend of every sender, which goes the whole way: CheckTx, PrepareProposal,
 * ProcessProposal, FinalizeBlock, Commit.
 */
const CHAIN: SendChain = {
  chainId: "aivm-bench-1",
  prefix: "nesa",
  denom: "unes",
  gasLimit: 200_000n,
  fee: 200n,
};
const SENDERS = 2_000;
const WARM_UP_BLOCKS = 3;
const BLOCKS = 20;

/** Milliseconds of each step. */
interface Steps {
  check: number;
  block: number;
}

/** Measures transfers per second through the application. */
export async function measureApp({ scale }: BenchOptions): Promise<Section> {
  const senders = createSenders(SENDERS, CHAIN.prefix);
  const network = startNetwork(senders);
  const blocks = Math.max(2, Math.round(BLOCKS * scale));
  await network.produce();
  progress(`app: signing ${(WARM_UP_BLOCKS + blocks) * SENDERS} transfers`);
  const txs = signBlocks(network, senders, WARM_UP_BLOCKS + blocks);
  for (const block of txs.slice(0, WARM_UP_BLOCKS)) await runBlock(network, block);
  const steps: Steps = { check: 0, block: 0 };
  const before = process.cpuUsage();
  for (const block of txs.slice(WARM_UP_BLOCKS)) {
    const { check, block: rest } = await runBlock(network, block);
    steps.check += check;
    steps.block += rest;
  }
  const { user, system } = process.cpuUsage(before);
  const count = blocks * SENDERS;
  return {
    title: "Transactions through the application alone",
    figures: [
      {
        name: "MsgSend a second",
        value: (count * 1000) / (steps.check + steps.block),
        unit: "tx/s",
      },
      { name: "CheckTx", value: (steps.check * 1000) / count, unit: "µs/tx" },
      {
        name: "PrepareProposal to Commit",
        value: (steps.block * 1000) / count,
        unit: "µs/tx",
      },
      { name: "CPU of all threads", value: (user + system) / count, unit: "µs/tx" },
    ],
    notes: [`${blocks} blocks of ${SENDERS} signed MsgSend, one process, state in memory`],
  };
}

function startNetwork(senders: readonly Sender[]): MemoryNetwork {
  const validator = new TestValidator("validator-0");
  const node = new MemoryNode(CHAIN.chainId, validator);
  const genesis = buildGenesis(node.wiring, {
    chainId: CHAIN.chainId,
    validators: [validator],
    accounts: [new TestAccount("user")],
    edit: (state: Record<string, JsonObject>) => {
      Object.assign(state, fundSenders(state, senders, CHAIN.denom));
    },
  });
  return new MemoryNetwork(CHAIN.chainId, [node], genesis);
}

/** For each block a transfer of every sender to the next. */
function signBlocks(
  network: MemoryNetwork,
  senders: readonly Sender[],
  blocks: number,
): Uint8Array[][] {
  const node = assertDefined(network.nodes[0], "the network has a node");
  const { auth } = node.wiring.keepers;
  const ctx = node.context();
  const numbers = senders.map(({ address }) => {
    const account = auth.findAccount(ctx, parseAddress("account", address));
    return assertDefined(account, "every sender has an account").number;
  });
  return Array.from({ length: blocks }, (_, sequence) =>
    senders.map((sender, index) =>
      signSend(CHAIN, sender, {
        recipient: assertDefined(senders[(index + 1) % senders.length], "there are senders")
          .address,
        accountNumber: assertDefined(numbers[index], "every sender has a number"),
        sequence: BigInt(sequence),
      }),
    ),
  );
}

async function runBlock(network: MemoryNetwork, txs: readonly Uint8Array[]): Promise<Steps> {
  const node = assertDefined(network.nodes[0], "the network has a node");
  const start = performance.now();
  const failed = txs
    .map((tx) => node.app.checkTx({ tx, kind: "new" }))
    .find(({ code }) => code > 0);
  const checked = performance.now();
  const { outcome } = await network.produce({ txs });
  const done = performance.now();
  const bad = failed ?? outcome.txResults.find(({ code }) => code > 0);
  if (bad !== undefined) throw new Error(`a transfer failed: ${bad.log}`);
  if (outcome.txResults.length !== txs.length + 1) throw new Error("the block left transfers out");
  return { check: checked - start, block: done - checked };
}
