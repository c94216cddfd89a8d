import { StargateClient } from "@cosmjs/stargate";

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
  const ask = async (name: string, url: string, body?: object): Promise<void> => {
    const json = { "content-type": "application/json" };
    const init = { method: "POST", headers: json, body: JSON.stringify(body) };
    const response = await fetch(url, body === undefined ? {} : init);
    report[name] = `${response.status} ${await response.text()}`;
  };
  await ask("status", `${rpc}/status`);
  const socket = await openSocket(`${rpc.replace("http", "ws")}/websocket`);
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

const PROBES = [
  "/ibc/apps/transfer/v1/params",
  "/ibc/apps/transfer/v1/denoms/test",
  "/feemarket/v1/params",
  "/cosmos/authz/v1beta1/grants/granter/test",
];

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

/** A socket of CometBFT's; `first` settles with the first event of a subscription. */
async function openSocket(url: string): Promise<{
  readonly first: (query: string) => Promise<string>;
  readonly close: () => void;
}> {
  const socket = new WebSocket(url);
  const waiting = new Map<string, (event: string) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { result } = JSON.parse(String(data)) as { result?: { query?: string; data?: object } };
    if (result?.query !== undefined) waiting.get(result.query)?.(JSON.stringify(result.data));
  });
  await new Promise((settle) => {
    socket.addEventListener("open", settle);
  });
  return {
    first: (query) => {
      const call = { jsonrpc: "2.0", id: waiting.size, method: "subscribe", params: { query } };
      socket.send(JSON.stringify(call));
      return new Promise((settle) => waiting.set(query, settle));
    },
    close: () => {
      socket.close();
    },
  };
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
