import { AuthInfo, Tx, TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { toJson } from "#core/codec/json.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import type { Coin } from "#core/primitives/coin.js";
import { isSdkError } from "#sdk/errors.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { broadcastInOrder } from "#sdk/tx/broadcastInOrder.js";
import type { TxContent } from "#sdk/tx/buildTx.js";
import { currentAccount } from "#sdk/tx/currentAccount.js";
import { feeOf } from "#sdk/tx/gasPrice.js";
import { adjustGas, planTx } from "#sdk/tx/planTx.js";
import { signTx } from "#sdk/tx/signTx.js";
import type { TxContext } from "#sdk/tx/txContext.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { refusedByChain } from "../query/errors.js";
import { coinsText } from "./amounts.js";
import { type BroadcastMode, handIn, showOutcome } from "./deliver.js";
import { declined } from "./errors.js";
import type { Sender } from "./sender.js";
import { simulateUnsigned } from "./simulateUnsigned.js";
import { gasPriceOf, requireChain, txContextOf, txOptionsOf } from "./txContext.js";
import type { TxFlags } from "./txFlags.js";

/** Who sends what through which node. */
export interface Submission {
  readonly rpc: RpcTransport;
  readonly sender: Sender;
  readonly messages: readonly PackedMessage[];
}

/**
 * Does with a transaction what the flags say: print it, simulate it, or sign, send and wait for it,
 * and print what became of it. One that the chain refuses fails with the chain's error.
 */
export async function submit(
  session: Session,
  submission: Submission,
  flags: TxFlags,
): Promise<void> {
  if (flags.generateOnly === true && flags.dryRun === true) {
    throw wrongUse({ problem: "--generate-only and --dry-run exclude each other" });
  }
  if (flags.offline === true && flags.generateOnly !== true) {
    throw wrongUse({
      problem:
        "--offline sends nothing: give --generate-only, then `aivmd tx sign --offline` and `aivmd tx broadcast`",
    });
  }
  if (flags.generateOnly === true) {
    session.terminal.json(await generate(session, submission, flags));
    return;
  }
  if (flags.dryRun === true) {
    await dryRun(session, submission, flags);
    return;
  }
  const context = await txContextOf(session, submission, flags);
  const content = await plan(context, submission.messages, flags);
  await confirm(session, content, flags);
  await send(session, context, content, flags.broadcastMode ?? session.client.broadcastMode);
}

/** The unsigned transaction as JSON. */
async function generate(
  session: Session,
  submission: Submission,
  flags: TxFlags,
): Promise<unknown> {
  const { messages } = submission;
  const content = await generatedContent(session, submission, flags);
  const { memo, timeoutHeight, gasLimit, fee } = content;
  const body = TxBody.create({ messages: [...messages], memo, timeoutHeight });
  const authInfo = AuthInfo.create({
    fee: { amount: [...fee], gasLimit, payer: "", granter: "" },
  });
  return toJson(Tx, { body, authInfo, signatures: [] }, CLIENT_TYPES);
}

/** With a gas limit it takes no node; without one it is simulated, which takes no key. */
async function generatedContent(
  session: Session,
  submission: Submission,
  flags: TxFlags,
): Promise<TxContent> {
  const { rpc, messages } = submission;
  const { memo = "", gas, fee, gasAdjustment } = txOptionsOf(flags);
  const timeoutHeight = BigInt(flags.timeoutHeight ?? 0);
  if (gas === undefined && flags.offline === true) {
    throw wrongUse({ problem: "--offline takes --gas with a number" });
  }
  const gasLimit = gas ?? adjustGas(await gasUsedBy(session, submission, memo), gasAdjustment);
  return {
    messages,
    memo,
    timeoutHeight,
    gasLimit,
    fee: fee ?? (await feeAt(rpc, gasLimit, flags)),
  };
}

/** What a simulation uses, whether or not the sender's private key is here. */
async function gasUsedBy(
  session: Session,
  { rpc, sender, messages }: Submission,
  memo: string,
): Promise<bigint> {
  await requireChain(rpc, session.chainId);
  return simulateUnsigned(rpc, sender, { messages, memo }).catch((error: unknown) => {
    if (!isSdkError(error, "QUERY_FAILED")) throw error;
    const { codespace, code, log } = error.facts;
    throw refusedByChain(codespace, code, log);
  });
}

/** Offline and without a price it is no fee, as in the Cosmos SDK. */
async function feeAt(rpc: RpcTransport, gasLimit: bigint, flags: TxFlags): Promise<Coin[]> {
  if (flags.offline === true && flags.gasPrices === undefined) return [];
  return feeOf(await gasPriceOf(rpc, flags), gasLimit);
}

async function dryRun(session: Session, submission: Submission, flags: TxFlags): Promise<void> {
  const { memo = "" } = txOptionsOf(flags);
  const gasUsed = await gasUsedBy(session, submission, memo);
  session.terminal.show({ gas_used: gasUsed }, () => `gas estimate: ${gasUsed}`);
}

async function plan(
  context: TxContext,
  messages: readonly PackedMessage[],
  flags: TxFlags,
): Promise<TxContent> {
  const options = txOptionsOf(flags);
  if (flags.timeoutHeight === undefined) return planTx(context, messages, options);
  const planned = await planTx(context, messages, { ...options, timeoutBlocks: 0 });
  return { ...planned, timeoutHeight: BigInt(flags.timeoutHeight) };
}

/** Asks whoever sits at a terminal; fails with `tx/2` unless the answer is yes. */
export async function confirm(
  { input, terminal }: Session,
  content: Pick<TxContent, "messages" | "gasLimit" | "fee">,
  { yes = false }: Pick<TxFlags, "yes">,
): Promise<void> {
  if (yes || !input.isInteractive) return;
  const names = content.messages.map(({ typeUrl }) => typeUrl.replace(/^.*\./, ""));
  terminal.note(
    `${names.join(", ")}: fee ${coinsText(content.fee)}, gas limit ${content.gasLimit}`,
  );
  const answer = await input.line("yes to sign and send it");
  if (!/^y(?:es)?$/i.test(answer.trim())) throw declined();
}

async function send(
  session: Session,
  context: TxContext,
  content: TxContent,
  mode: BroadcastMode,
): Promise<void> {
  const hash =
    mode === "async"
      ? await broadcastAsync(context, content)
      : await broadcastInOrder(context, content);
  const { timeoutHeight, gasLimit: gasWanted } = content;
  await showOutcome(session, context.rpc, { hash, timeoutHeight, gasWanted, mode });
}

/** Hands in a transaction without waiting for the node's check of it. */
async function broadcastAsync(context: TxContext, content: TxContent): Promise<Uint8Array> {
  const { rpc, signer, chainId } = context;
  const account = await currentAccount(context, {});
  return handIn(rpc, await signTx(content, { signer, chainId, account }), "async");
}
