import { existsSync } from "node:fs";
import type { Batch } from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject } from "#core/codec/json.js";
import { formatEndpoint, parseEndpoint } from "#node/home/endpoint.js";
import { readJsonObject } from "#node/home/files.js";
import { isSdkError, type SdkError } from "#sdk/errors.js";
import { type Inference } from "#sdk/inference/awaitInference.js";
import { findVersion } from "#sdk/inference/ask.js";
import { getBatch } from "#sdk/inference/getBatch.js";
import { infer } from "#sdk/inference/infer.js";
import { quote, type Quote } from "#sdk/inference/quote.js";
import type { RequestProgress, RequestStage } from "#sdk/inference/waitForRequest.js";
import { proverFromGenesis } from "#sdk/light/proverFromGenesis.js";
import { queryMethod } from "#sdk/query/queryMethod.js";
import { REWARD_QUERIES } from "#sdk/query/services.js";
import type { StoreProver } from "#sdk/query/storeProver.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { waitForHeight } from "#sdk/rpc/waitForHeight.js";
import type { TxContext } from "#sdk/tx/txContext.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import { rpcOf } from "../query/connection.js";
import { readCoin } from "../tx/amounts.js";
import { declined } from "../tx/errors.js";
import { askOf, kernelOf } from "../tx/inferenceTxs.js";
import { senderOf } from "../tx/sender.js";
import { txContextOf, txOptionsOf } from "../tx/txContext.js";
import { answerFailed } from "./errors.js";
import { withPictures } from "./picture/pictureInput.js";
import { runJson, type RunReport, runText } from "./runText.js";
import type { RunFlags } from "./runFlags.js";

/** Asks a kernel on the chain, waits, verifies, and prints answer, trace and payments. */
export async function runOnChain(
  session: Session,
  flags: RunFlags,
  args: readonly string[],
): Promise<void> {
  const { terminal } = session;
  const rpc = rpcOf(session);
  const ask = askOf({ args, flags: { ...(await withInputs(session, flags, args)) } });
  const context = await txContextOf(session, { rpc, sender: senderOf(session, flags.from) }, flags);
  // Before anything is paid: a chain that cannot be verified is not worth asking.
  const prover = await proverOf(session, context, flags);
  const quoted = await quote(rpc, ask);
  await confirm(session, quoted, flags);
  const progress = progressOf(session, quoted);
  const options = { ...txOptionsOf(flags), ...priceOptions(flags), onProgress: progress.show };
  const inference = await infer({ ...context, prover }, ask, options).catch((error: unknown) => {
    throw explainEnd(error);
  });
  progress.finish(inference);
  const report = { quoted, inference, ...(await paymentsOf(context, inference, flags)) };
  terminal.show(runJson(report), () => runText(terminal, report));
}

/** Pictures take the schema of the kernel, which the chain knows. */
async function withInputs(
  session: Session,
  flags: RunFlags,
  [kernel = ""]: readonly string[],
): Promise<RunFlags> {
  if (flags.image === undefined) return flags;
  const { manifest } = await findVersion(rpcOf(session), kernelOf(kernel), {});
  return withPictures(session, flags, manifest.inputs);
}

function priceOptions({ maxPrice, priorityFee }: RunFlags): Parameters<typeof infer>[2] {
  return {
    ...(maxPrice === undefined ? {} : { maxPrice: readCoin(maxPrice, "--max-price") }),
    ...(priorityFee === undefined ? {} : { priorityFee: readCoin(priorityFee, "--priority-fee") }),
  };
}

/** Verifies by the genesis file; without one, what the node says is believed, with a warning. */
async function proverOf(
  { home, terminal }: Session,
  { rpc: primary, clock }: TxContext,
  { genesis, witness, verify }: RunFlags,
): Promise<StoreProver | undefined> {
  if (!verify) return undefined;
  const path = genesis ?? home.genesis;
  if (genesis === undefined && !existsSync(path)) {
    terminal.warn(`the answer is not verified: there is no ${path}, and no --genesis`);
    return undefined;
  }
  const doc: JsonObject = readJsonObject(path, "give the chain's genesis file by --genesis");
  const second = witness === undefined ? undefined : httpTransport(witnessUrl(witness));
  return proverFromGenesis(doc, { primary, witness: second, clock });
}

