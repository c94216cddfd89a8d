import type { TxContext } from "#sdk/tx/txContext.js";
import { systemClock } from "#sdk/clock.js";
import { status } from "#sdk/rpc/status.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { type GasPrice, parseGasPrice } from "#sdk/tx/gasPrice.js";
import { nodeGasPrice } from "#sdk/tx/nodeGasPrice.js";
import type { TxOptions } from "#sdk/tx/planTx.js";
import { SequenceTracker } from "#sdk/tx/sequenceTracker.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import { wrongChain } from "../query/errors.js";
import { readCoins } from "./amounts.js";
import { type Sender, signerOf } from "./sender.js";
import type { TxFlags } from "./txFlags.js";

/**
 * What sending takes: the node, which must serve the chain that is signed for, the signer, and the
 * price of gas. Fails with `client/3` or `cli/2`.
 */
export async function txContextOf(
  session: Session,
  place: { readonly rpc: RpcTransport; readonly sender: Sender },
  flags: Pick<TxFlags, "gasPrices" | "signMode">,
): Promise<TxContext> {
  const { rpc, sender } = place;
  const { chainId } = session;
  const signer = await signerOf(sender, flags.signMode);
  await requireChain(rpc, chainId);
  const gasPrice = await gasPriceOf(rpc, flags);
  return { rpc, chainId, signer, gasPrice, sequences: new SequenceTracker(), clock: systemClock };
}

/** Fails with `client/3` when the node serves another chain than the one that is meant. */
export async function requireChain(rpc: RpcTransport, expected: string): Promise<void> {
  const { chainId: found } = await status(rpc);
  if (found !== expected) throw wrongChain({ expected, found });
}

/** The price that the flags name, else the one that the node asks for, else none. */
export async function gasPriceOf(
  rpc: RpcTransport,
  { gasPrices }: Pick<TxFlags, "gasPrices">,
): Promise<GasPrice> {
  if (gasPrices !== undefined) return parseGasPrice(gasPrices);
  return (await nodeGasPrice(rpc)) ?? parseGasPrice("0unes");
}

/** How a transaction is made, by the flags; fails with `cli/2`. */
export function txOptionsOf(flags: TxFlags): TxOptions {
  const { gas, gasAdjustment, fees, gasPrices, memo, note } = flags;
  if (fees !== undefined && gasPrices !== undefined) {
    throw wrongUse({ problem: "--fees and --gas-prices exclude each other" });
  }
  if (memo !== undefined && note !== undefined && memo !== note) {
    throw wrongUse({ problem: "--memo and --note are the same: give one of them" });
  }
  return {
    memo: note ?? memo,
    gas: gas === "auto" ? undefined : gas,
    gasAdjustment,
    fee: fees === undefined ? undefined : readCoins(fees, "--fees"),
  };
}
