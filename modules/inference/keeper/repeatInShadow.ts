import { attempt } from "#core/codec/attempt.js";
import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  MsgRequestInference,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { shadowQueued } from "../types/events.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { escrowOf, priceOf } from "../types/quote.js";
import type { InferenceKeeper } from "./keeper.js";
import { enqueue } from "./queue.js";
import { checkInputs, draftRequest, isRunnable } from "./requestInference.js";

/**
 * Queues a shadow request for an answer of a kernel's head, if a version runs beside it: the first
 * input again, with the head's seed, paid by the run's budget. It goes through the same protocol as
 * any other, behind all of them in the queue (protocol.md section 20).
 */
export function repeatInShadow(ctx: Context, keeper: InferenceKeeper, answered: Request): void {
  if (answered.shadow !== undefined || answered.assurance !== Assurance.COMMITTEE) return;
  const { kernel, staking } = keeper.needs;
  const version = kernel.findShadow(ctx, answered.versionId);
  if (version === undefined) return;
  const drafted = draftShadow(ctx, keeper, answered, version);
  if (drafted === undefined) {
    kernel.skipShadow(ctx, version.id);
    return;
  }
  const price = coin(staking.bondDenom(ctx), escrowOf(drafted.request.fees));
  const payer = kernel.payShadow(ctx, version.id, { price, module: INFERENCE_MODULE });
  if (payer === undefined) return;
  const request = { ...drafted.request, id: keeper.takeRequestId(ctx), requester: payer };
  keeper.setRequest(ctx, request);
  keeper.setInputs(ctx, request.id, { inputs: [drafted.input] });
  enqueue(ctx, keeper, request);
  ctx.emit(shadowQueued(request, price));
}

interface DraftedShadow {
  readonly request: Request;
  readonly input: Uint8Array;
}

/**
 * Undefined when there is no room in the queue, or the version may or can not run the input now.
 */
function draftShadow(
  ctx: Context,
  keeper: InferenceKeeper,
  answered: Request,
  version: Version,
): DraftedShadow | undefined {
  const { kernel } = keeper.needs;
  const input = keeper.findInputs(ctx, answered.id)?.inputs[0];
  const waiting = keeper.queueLength(ctx) + keeper.shadowQueueLength(ctx);
  const hasRoom = waiting < BigInt(keeper.params(ctx).maxQueueRequests);
  if (input === undefined || !hasRoom || !isRunnable(ctx, version, true)) return undefined;
  const head = assertDefined(kernel.findVersion(ctx, answered.versionId), "requests name versions");
  const [own, heads] = [version, head].map((one) => draftOne(ctx, keeper, one, input));
  if (own === undefined || heads === undefined) return undefined;
  const shadow = { requestId: answered.id, headPrice: priceOf(heads.fees).toString() };
  return { request: { ...own, shadow }, input };
}

/** A request for one input; undefined when the version cannot take it under the parameters. */
function draftOne(
  ctx: Context,
  keeper: InferenceKeeper,
  version: Version,
  input: Uint8Array,
): Request | undefined {
  const params = keeper.params(ctx);
  const manifest = keeper.needs.kernel.getManifest(ctx, version.id);
  const msg = MsgRequestInference.create({ inputs: [input], assurance: Assurance.COMMITTEE });
  const gas = attempt(() => checkInputs(params, manifest, msg));
  if (gas instanceof ChainError) return undefined;
  const authorPrice = keeper.needs.kernel.authorPrice(ctx, version.id);
  return draftRequest(ctx, { msg, params, version, manifest, gas, authorPrice });
}