function witnessUrl(text: string): string {
  const endpoint = parseEndpoint(text);
  if (endpoint !== undefined) return `http://${formatEndpoint(endpoint)}`;
  throw wrongUse({ problem: `--witness ${text}: must be an address such as tcp://host:26657` });
}

async function confirm(
  { input, terminal }: Session,
  { price, manifest, inputs }: Quote,
  { yes = false }: RunFlags,
): Promise<void> {
  if (yes || !input.isInteractive) return;
  const count = inputs.length === 1 ? "one input" : `${inputs.length} inputs`;
  terminal.note(`${manifest.name} on ${count} costs ${price.amount}${price.denom}`);
  const answer = await input.line("yes to ask it");
  if (!/^y(?:es)?$/i.test(answer.trim())) throw declined();
}

const STAGES: readonly RequestStage[] = ["queued", "committing", "revealing", "done"];

interface RunProgress {
  readonly show: (progress: RequestProgress) => void;
  readonly finish: (inference: Inference) => void;
}

function progressOf({ terminal }: Session, { manifest, price }: Quote): RunProgress {
  const label = `${manifest.name} for ${price.amount}${price.denom}`;
  const bar = terminal.progress({ label, total: STAGES.length });
  bar.update(0, "requesting");
  return {
    show: ({ stage, requestId, height }) => {
      // Comparisons and escalations come between revealing and the end.
      const place = STAGES.indexOf(stage);
      const done = place < 0 ? STAGES.length - 1 : place + 1;
      bar.update(done, `request ${requestId} ${stage} at height ${height}`);
    },
    finish: ({ requestId, trace }) => {
      const blocks = trace.resultHeight - trace.requestHeight;
      bar.finish(`request ${requestId} is answered after ${blocks} blocks`);
    },
  };
}

/** Ends of a request other than an answer, in words. */
function explainEnd(error: unknown): unknown {
  if (isSdkError(error, "KERNEL_FAILED")) return kernelFailure(error);
  if (isSdkError(error, "NO_AGREEMENT")) {
    const { requestId } = error.facts;
    return answerFailed({ requestId, problem: "the members did not agree on an answer" });
  }
  if (isSdkError(error, "REQUEST_EXPIRED")) {
    const { requestId } = error.facts;
    return answerFailed({ requestId, problem: "it expired before a committee was drawn" });
  }
  if (isSdkError(error, "REQUEST_REVOKED")) {
    const { requestId } = error.facts;
    return answerFailed({ requestId, problem: "its version was taken down: the fee is refunded" });
  }
  return error;
}

function kernelFailure(error: SdkError<"KERNEL_FAILED">): unknown {
  const { requestId, failures, verified } = error.facts;
  const list = failures.map(({ inputIndex, status }) => `input ${inputIndex} with ${status}`);
  const problem = `the kernel failed, as its members agree: ${list.join(", ")}`;
  return answerFailed({ requestId, problem: verified ? `${problem} (verified)` : problem });
}

/** Who was paid; before the challenge window is over nobody is, unless it is waited for. */
async function paymentsOf(
  { rpc, clock }: TxContext,
  { requestId, trace }: Inference,
  { waitPayments = false }: RunFlags,
): Promise<Pick<RunReport, "breakdown" | "closesHeight">> {
  const batch: Batch = await getBatch(rpc, trace.batchId);
  const { closesHeight } = batch;
  if (waitPayments && closesHeight > 0n) {
    await waitForHeight({ rpc, clock }, closesHeight + 1n, { timeoutMs: 600_000 });
  }
  try {
    const request = { requestId };
    const call = { service: REWARD_QUERIES, method: "Breakdown", request } as const;
    return { breakdown: (await queryMethod(rpc, call)).breakdown, closesHeight };
  } catch (error) {
    if (isSdkError(error, "NOT_FOUND")) return { breakdown: undefined, closesHeight };
    throw error;
  }
}
