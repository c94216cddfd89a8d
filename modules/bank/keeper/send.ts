import type { Context } from "#core/baseapp/context.js";
import type {
  MsgMultiSend,
  MsgMultiSendResponse,
  MsgSend,
  MsgSendResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type Address, moduleAddress, parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { Coin } from "#core/primitives/coin.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { sendDisabled } from "../types/errors.js";
import type { ExpectedAuthKeeper } from "../types/expectedKeepers.js";
import type { BankKeeper } from "./keeper.js";
import type { Transfers } from "./transfer.js";

/** What the message handlers of bank work with. */
export interface BankHandlers {
  readonly keeper: BankKeeper;
  readonly transfers: Transfers;
  readonly auth: ExpectedAuthKeeper<Context>;
}

/** Moves coins from one account to another. */
export function send(ctx: Context, bank: BankHandlers, msg: MsgSend): MsgSendResponse {
  const from = parseAddress("account", msg.fromAddress);
  const to = parseAddress("account", msg.toAddress);
  requireSendEnabled(ctx, bank, msg.amount);
  requireReceiver(bank, to, msg.toAddress);

  bank.transfers.send(ctx, from, to, msg.amount);
  return {};
}

/** Moves coins from one account to several, all or nothing. */
export function multiSend(
  ctx: Context,
  bank: BankHandlers,
  msg: MsgMultiSend,
): MsgMultiSendResponse {
  const outputs = msg.outputs.map(({ address, coins }) => {
    const to = parseAddress("account", address);
    requireReceiver(bank, to, address);
    return { to, coins };
  });
  const inputs = msg.inputs.map(({ address, coins }) => {
    const from = parseAddress("account", address);
    requireSendEnabled(ctx, bank, coins);
    bank.transfers.requireFunds(ctx, from, coins);
    return from;
  });

  for (const from of inputs) {
    for (const { to, coins } of outputs) bank.transfers.send(ctx, from, to, coins);
  }
  return {};
}

function requireSendEnabled(ctx: Context, bank: BankHandlers, coins: readonly Coin[]): void {
  const disabled = coins.find(({ denom }) => !bank.keeper.isSendEnabled(ctx, denom));
  if (disabled !== undefined) throw sendDisabled({ denom: disabled.denom });
}

/** Nobody can send to a module's account by message: nobody could send anything back. */
function requireReceiver(bank: BankHandlers, to: Address, text: string): void {
  const names = sortedNames(bank.auth.moduleAccounts());
  if (names.some((name) => equalBytes(moduleAddress(name), to))) {
    throw unauthorized({ problem: `${text} is not allowed to receive funds` });
  }
}
