import type { Context } from "#core/baseapp/context.js";
import type { GenesisState, SendEnabled } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import type { ExpectedAuthKeeper } from "../types/expectedKeepers.js";
import type { BankKeeper } from "./keeper.js";

/** Writes balances and derives the supply from them; accounts that are missing are made. */
export function initGenesis(
  ctx: Context,
  keeper: BankKeeper,
  given: { readonly genesis: GenesisState; readonly auth: ExpectedAuthKeeper<Context> },
): void {
  const { genesis, auth } = given;
  const kv = ctx.kv(keeper.storeKey);
  keeper.setParams(ctx, { ...genesis.params, sendEnabled: [] });
  for (const { denom, enabled } of [...genesis.params.sendEnabled, ...genesis.sendEnabled]) {
    keeper.sendEnabled.set(kv, denom, Uint8Array.of(enabled ? 1 : 0));
  }
  for (const metadata of genesis.denomMetadata) keeper.metadata.set(kv, metadata.base, metadata);
  for (const { address, coins } of genesis.balances) {
    const owner = parseAddress("account", address);
    auth.ensureAccount(ctx, owner);
    addBalances(ctx, keeper, owner, coins);
  }
}

function addBalances(
  ctx: Context,
  keeper: BankKeeper,
  owner: Address,
  coins: readonly Coin[],
): void {
  for (const one of coins) {
    const amount = amountOf(one);
    keeper.setBalance(ctx, owner, { denom: one.denom, amount });
    keeper.setSupply(ctx, one.denom, keeper.supply(ctx, one.denom) + amount);
  }
}

/** The state as a genesis section. */
export function exportGenesis(ctx: Context, keeper: BankKeeper): GenesisState {
  const kv = ctx.kv(keeper.storeKey);
  const sendEnabled: SendEnabled[] = [];
  for (const [denom, flag] of keeper.sendEnabled.iterate(kv)) {
    sendEnabled.push({ denom, enabled: flag[0] === 1 });
  }
  return {
    params: keeper.params(ctx),
    balances: exportBalances(ctx, keeper),
    supply: [...keeper.supplies.iterate(kv)].map(([denom, amount]) => coin(denom, amount)),
    denomMetadata: [...keeper.metadata.iterate(kv)].map(([, metadata]) => metadata),
    sendEnabled,
  };
}

function exportBalances(ctx: Context, keeper: BankKeeper): GenesisState["balances"] {
  const byOwner: GenesisState["balances"] = [];
  for (const [[owner, denom], amount] of keeper.balances.iterate(ctx.kv(keeper.storeKey))) {
    const address = formatAddress("account", owner);
    const last = byOwner.at(-1);
    if (last?.address === address) last.coins.push(coin(denom, amount));
    else byOwner.push({ address, coins: [coin(denom, amount)] });
  }
  return byOwner;
}
