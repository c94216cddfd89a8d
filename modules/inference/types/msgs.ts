import {
  Assurance,
  type MsgChallenge,
  type MsgRequestInference,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { type Coin, isDenom } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";
import { invalidCoins } from "#core/primitives/sdkErrors.js";
import { invalidInputs, notMinorityMember, notRunnable } from "./errors.js";
import { DIGEST_BYTES, MAX_AMOUNT, MAX_INPUTS } from "./limits.js";

/** Checks a request without state. */
export function validateRequestInference(msg: MsgRequestInference): void {
  parseAddress("account", msg.requester);
  const named =
    msg.versionId.length === DIGEST_BYTES || (msg.versionId.length === 0 && msg.kernel !== "");
  if (!named) throw notRunnable({ problem: "a kernel name or a 32-byte version id is needed" });
  if (msg.inputs.length < 1 || msg.inputs.length > MAX_INPUTS) {
    throw invalidInputs({ problem: `not 1 to ${MAX_INPUTS}`, got: msg.inputs.length });
  }
  if (msg.assurance !== Assurance.COMMITTEE && msg.assurance !== Assurance.FULL) {
    throw invalidInputs({ problem: "assurance is neither COMMITTEE nor FULL" });
  }
  requireCoin(msg.maxPrice, "max_price");
  // A request without a tip leaves the field empty.
  if (msg.priorityFee.denom === "" && msg.priorityFee.amount === "") return;
  requireCoin(msg.priorityFee, "priority_fee");
  if (msg.priorityFee.denom !== msg.maxPrice.denom) {
    throw invalidCoins({ problem: "priority_fee and max_price differ in denomination" });
  }
}

/** Checks a challenge without state. */
export function validateChallenge(msg: MsgChallenge): void {
  parseAddress("account", msg.challenger);
  if (!msg.asMember && msg.requestDigests.length > 0) {
    throw notMinorityMember({ problem: "only a member shows digests" });
  }
  if (msg.requestDigests.some((digest) => digest.length !== DIGEST_BYTES)) {
    throw notMinorityMember({ problem: "a digest is not 32 bytes" });
  }
}

function requireCoin(value: Coin, field: string): void {
  const amount = parseUint(value.amount);
  if (!isDenom(value.denom) || amount === undefined || amount > MAX_AMOUNT) {
    throw invalidCoins({ field, problem: `${value.amount}${value.denom}` });
  }
}
