import { type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { formatEndpoint } from "#node/home/endpoint.js";
import { createLogger, type Logger } from "#node/logging/logger.js";
import { CreditQueue } from "#server/faucet/creditQueue.js";
import { type CreditEvent, FaucetDoor, type FaucetSources } from "#server/faucet/faucetDoor.js";
import { FaucetFailure } from "#server/faucet/faucetFailure.js";
import { isTestChainId } from "#server/faucet/testChainId.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { stopOnSignal } from "../../stopOnSignal.js";
import { rpcOf } from "../query/connection.js";
import { senderOf } from "../tx/sender.js";
import { gasPriceOf, txContextOf } from "../tx/txContext.js";
import { describeFailure } from "./describeFailure.js";
import { cannotListen, notTestNetwork } from "./errors.js";
import { creditAmount, type FaucetFlags, listenEndpoint, proxyNetworks } from "./faucetFlags.js";
import { Payer } from "./payer.js";

const QUEUE_LIMITS = { maxWaiting: 1_000, maxBatch: 50 };
/** How long a transaction under way is waited for when the faucet is to stop. */
const STOP_GRACE_MS = 10_000;
/** Status is asked for by anybody; the node is not each time. */
const STATUS_AGE_MS = 1_000;
const MS_PER_S = 1_000;

/** Serves a faucet until a signal stops it; fails with `faucet/2`, `faucet/3` and as signing does. */
export async function runFaucet(
  session: Session,
  flags: FaucetFlags,
  io: CommandIo,
): Promise<void> {
  requireTestNetwork(session.chainId, flags);
  const [amount, listen, proxies] = [
    creditAmount(flags),
    listenEndpoint(flags),
    proxyNetworks(flags),
  ];
  // Handed in once: a second attempt could not tell whether the first one was taken.
  const rpc = httpTransport(rpcOf(session).url, { attempts: 1 });
  const context = await txContextOf(session, { rpc, sender: senderOf(session, flags.from) }, flags);
  const abort = new AbortController();
  const gasPrice = (): ReturnType<typeof gasPriceOf> => gasPriceOf(rpc, flags);
  const payer = new Payer({ context, gasPrice, amount, signal: abort.signal });
  const queue = new CreditQueue(payer.payAll, QUEUE_LIMITS);
  const log = createLogger({ level: session.flags.logLevel, format: "json", sink: io.stdout });
  const sources = sourcesOf({ payer, queue, amount, log, chainId: session.chainId });
  const limits = { windowMs: flags.window * MS_PER_S, perAddress: flags.perAddress };
  const options = { ...listen, ...limits, proxies, perIp: flags.perIp };
  const stop = stopOnSignal(io);
  try {
    const door = await FaucetDoor.listen(sources, options).catch((error: unknown) => {
      const problem = error instanceof Error ? error.message : String(error);
      throw cannotListen({ address: flags.listen, problem });
    });
    const url = `http://${formatEndpoint({ host: listen.host || "localhost", port: door.port })}`;
    log.info({ url, address: payer.address, amount: formatCoins([amount]) }, "the faucet serves");
    const signal = await new Promise((settle) => {
      stop.by(settle);
    });
    log.info({ signal }, "the faucet stops");
    const impatience = setTimeout(() => {
      abort.abort();
    }, STOP_GRACE_MS);
    await queue.close();
    clearTimeout(impatience);
    await door.close();
  } finally {
    stop.close();
  }
}

function requireTestNetwork(chainId: string, flags: FaucetFlags): void {
  if (flags.iWantToGiveAwayRealCoins === true || isTestChainId(chainId)) return;
  throw notTestNetwork({ chainId });
}

interface FaucetParts {
  readonly payer: Payer;
  readonly queue: CreditQueue;
  readonly amount: Coin;
  readonly log: Logger;
  readonly chainId: string;
}

function sourcesOf(parts: FaucetParts): FaucetSources {
  const { queue, amount, log } = parts;
  let last: { readonly atMs: number; readonly status: Promise<object> } | undefined;
  return {
    amount,
    credit: (address) => queue.credit(address),
    onCredit: (event) => {
      logCredit(log, event);
    },
    status: () => {
      const nowMs = performance.now();
      if (last === undefined || nowMs - last.atMs > STATUS_AGE_MS) {
        last = { atMs: nowMs, status: readStatus(parts) };
      }
      return last.status;
    },
  };
}

/** Under the names of cosmjs' faucet, and what it does not know under ours. */
async function readStatus({ payer, queue, amount, chainId }: FaucetParts): Promise<object> {
  const { denom } = amount;
  const funds = await payer.funds().catch((error: unknown) => {
    throw describeFailure(error);
  });
  const isEmpty = funds < BigInt(amount.amount);
  return {
    status: isEmpty ? "empty" : "ok",
    chainId,
    chainTokens: [denom],
    availableTokens: isEmpty ? [] : [denom],
    holder: { address: payer.address, balance: [coin(denom, funds)] },
    distributors: [],
    amount,
    waiting: queue.waiting,
  };
}

function logCredit(log: Logger, { address, client, outcome }: CreditEvent): void {
  if (!(outcome instanceof FaucetFailure)) {
    const { txhash, height } = outcome;
    log.info({ address, client, txhash, height: String(height) }, "credited");
    return;
  }
  const { code, message, cause } = outcome;
  const fields = { address, client, code, reason: message };
  if (code === "internal") log.error({ ...fields, err: cause }, "a credit failed");
  else log.info(fields, "a credit was refused");
}
