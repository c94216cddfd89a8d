import type { Context } from "#core/baseapp/context.js";
import {
  type ValidationReport,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toAddress } from "#core/crypto/address.js";
import { assert } from "#core/primitives/assert.js";
import { amountOf, coin } from "#core/primitives/coin.js";
import { divFloor } from "#core/primitives/intMath.js";
import { versionActivated, versionRejected } from "../types/events.js";
import { KERNEL_MODULE } from "../types/keys.js";
import { payFromEscrow, zeroOf } from "./escrow.js";
import { leadProblem, moveHead } from "./head.js";
import type { KernelState } from "./kernelState.js";
import { releaseReferences } from "./releaseReferences.js";

/** What a validation job came to. */
export interface ValidationOutcome {
  readonly report: ValidationReport;
  /** Accounts that share the fee, an entry for each share. */
  readonly payees: readonly Uint8Array[];
}

/** Makes a version whose validation has begun ACTIVE or REJECTED and pays its fee out. */
export function settleValidation(
  ctx: Context,
  state: KernelState,
  versionId: Uint8Array,
  { report, payees }: ValidationOutcome,
): void {
  const version = state.getVersion(ctx, versionId);
  assert(version.status === VersionStatus.VALIDATING, "a version is validated once");
  assert(!state.isWaiting(ctx, version), "a validation begins before it is settled");
  payFee(ctx, state, version, payees);
  const settled = { ...version, validationFee: zeroOf(version.validationFee) };
  if (report.accepted) activate(ctx, state, settled, report);
  else reject(ctx, state, settled, report.reason);
}

/** Equal shares, rounded down; the remainder goes to the community pool. */
function payFee(
  ctx: Context,
  state: KernelState,
  { validationFee }: Version,
  payees: readonly Uint8Array[],
): void {
  const total = amountOf(validationFee);
  const count = BigInt(payees.length);
  const share = count === 0n ? 0n : divFloor(total, count);
  for (const payee of payees) {
    payFromEscrow(ctx, state, toAddress(payee), coin(validationFee.denom, share));
  }
  const rest = total - share * count;
  if (rest === 0n) return;
  state.needs.reward.fundCommunityPool(ctx, KERNEL_MODULE, coin(validationFee.denom, rest));
}

function activate(
  ctx: Context,
  state: KernelState,
  version: Version,
  { modelGas, peakTensorBytes, bucketGas }: ValidationReport,
): void {
  const status = VersionStatus.ACTIVE;
  const active = { ...version, status, modelGas, peakTensorBytes, bucketGas };
  state.setVersion(ctx, active);
  const kernel = state.getKernelOf(ctx, active);
  ctx.emit(versionActivated(kernel, active));
  const isNewer = active.number > headNumber(ctx, state, kernel.headVersionId);
  if (isNewer && leadProblem(ctx, state, kernel, active) === undefined) {
    moveHead(ctx, state, kernel, active.id);
  }
}

/** 0 without a head. */
function headNumber(ctx: Context, state: KernelState, headVersionId: Uint8Array): bigint {
  return headVersionId.length === 0 ? 0n : state.getVersion(ctx, headVersionId).number;
}

/** What the version referred to may be published again for a while, then it expires. */
function reject(ctx: Context, state: KernelState, version: Version, reason: string): void {
  const { deposit } = version;
  const rejected = { ...version, status: VersionStatus.REJECTED, reason, deposit: zeroOf(deposit) };
  state.setVersion(ctx, rejected);
  releaseReferences(ctx, state, version);
  ctx.emit(versionRejected(state.getKernelOf(ctx, version), rejected));
}
