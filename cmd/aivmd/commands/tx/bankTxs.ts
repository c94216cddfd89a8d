import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { divFloor } from "#core/primitives/intMath.js";
import { validateMultiSend, validateSend } from "#modules/bank/types/msgs.js";
import { wrongUse } from "../../errors.js";
import { readCoins } from "./amounts.js";
import type { MessageSource, TxGroup } from "./txTable.js";

/** `aivmd tx bank`. */
export const BANK_TXS: TxGroup = {
  name: "bank",
  summary: "send coins",
  commands: [
    {
      name: "send",
      summary: "send coins to an account",
      args: [
        ["<to>", "address that receives"],
        ["<amount>", "for example 5000unes or 1.5nes"],
      ],
      leadingSender: true,
      example: "nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a 1.5nes --from alice",
      build: send,
    },
    {
      name: "multi-send",
      summary: "send the same amount to each of several accounts",
      args: [
        ["<to...>", "addresses that receive"],
        ["<amount>", "what each of them receives"],
      ],
      leadingSender: true,
      options: [["--split", "share the amount among them instead"]],
      example:
        "nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a 5000unes --from alice",
      build: multiSend,
    },
  ],
};

function send({ sender, args }: MessageSource): PackedMessage[] {
  const [toAddress = "", amount = ""] = args;
  const message = {
    fromAddress: sender.account,
    toAddress,
    amount: readCoins(amount, "amount"),
  };
  validateSend(message);
  return [pack(MsgSend, message)];
}

function multiSend({ sender, args, flags }: MessageSource): PackedMessage[] {
  const receivers = args.slice(0, -1);
  const given = readCoins(args.at(-1) ?? "", "amount");
  const count = BigInt(receivers.length);
  const each = flags["split"] === true ? share(given, count) : given;
  const total = each.map(({ denom, amount }) => coin(denom, BigInt(amount) * count));
  const message = {
    inputs: [{ address: sender.account, coins: total }],
    outputs: receivers.map((address) => ({ address, coins: each })),
  };
  validateMultiSend(message);
  return [pack(MsgMultiSend, message)];
}

/** Equal shares; what cannot be divided is not sent. */
function share(coins: readonly Coin[], count: bigint): Coin[] {
  const shares = coins.map((one) => coin(one.denom, divFloor(amountOf(one), count)));
  if (shares.every((one) => amountOf(one) > 0n)) return shares;
  throw wrongUse({ problem: `amount: too little to share among ${count}` });
}
