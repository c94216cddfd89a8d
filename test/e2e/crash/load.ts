import { join } from "node:path";
import { BASE_DENOM } from "#app/chain.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { systemClock } from "#sdk/clock.js";
import { signerFromPrivateKey } from "#sdk/signer/signerFromPrivateKey.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import type { TestNetwork } from "../network.js";
import { anyNode } from "./anyNode.js";
import { askForDigit } from "./askForDigit.js";
import { isPassing } from "./passing.js";
import type { ClientRecord } from "./clientRecord.js";
import { sendBurst } from "./sendBurst.js";

/** Accounts that send coins all the time. */
const SENDERS = 4;
/** Accounts that ask for digits all the time. */
const ASKERS = 2;
const FUNDS = 50_000_000_000n;
const DIGITS = 10;
const RETRY_PAUSE_MS = 200;

/** Clients of a network that send coins and ask for inferences until they are stopped. */
export class Load {
  /** Times that a client had to begin anew because a node was gone or behind. */
  interruptions = 0;
  readonly #failures: unknown[] = [];
  #stopping = false;
  #clients: ReadonlyArray<Promise<void>> = [];

  private constructor() {
    // Only `start` makes a load that runs.
  }

  /** Publishes the kernel, funds the accounts, and begins; what is committed goes into `record`. */
  static async start(network: TestNetwork, record: ClientRecord): Promise<Load> {
    const user = await network.connect();
    await user.publishKernel(await buildKernel(join(packageRoot(), "kernels/digits")));
    const clients = await fundClients(network, user);
    const load = new Load();
    load.#clients = clients.map((client, place) =>
      load.#repeat(async (turn) => {
        if (place < SENDERS) await sendBurst(client, user.address, record);
        else await askForDigit(client, (place + turn) % DIGITS, record);
      }),
    );
    return load;
  }

  /** Lets everything that is under way come to its end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#clients);
  }

  /** Fails with what went wrong that the death of a node does not explain. */
  requireHealthy(): void {
    if (this.#failures.length === 0) return;
    throw new AggregateError(this.#failures, `a client failed: ${String(this.#failures[0])}`);
  }

  async #repeat(step: (turn: number) => Promise<void>): Promise<void> {
    for (let turn = 0; !this.#stopping; turn++) {
      try {
        await step(turn);
      } catch (error) {
        if (!isPassing(error)) {
          this.#failures.push(error);
          return;
        }
        this.interruptions += 1;
        await systemClock.pause(RETRY_PAUSE_MS, undefined);
      }
    }
  }
}

async function fundClients(network: TestNetwork, user: AivmClient): Promise<AivmClient[]> {
  const rpcs = network.nodes.map(({ rpc }) => rpc);
  const clients: AivmClient[] = [];
  for (let place = 0; place < SENDERS + ASKERS; place++) {
    const key = sha256(new TextEncoder().encode(`crash test ${place}`));
    const signer = signerFromPrivateKey(key);
    await user.send({ to: signer.address, coins: [coin(BASE_DENOM, FUNDS)] });
    const rpc = anyNode(rpcs, place);
    clients.push(await network.connect(0, { rpc, signer, genesis: undefined }));
  }
  return clients;
}
