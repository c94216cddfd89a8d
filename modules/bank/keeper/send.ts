import type { Context } from "#core/baseapp/context.js";
import type {
  MsgMultiSend,
  MsgMultiSendResponse,
  MsgSend,
  MsgSendResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { Coin } from "#core/primitives/coin.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";
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
  const { address, coins: sum } = assertDefined(msg.inputs[0], "the message was validated");
  const from = parseAddress("account", address);
  requireSendEnabled(ctx, bank, sum);
  const shares = msg.outputs.map(({ address: text, coins }) => {
    const to = parseAddress("account", text);
    requireReceiver(bank, to, text);
    return { to, coins };
  });

  bank.transfers.sendToMany(ctx, from, { sum, shares });
  return {};
}

function requireSendEnabled(ctx: Context, bank: BankHandlers, coins: readonly Coin[]): void {
  const disabled = coins.find(({ denom }) => !bank.keeper.isSendEnabled(ctx, denom));
  if (disabled !== undefined) throw sendDisabled({ denom: disabled.denom });
}

/** Nobody can send to a module's account by message: nobody could send anything back. */
function requireReceiver(bank: BankHandlers, to: Address, text: string): void {
  if (bank.transfers.isModuleAccount(to)) {
    throw unauthorized({ problem: `${text} is not allowed to receive funds` });
  }
}
