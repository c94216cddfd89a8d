import type { Context } from "#core/baseapp/context.js";
import type {
  MsgUnjail,
  MsgUnjailResponse,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { decTruncate } from "#core/primitives/dec.js";
import {
  missingSelfDelegation,
  notJailed,
  noValidatorForAddress,
  selfDelegationTooLow,
  stillJailed,
} from "../types/errors.js";
import { computeTokens } from "../types/shares.js";
import { toNs } from "../types/time.js";
import { consensusAddressOf } from "../types/validator.js";
import type { StakingState } from "./state.js";

/** Makes a jailed validator a candidate again. */
export function unjail(ctx: Context, state: StakingState, msg: MsgUnjail): MsgUnjailResponse {
  const operator = parseAddress("operator", msg.validatorAddr);
  const validator = state.findValidator(ctx, operator);
  if (validator === undefined) throw noValidatorForAddress();
  const own = state.findDelegation(ctx, operator, operator);
  if (own === undefined) throw missingSelfDelegation();
  const tokens = decTruncate(computeTokens(validator, own.shares));
  const minimum = validator.minSelfDelegation;
  if (tokens < minimum) throw selfDelegationTooLow({ tokens, minimum });
  if (!validator.jailed) throw notJailed();
  const signing = state.findSigningInfo(ctx, consensusAddressOf(validator));
  if (signing?.tombstoned === true) throw stillJailed();
  if (signing !== undefined && ctx.header.timeNs < toNs(signing.jailedUntil)) throw stillJailed();

  state.setValidator(ctx, { ...validator, jailed: false });
  return {};
}
