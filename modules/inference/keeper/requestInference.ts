import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  type MsgRequestInference,
  type MsgRequestInferenceResponse,
  type Params,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { attempt } from "#core/codec/attempt.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { amountOf, coin, formatCoins } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { executionGas } from "#modules/kernel/types/buckets.js";
import { checkInput } from "#modules/kernel/types/values.js";
import { inputsRoot } from "../types/digests.js";
import {
  accessDenied,
  invalidInputs,
  notRunnable,
  priceTooHigh,
  queueFull,
  tooFewProviders,
} from "../types/errors.js";
import { requested } from "../types/events.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { computeFees, escrowOf, priceOf } from "../types/quote.js";
import { requestPayloadBytes } from "../types/payloadBound.js";
import type { InferenceKeeper } from "./keeper.js";
import { enqueue } from "./queue.js";
import { requireAggregation } from "./requireAggregation.js";
import { availableProviders, hasFullPower } from "./slot/eligible.js";

/** Escrows the quoted price and joins the queue (protocol.md section 5). */
export function requestInference(
  ctx: Context,
  keeper: InferenceKeeper,
  msg: MsgRequestInference,
): MsgRequestInferenceResponse {
  const params = keeper.params(ctx);
  const version = requireRunnable(ctx, keeper, msg);
  const manifest = keeper.needs.kernel.getManifest(ctx, version.id);
  const gas = checkInputs(params, manifest, msg);
  requireAggregation(ctx, keeper, manifest, msg);
  requireProviders(ctx, keeper, manifest, msg.assurance);
  if (keeper.queueLength(ctx) >= BigInt(params.maxQueueRequests)) {
    throw queueFull({ limit: params.maxQueueRequests });
  }
  const authorPrice = keeper.needs.kernel.authorPrice(ctx, version.id);
  const request = draftRequest(ctx, { msg, params, version, manifest, gas, authorPrice });
  const price = priceOf(request.fees);
  const denom = keeper.needs.staking.bondDenom(ctx);
  requirePrice(msg, denom, price);
  const requester = parseAddress("account", msg.requester);
  const escrow = coin(denom, escrowOf(request.fees));
  const available = keeper.needs.bank.spendable(ctx, requester, denom);
  if (available < amountOf(escrow)) {
    const required = formatCoins([escrow]);
    throw insufficientFunds({ available: formatCoins([coin(denom, available)]), required });
  }

  if (amountOf(escrow) > 0n) {
    keeper.needs.bank.sendToModule(ctx, requester, INFERENCE_MODULE, [escrow]);
  }
  const queued = { ...request, id: keeper.takeRequestId(ctx) };
  keeper.setRequest(ctx, queued);
  keeper.setInputs(ctx, queued.id, { inputs: msg.inputs });
  enqueue(ctx, keeper, queued);

  ctx.emit(requested(queued, price));
  return { requestId: queued.id, price: coin(denom, price) };
}

/** The version to run: the one named, or the kernel's head. */
export function findRequested(
  ctx: Context,
  keeper: InferenceKeeper,
  named: { readonly kernel: string; readonly versionId: Uint8Array },
): Version | undefined {
  const { kernel } = keeper.needs;
  return named.versionId.length > 0
    ? kernel.findVersion(ctx, named.versionId)
    : kernel.findHead(ctx, named.kernel);
}

function requireRunnable(ctx: Context, keeper: InferenceKeeper, msg: MsgRequestInference): Version {
  const version = findRequested(ctx, keeper, msg);
  if (version === undefined)
    throw notRunnable({ problem: "it does not exist", kernel: msg.kernel });
  const pinned = msg.versionId.length > 0;
  requireNotRevoked(version);
  if (!keeper.needs.kernel.mayRun(ctx, version.id, parseAddress("account", msg.requester))) {
    throw accessDenied({ requester: msg.requester, version_id: toHex(version.id) });
  }
  if (!isRunnable(ctx, version, pinned)) {
    throw notRunnable({ problem: "it is not active", kernel: msg.kernel });
  }
  return version;
}

/** Fails with `inference/5` and the reason for a version that was taken down. */
export function requireNotRevoked({ status, reason }: Version): void {
  if (status === VersionStatus.REVOKED) throw notRunnable({ problem: "it was taken down", reason });
}

