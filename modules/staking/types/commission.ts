import type { CommissionRates } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { parseDecDigits } from "./decText.js";
import {
  commissionAboveMaxRate,
  commissionChangeAboveMaxRate,
  commissionChangeNegative,
  commissionHuge,
  commissionNegative,
} from "./errors.js";

/** Checks commission rates in the order of the SDK's CommissionRates.Validate. */
export function validateCommission(rates: CommissionRates): void {
  const rate = parseDecDigits(rates.rate);
  const maxRate = parseDecDigits(rates.maxRate);
  const maxChangeRate = parseDecDigits(rates.maxChangeRate);
  if (rate === undefined || maxRate === undefined || maxChangeRate === undefined) {
    throw invalidRequest({ problem: "empty commission" });
  }
  if (maxRate < 0n) throw commissionNegative();
  if (maxRate > DEC_ONE) throw commissionHuge();
  if (rate < 0n) throw commissionNegative();
  if (rate > maxRate) throw commissionAboveMaxRate();
  if (maxChangeRate < 0n) throw commissionChangeNegative();
  if (maxChangeRate > maxRate) throw commissionChangeAboveMaxRate();
}
