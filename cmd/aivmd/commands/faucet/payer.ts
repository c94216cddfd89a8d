import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { divFloor } from "#core/primitives/intMath.js";
import { balance } from "#sdk/bank/balance.js";
import { isSdkError } from "#sdk/errors.js";
import { feeOf, type GasPrice } from "#sdk/tx/gasPrice.js";
import { simulateTx } from "#sdk/tx/simulateTx.js";
import type { TxContext } from "#sdk/tx/txContext.js";
import type { Credited } from "#server/faucet/creditQueue.js";
import { FaucetFailure } from "#server/faucet/faucetFailure.js";
import { describeFailure } from "./describeFailure.js";
import { deliverCredits } from "./deliverCredits.js";

/** What paying takes. */
export interface PayerOptions {
  readonly context: Omit<TxContext, "gasPrice">;
  /** Asked before each transaction: a node that was restarted may ask for another price. */
  readonly gasPrice: () => Promise<GasPrice>;
  /** What each receiver gets. */
  readonly amount: Coin;
  /** Aborted when nobody should wait for blocks any longer. */
  readonly signal: AbortSignal;
}

/** Gas that is kept back for the fee: of a transfer, and of each receiver. */
const BASE_GAS = 200_000n;
const RECEIVER_GAS = 60_000n;

type Outcome = Credited | FaucetFailure;

/** Pays receivers from one account, several in one transaction. */
export class Payer {
  /** Bech32 address that pays. */
  readonly address: string;
  readonly #options: PayerOptions;

  constructor(options: PayerOptions) {
    this.#options = options;
    this.address = options.context.signer.address;
  }

  /** What the account has of the coin that it gives away. */
  funds(): Promise<bigint> {
    const { context, amount } = this.#options;
    return balance(context.rpc, { address: this.address, denom: amount.denom });
  }

  /** Pays each of them; what becomes of one is nothing to the others. Never rejects for the chain's reasons. */
  readonly payAll = async (receivers: readonly string[]): Promise<readonly Outcome[]> => {
    try {
      const context = { ...this.#options.context, gasPrice: await this.#options.gasPrice() };
      const count = affordable(this.#options.amount, context.gasPrice, await this.funds());
      const paid = receivers.slice(0, count);
      const outcomes = paid.length === 0 ? [] : await this.#pay(context, paid);
      return [...outcomes, ...receivers.slice(count).map(() => this.#empty())];
    } catch (error) {
      const failure = describeFailure(error);
      return receivers.map(() => failure);
    }
  };

  async #pay(context: TxContext, receivers: readonly string[]): Promise<readonly Outcome[]> {
    const outcome = await this.#payTogether(context, receivers);
    const isRefused = outcome instanceof FaucetFailure && outcome.code === "receiver_refused";
    if (!isRefused || receivers.length === 1) return receivers.map(() => outcome);
    // One receiver that cannot be paid makes the whole transaction fail: who is it?
    const refusals = await this.#refusals(context, receivers);
    const others = receivers.filter((_receiver, index) => refusals[index] === undefined);
    if (others.length === 0 || others.length === receivers.length) {
      return refusals.map((refusal) => refusal ?? outcome);
    }
    const second = await this.#payTogether(context, others);
    return refusals.map((refusal) => refusal ?? second);
  }

  async #payTogether(context: TxContext, receivers: readonly string[]): Promise<Outcome> {
    const message = this.#message(receivers);
    return deliverCredits(context, message, this.#options.signal).catch(describeFailure);
  }

  async #refusals(
    context: TxContext,
    receivers: readonly string[],
  ): Promise<ReadonlyArray<FaucetFailure | undefined>> {
    const refusals: Array<FaucetFailure | undefined> = [];
    for (const receiver of receivers) {
      const messages = [this.#message([receiver])];
      refusals.push(await simulateTx(context, { messages, memo: "" }).then(noRefusal, asRefusal));
    }
    return refusals;
  }

  #message(receivers: readonly string[]): PackedMessage {
    const { amount } = this.#options;
    const [only = ""] = receivers;
    if (receivers.length === 1) {
      return pack(MsgSend, { fromAddress: this.address, toAddress: only, amount: [amount] });
    }
    const total = coin(amount.denom, amountOf(amount) * BigInt(receivers.length));
    return pack(MsgMultiSend, {
      inputs: [{ address: this.address, coins: [total] }],
      outputs: receivers.map((address) => ({ address, coins: [amount] })),
    });
  }

  #empty(): FaucetFailure {
    const { denom } = this.#options.amount;
    const message = `the faucet has run out of ${denom}: send some to ${this.address}`;
    return new FaucetFailure("faucet_empty", message, { address: this.address });
  }
}

/** Receivers that funds pay for, with what their transaction costs kept back. */
export function affordable(amount: Coin, price: GasPrice, funds: bigint): number {
  const inDenom = price.denom === amount.denom;
  const cost = (gas: bigint): bigint =>
    inDenom ? feeOf(price, gas).reduce((sum, fee) => sum + amountOf(fee), 0n) : 0n;
  const left = funds - cost(BASE_GAS);
  const each = amountOf(amount) + cost(RECEIVER_GAS);
  return left < each ? 0 : Number(divFloor(left, each));
}

function noRefusal(): undefined {
  return undefined;
}

/** What is not the chain's verdict on a receiver is for those who send to find out. */
function asRefusal(error: unknown): FaucetFailure | undefined {
  return isSdkError(error, "TX_FAILED") ? describeFailure(error) : undefined;
}
