import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { parseAddress } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";
import type { IncludedTx } from "../rpc/includedTx.js";
import { executeTx, type ExecuteOptions } from "../tx/executeTx.js";
import type { TxContext } from "../tx/txContext.js";

/** A transfer from the signer's account. */
export interface Transfer {
  /** Bech32 address of the receiver. */
  readonly to: string;
  /** Coins, by ascending denomination. */
  readonly coins: readonly Coin[];
}

/**
 * Sends coins of the signer and waits until a block has it. Fails with the ChainError `sdk/7` for a
 * bad address before anything is sent; other errors are those of `executeTx`.
 *
 * @example
 * const { height } = await send(context, { to: bob, coins: [coin("unes", 5_000_000n)] });
 */
export async function send(
  context: TxContext,
  { to, coins }: Transfer,
  options?: ExecuteOptions,
): Promise<IncludedTx> {
  parseAddress("account", to);
  const message = { fromAddress: context.signer.address, toAddress: to, amount: [...coins] };
  return executeTx(context, [pack(MsgSend, message)], options);
}