/** Whether a version may run: active, or deprecated but pinned, and not suspended. */
export function isRunnable(ctx: Context, version: Version, pinned: boolean): boolean {
  const active = version.status === VersionStatus.ACTIVE;
  const allowed = active || (pinned && version.status === VersionStatus.DEPRECATED);
  return allowed && version.suspendedUntil <= ctx.height;
}

/**
 * Fails unless the inputs of a request are within every bound and fit the schema; gives the gas
 * that the executions may take, by the buckets that the inputs belong to.
 */
export function checkInputs(params: Params, manifest: Manifest, msg: MsgRequestInference): bigint {
  if (msg.inputs.length > params.maxInputs) {
    throw invalidInputs({ problem: "too many", limit: params.maxInputs, got: msg.inputs.length });
  }
  const bytes = msg.inputs.reduce((sum, input) => sum + BigInt(input.length), 0n);
  if (bytes > params.maxRequestBytes) {
    throw invalidInputs({ problem: "too long", limit: params.maxRequestBytes, got: bytes });
  }
  const inputCount = msg.inputs.length;
  const payload = requestPayloadBytes(manifest, params, { inputCount, escalated: true });
  if (payload > params.payloadBytes) {
    throw invalidInputs({ problem: "outputs would not fit a payload", limit: params.payloadBytes });
  }
  let gas = 0n;
  for (const [index, input] of msg.inputs.entries()) {
    const checked = attempt(() => checkInput(manifest.inputs, input));
    if (checked instanceof ChainError) {
      throw msg.inputs.length === 1 ? checked : ofInput(index, checked);
    }
    gas += executionGas(manifest, checked.values);
  }
  if (gas > params.maxBatchGas) {
    throw invalidInputs({ problem: "gas of all inputs over a batch", limit: params.maxBatchGas });
  }
  return gas;
}

/** The same error, which says that it is about the input at an index, from 0. */
function ofInput(index: number, fault: ChainError): ChainError {
  return new ChainError(fault.codespace, fault, { input: index, ...fault.detail });
}

function requireProviders(
  ctx: Context,
  keeper: InferenceKeeper,
  manifest: Manifest,
  assurance: Assurance,
): void {
  const needed = manifest.committee.minimum;
  const full = assurance === Assurance.FULL;
  const available = availableProviders(ctx, keeper, full ? Infinity : needed);
  if (available.length < needed) throw tooFewProviders({ available: available.length, needed });
  if (full && !hasFullPower(ctx, keeper, available)) {
    throw tooFewProviders({ problem: "too little power for FULL assurance" });
  }
}

/** A request as it joins the queue, without an id. */
export function draftRequest(
  ctx: Context,
  given: {
    readonly msg: MsgRequestInference;
    readonly params: Params;
    readonly version: Version;
    readonly manifest: Manifest;
    readonly gas: bigint;
    readonly authorPrice: bigint;
  },
): Request {
  const { msg, params, version, manifest, gas, authorPrice } = given;
  const inputBytes = msg.inputs.reduce((sum, input) => sum + BigInt(input.length), 0n);
  const fees = computeFees(params, manifest, {
    inputCount: msg.inputs.length,
    gas,
    authorPrice,
    inputBytes,
    assurance: msg.assurance,
    priorityFee: amountOf(msg.priorityFee),
  });
  return {
    id: 0n,
    requester: msg.requester,
    versionId: version.id,
    assurance: msg.assurance,
    inputCount: msg.inputs.length,
    inputsRoot: inputsRoot(msg.inputs),
    fees,
    height: ctx.height,
    status: RequestStatus.QUEUED,
    batchId: 0n,
    slotHeight: 0n,
    slotBeacon: new Uint8Array(0),
    deadlineHeight: ctx.height + params.maxRequestBlocks,
    gas,
    originBatchId: 0n,
    paid: false,
    shadow: undefined,
  };
}

function requirePrice(msg: MsgRequestInference, denom: string, price: bigint): void {
  if (msg.maxPrice.denom !== denom || amountOf(msg.maxPrice) < price) {
    throw priceTooHigh({
      price: formatCoins([coin(denom, price)]),
      given: formatCoins([msg.maxPrice]),
    });
  }
}
