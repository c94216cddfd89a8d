import { encodeBech32 } from "#core/crypto/bech32.js";
import { domainHash } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { accountNumberOf } from "../load/accountNumber.js";
import { BlockTimes } from "../load/blockTimes.js";
import {
  abciBalance,
  type Ask,
  askFor,
  grpcBalance,
  restBalance,
  walkAccounts,
} from "../load/doorClients.js";
import { fundSenders } from "../load/genesisSenders.js";
import { createSenders, type SendChain, type Sender, signSend } from "../load/sends.js";
import { AIVM_CHAIN_ID, AivmNetwork } from "../network/aivmNetwork.js";
import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { quantile } from "../report/statistics.js";

const ACCOUNTS = 100_000;
const SENDERS = 100;
const CLIENTS = 200;
const CLIENTS_A_DOOR = 32;
/** Transfers a second while blocks are timed: a block without any takes no time. */
const SENDS_A_SECOND = 100;
const CHAIN: SendChain = {
  chainId: AIVM_CHAIN_ID,
  prefix: "nesa",
  denom: "unes",
  gasLimit: 200_000n,
  fee: 200n,
};

/** Queries a second through each door, and what clients that ask do to blocks. */
export async function measureDoors(options: BenchOptions): Promise<Section> {
  const count = Math.max(2_000, Math.round(ACCOUNTS * options.scale));
  const senders = createSenders(SENDERS, CHAIN.prefix);
  const accounts = [...senders, ...idleAccounts(count - SENDERS)];
  progress(`doors: starting one node with ${count} accounts`);
  const network = await AivmNetwork.start({
    validators: 1,
    nodeFlags: options.nodeFlags,
    cometSettings: [["consensus.timeout_commit", "200ms"]],
    appSettings: [["inference.enable", false]],
    adaptGenesis: (doc) => ({
      ...doc,
      app_state: fundSenders(doc.app_state, accounts, CHAIN.denom),
    }),
  });
  try {
    return await measureAt(network, { senders, accounts, seconds: options.seconds });
  } finally {
    await network.stop();
  }
}

/** Accounts that nobody has a key of. */
function idleAccounts(count: number): Sender[] {
  const none = new Uint8Array(0);
  return Array.from({ length: count }, (_, index) => {
    const bytes = domainHash("bench/idle", utf8(index.toString())).slice(0, 20);
    return { secret: none, publicKey: none, address: encodeBech32(CHAIN.prefix, bytes) };
  });
}

interface Crowd {
  readonly senders: readonly Sender[];
  readonly accounts: readonly Sender[];
  /** Of each timed part. */
  readonly seconds: number;
}

