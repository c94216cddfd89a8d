import type {
  Input,
  MsgMultiSend,
  MsgSend,
  Output,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { areCanonicalCoins, type Coin, formatCoins } from "#core/primitives/coin.js";
import { invalidCoins } from "#core/primitives/sdkErrors.js";
import { inputOutputMismatch, multipleSenders, noInputs, noOutputs } from "./errors.js";
import { addCoins } from "./coins.js";

/** Checks a transfer without state: both addresses, coins sorted, unique and positive. */
export function validateSend(msg: MsgSend): void {
  parseAddress("account", msg.fromAddress);
  parseAddress("account", msg.toAddress);
  requireCoins(msg.amount);
}

/** Checks a transfer to several: one sender, and what it sends is what they receive. */
export function validateMultiSend(msg: MsgMultiSend): void {
  const [input] = msg.inputs;
  if (input === undefined) throw noInputs();
  if (msg.inputs.length > 1) throw multipleSenders();
  if (msg.outputs.length === 0) throw noOutputs();
  for (const part of [input, ...msg.outputs]) validatePart(part);
  const sent = formatCoins(input.coins);
  const received = formatCoins(msg.outputs.reduce<readonly Coin[]>(addOutput, []));
  if (sent !== received) throw inputOutputMismatch({ sent, received });
}

function addOutput(sum: readonly Coin[], output: Output): readonly Coin[] {
  return addCoins(sum, output.coins);
}

function validatePart(part: Input | Output): void {
  parseAddress("account", part.address);
  requireCoins(part.coins);
}

function requireCoins(coins: readonly Coin[]): void {
  if (coins.length === 0 || !areCanonicalCoins(coins)) {
    throw invalidCoins({ problem: formatCoins(coins) });
  }
}
