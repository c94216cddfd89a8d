import type { Context } from "#core/baseapp/context.js";
import {
  AggregationKind,
  Field,
  type Kernel,
  type Manifest,
  type MsgStartShadow,
  type MsgStartShadowResponse,
  ShadowRun,
  ShadowStatus,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds, invalidCoins } from "#core/primitives/sdkErrors.js";
import { shadowStarted } from "../../types/events.js";
import {
  invalidShadowRun,
  notActive,
  notShadowable,
  shadowUnderWay,
  unknownVersion,
} from "../../types/registryErrors.js";
import { takeIntoEscrow } from "../escrow.js";
import type { KernelState } from "../kernelState.js";
import { requireOwner } from "../owner.js";

/**
 * Lets a version repeat what its kernel's head answers from now on: the owner's budget pays for it,
 * whoever asks the head pays nothing. A version's earlier report makes room for the new one.
 */
export function startShadow(
  ctx: Context,
  state: KernelState,
  msg: MsgStartShadow,
): MsgStartShadowResponse {
  const version = state.findVersion(ctx, msg.versionId);
  if (version === undefined) throw unknownVersion({ version_id: toHex(msg.versionId) });
  const kernel = state.getKernelOf(ctx, version);
  const owner = parseAddress("account", msg.owner);
  requireOwner(kernel, owner);
  if (version.status !== VersionStatus.ACTIVE) {
    throw notActive({ version_id: toHex(version.id), status: version.status });
  }
  requireComparable(ctx, state, kernel, version);
  requireNoRun(ctx, state, kernel, version);
  requireBounds(ctx, state, msg);

  takeIntoEscrow(ctx, state, owner, msg.budget);
  const run = ShadowRun.create({
    versionId: version.id,
    kernelId: kernel.id,
    number: version.number,
    headVersionId: kernel.headVersionId,
    payer: formatAddress("account", owner),
    status: ShadowStatus.RUNNING,
    startedHeight: ctx.height,
    requests: msg.requests,
    budget: msg.budget,
    headPrice: "0",
    shadowPrice: "0",
  });
  state.shadows.set(ctx, run);
  ctx.emit(shadowStarted(kernel, run));
  return { headVersionId: kernel.headVersionId };
}

/** Both take the same inputs, and equal outputs of theirs are equal answers. */
function requireComparable(
  ctx: Context,
  state: KernelState,
  { headVersionId }: Kernel,
  { id }: Version,
): void {
  const refuse = (problem: string): Error => notShadowable({ version_id: toHex(id), problem });
  if (headVersionId.length === 0) throw refuse("its kernel has no head to run beside");
  if (equalBytes(headVersionId, id)) throw refuse("it is the head");
  const [own, head] = [state.getManifest(ctx, id), state.getManifest(ctx, headVersionId)];
  if (!isExact(own)) throw refuse("its committees' answers may lawfully differ");
  if (!isExact(head)) throw refuse("answers of the head's committees may lawfully differ");
  if (!sameFields(own.inputs, head.inputs)) throw refuse("it takes other inputs than the head");
  if (!sameFields(own.outputs, head.outputs)) throw refuse("it gives other outputs than the head");
}

function isExact({ aggregation }: Manifest): boolean {
  return aggregation.kind === AggregationKind.EXACT;
}

function sameFields(a: readonly Field[], b: readonly Field[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((field, index) => {
    const other = b[index];
    return other !== undefined && equalBytes(Field.encode(field), Field.encode(other));
  });
}

function requireNoRun(ctx: Context, state: KernelState, kernel: Kernel, version: Version): void {
  const own = state.shadows.find(ctx, version);
  const isOver = own === undefined || own.status === ShadowStatus.ENDED;
  const running = isOver ? state.shadows.findRunning(ctx, kernel.id) : own;
  if (running === undefined) return;
  throw shadowUnderWay({ kernel: kernel.name, version_id: toHex(running.versionId) });
}

function requireBounds(
  ctx: Context,
  state: KernelState,
  { owner, requests, budget }: MsgStartShadow,
): void {
  const { maxShadowRequests: maximum, validationFee } = state.params(ctx);
  if (requests > maximum) throw invalidShadowRun({ field: "requests", found: requests, maximum });
  const { denom } = validationFee;
  if (budget.denom !== denom) {
    throw invalidCoins({ field: "budget", problem: `${formatCoins([budget])} is not in ${denom}` });
  }
  const available = state.needs.bank.spendable(ctx, parseAddress("account", owner), denom);
  if (available >= amountOf(budget)) return;
  throw insufficientFunds({
    available: formatCoins([coin(denom, available)]),
    required: formatCoins([budget]),
  });
}