async function measureAt(network: AivmNetwork, crowd: Crowd): Promise<Section> {
  const { ports } = assertDefined(network.testnet.nodes[0], "there is a node");
  const rest = `http://127.0.0.1:${ports.rest}`;
  const { denom } = CHAIN;
  const addresses = crowd.accounts.map(({ address }) => address);
  const grpc = grpcBalance(`127.0.0.1:${ports.grpc}`, denom);
  const rate = async (door: string, ask: Ask): Promise<Figure> => {
    progress(`doors: asking over ${door}`);
    const answered = await askFor(crowd.seconds, CLIENTS_A_DOOR, { ask, addresses });
    const name = `${door}: balances a second`;
    return { name, value: answered / crowd.seconds, unit: "queries/s" };
  };
  const rates = [
    await rate("REST", restBalance(rest, denom)),
    await rate("gRPC", grpc.ask),
    await rate("ABCI query over CometBFT", abciBalance(network.rpc(), denom)),
  ];
  grpc.close();
  const feed = await SendFeed.prepare(network, crowd);
  progress("doors: timing blocks that nobody disturbs");
  const quiet = await timeBlocks(network, feed, crowd.seconds, () => Promise.resolve(0));
  progress(`doors: timing blocks while ${CLIENTS} clients ask`);
  const busy = await timeBlocks(network, feed, crowd.seconds, () =>
    askFor(crowd.seconds, CLIENTS, { ask: restBalance(rest, denom), addresses }),
  );
  progress("doors: walking all accounts");
  const startMs = performance.now();
  const walked = await walkAccounts(rest);
  const walkSeconds = (performance.now() - startMs) / 1_000;
  const walking = await timeBlocks(network, feed, crowd.seconds, async () => {
    const endMs = performance.now() + crowd.seconds * 1_000;
    while (performance.now() < endMs) await walkAccounts(rest);
    return 0;
  });
  return {
    title: "The doors for clients",
    figures: [
      ...rates,
      ...blockFigures("nobody asks", quiet),
      ...blockFigures(`${CLIENTS} clients ask`, busy),
      ...blockFigures("a client walks all accounts", walking),
      { name: "a walk over all accounts, 1,000 a page", value: walkSeconds, unit: "s" },
    ],
    notes: [
      `${walked} accounts, one query thread, ${CLIENTS_A_DOOR} clients a door; the clients run on the same machine and take their share of it`,
      `blocks of about ${Math.round(SENDS_A_SECOND / 5)} transfers, timeout_commit 200 ms, ${quiet.timesMs.length}, ${busy.timesMs.length} and ${walking.timesMs.length} of them; the time is that of FinalizeBlock and Commit`,
      `${Math.round(busy.answered / crowd.seconds)} queries a second were answered to the ${CLIENTS} clients`,
    ],
  };
}

function blockFigures(when: string, { timesMs }: Timed): Figure[] {
  return [0.5, 0.99].map((share) => ({
    name: `a block's processing time while ${when}, p${share * 100}`,
    value: quantile(timesMs, share),
    unit: "ms",
  }));
}

interface Timed {
  readonly timesMs: readonly number[];
  readonly answered: number;
}

async function timeBlocks(
  network: AivmNetwork,
  feed: SendFeed,
  seconds: number,
  disturb: () => Promise<number>,
): Promise<Timed> {
  const times = await BlockTimes.start(network.telemetry());
  const [answered] = await Promise.all([disturb(), feed.run(seconds)]);
  return { timesMs: await times.stop(), answered };
}

/** Transfers that are signed before they are needed. */
class SendFeed {
  readonly #network: AivmNetwork;
  readonly #txs: Uint8Array[];

  private constructor(network: AivmNetwork, txs: Uint8Array[]) {
    this.#network = network;
    this.#txs = txs;
  }

  /** Enough for three timed parts. */
  static async prepare(network: AivmNetwork, { senders, seconds }: Crowd): Promise<SendFeed> {
    const numbers: bigint[] = [];
    for (const sender of senders) numbers.push(await accountNumberOf(network.rpc(), sender));
    const count = 3 * SENDS_A_SECOND * seconds;
    const txs = Array.from({ length: count }, (_, index) => {
      const at = index % senders.length;
      const sender = assertDefined(senders[at], "there are senders");
      return signSend(CHAIN, sender, {
        recipient: assertDefined(senders[(at + 1) % senders.length], "there are senders").address,
        accountNumber: assertDefined(numbers[at], "each has a number"),
        sequence: BigInt(Math.floor(index / senders.length)),
      });
    });
    return new SendFeed(network, txs);
  }

  /** Sends ten batches a second. */
  async run(seconds: number): Promise<void> {
    const rpc = this.#network.rpc();
    const startMs = performance.now();
    for (let batch = 0; batch < 10 * seconds; batch++) {
      const waitMs = startMs + batch * 100 - performance.now();
      if (waitMs > 0) await new Promise((settle) => setTimeout(settle, waitMs));
      const refusals = await rpc.broadcast(this.#txs.splice(0, SENDS_A_SECOND / 10));
      const refusal = refusals.find((text) => text !== "");
      if (refusal !== undefined) throw new Error(`a transfer was refused: ${refusal}`);
    }
  }
}
