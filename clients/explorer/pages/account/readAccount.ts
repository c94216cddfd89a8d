import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type AccountState,
  balances,
  type Coin,
  findAccount,
  parseAddress,
  type RpcTransport,
  toHex,
  txSearch,
} from "#sdk/index.js";
import { latestRequests } from "../../chain/requestList.js";
import type { TxLine } from "../../ui/txTable.js";

/** Everything that is shown of an account. */
export interface AccountView {
  readonly coins: readonly Coin[];
  /** Undefined for an address that nobody has sent anything to. */
  readonly state: AccountState | undefined;
  /** The newest first, as the transactions. */
  readonly requests: readonly Request[];
  readonly txs: readonly TxLine[];
}

const SHOWN = 20;

/** Reads an account; fails with the ChainError `sdk/7` for what is no address. */
export async function readAccount(
  rpc: RpcTransport,
  address: string,
  signal: AbortSignal,
): Promise<AccountView> {
  parseAddress("account", address);
  const search = { signal, order: "descending", limit: SHOWN } as const;
  const [coins, state, requests, found] = await Promise.all([
    balances(rpc, address, { signal }),
    findAccount(rpc, address, { signal }),
    latestRequests(rpc, { count: SHOWN, requester: address }, signal),
    txSearch(rpc, `message.sender='${address}'`, search),
  ]);
  const txs = found.map(({ hash, height, tx, result }): TxLine => ({
    hash: toHex(hash).toUpperCase(),
    height,
    tx,
    code: result.code,
  }));
  return { coins, state, requests, txs };
}
