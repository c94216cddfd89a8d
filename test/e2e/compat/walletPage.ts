import { StargateClient } from "@cosmjs/stargate";
import { askerOf, PROBES, openSocket } from "./keplrCalls.js";

/** What a page is told of the chain, and what it is to send. */
export interface WalletPageOptions {
  readonly rpc: string;
  readonly rest: string;
  readonly address: string;
  readonly stranger: string;
  readonly denom: string;
  /** Base64 of a transaction without public key and with an empty signature. */
  readonly unsigned: string;
  /** Base64 of a signed transaction, and its hash in upper-case hex. */
  readonly signed: string;
  readonly hash: string;
}

/** What the page saw, by what it asked: `<status> <JSON>` for HTTP. */
export type WalletPageReport = Readonly<Record<string, string>>;

const PATIENCE = 500;
const BROADCAST = "BROADCAST_MODE_SYNC";

/** Runs in a page of another origin: every call that Keplr makes, in its order, then CosmJS. */
export async function replayWallet(options: WalletPageOptions): Promise<WalletPageReport> {
  const report: Record<string, string> = {};
  const { rpc, rest, address, stranger, hash } = options;
  const ask = askerOf(report);
  await ask("status", `${rpc}/status`);
  const socket = await openSocket(rpc);
  report["block"] = await socket.first("tm.event='NewBlock'");
  await ask("node info", `${rest}/cosmos/base/tendermint/v1beta1/node_info`);
  const bank = `${rest}/cosmos/bank/v1beta1`;
  const auth = `${rest}/cosmos/auth/v1beta1/accounts`;
  await ask("account", `${auth}/${address}`);
  await ask("no account", `${auth}/${stranger}`);
  await ask("balances", `${bank}/balances/${address}?pagination.limit=1000`);
  await ask("spendable", `${bank}/spendable_balances/${address}?pagination.limit=1000`);
  await ask("probe spendable", `${bank}/spendable_balances/test`);
  for (const path of PROBES) await ask(`probe ${path}`, `${rest}${path}`);
  for (const path of stakingPaths(address)) await ask(`staking ${path}`, `${rest}${path}`);
  const tx = `${rest}/cosmos/tx/v1beta1`;
  await ask("simulate", `${tx}/simulate`, { tx_bytes: options.unsigned });
  const traced = socket.first(`tm.event='Tx' AND tx.hash='${hash}'`);
  await ask("broadcast", `${tx}/txs`, { tx_bytes: options.signed, mode: BROADCAST });
  report["traced"] = await traced;
  // The event comes before CometBFT has indexed what it is of.
  for (let attempt = 0; attempt < PATIENCE && !report["tx"]?.startsWith("200"); attempt++) {
    await ask("tx", `${rpc}/tx?hash=0x${hash}`);
  }
  await ask("tx_search", `${rpc}/tx_search?query=${encodeURIComponent(`"tx.hash='${hash}'"`)}`);
  socket.close();
  await cosmJs(options, report);
  return report;
}

function stakingPaths(address: string): string[] {
  return [
    "/cosmos/staking/v1beta1/params",
    "/cosmos/staking/v1beta1/pool",
    "/cosmos/staking/v1beta1/validators?status=BOND_STATUS_BONDED&pagination.limit=1000",
    `/cosmos/staking/v1beta1/delegations/${address}`,
    `/cosmos/staking/v1beta1/delegators/${address}/unbonding_delegations`,
    `/cosmos/staking/v1beta1/delegators/${address}/redelegations`,
    `/cosmos/distribution/v1beta1/delegators/${address}/rewards`,
    "/cosmos/distribution/v1beta1/params",
  ];
}

async function cosmJs(options: WalletPageOptions, report: Record<string, string>): Promise<void> {
  const { rpc, address, stranger, denom } = options;
  for (const url of [rpc, rpc.replace("http", "ws")]) {
    const client = await StargateClient.connect(url);
    const protocol = url.slice(0, url.indexOf(":"));
    report[`${protocol} chain`] = await client.getChainId();
    report[`${protocol} account`] = (await client.getAccount(address))?.address ?? "none";
    report[`${protocol} stranger`] = (await client.getAccount(stranger))?.address ?? "none";
    report[`${protocol} balance`] = (await client.getBalance(address, denom)).amount;
    report[`${protocol} tx`] = (await client.getTx(options.hash))?.hash ?? "none";
    client.disconnect();
  }
}
