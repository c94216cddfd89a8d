import type { Context } from "#core/baseapp/context.js";
import {
  BondStatus,
  type MsgCreateValidator,
  type MsgCreateValidatorResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { consensusAddress, parseAddress } from "#core/crypto/address.js";
import { amountOf, formatCoins } from "#core/primitives/coin.js";
import { formatDec } from "#core/primitives/dec.js";
import { assertDefined } from "#core/primitives/assert.js";
import {
  commissionBelowMinRate,
  operatorExists,
  pubKeyExists,
  validatorTombstoned,
} from "../types/errors.js";
import { validatorCreated } from "../types/events.js";
import { consensusKeyOf } from "../types/msgs.js";
import { decOf } from "../types/params.js";
import { toTimestamp } from "../types/time.js";
import type { Validator } from "../types/validator.js";
import { addDelegation } from "./bonding.js";
import { requireStakeable, takeStake } from "./delegate.js";
import { isTombstoned } from "./signing.js";
import { operatorText, type StakingState } from "./state.js";

/** Creates a validator with its operator's own delegation. */
export function createValidator(
  ctx: Context,
  state: StakingState,
  msg: MsgCreateValidator,
): MsgCreateValidatorResponse {
  const validator = newValidator(ctx, msg);
  const { operator, consensusKey } = validator;
  const minimum = decOf(state.params(ctx).minCommissionRate);
  if (decOf(msg.commission.rate) < minimum) {
    throw commissionBelowMinRate({ minimum: formatDec(minimum) });
  }
  if (state.findValidator(ctx, operator) !== undefined) throw operatorExists();
  const address = consensusAddress(consensusKey);
  if (state.findValidatorByConsensusAddress(ctx, address) !== undefined) throw pubKeyExists();
  if (isTombstoned(ctx, state, address)) throw validatorTombstoned();
  requireStakeable(ctx, state, operator, msg.value);

  state.addValidator(ctx, validator);
  state.needs.hooks.afterValidatorCreated(ctx, operatorText(operator));
  const stake = { delegator: operator, validator, amount: amountOf(msg.value) };
  takeStake(ctx, state, stake);
  addDelegation(ctx, state, stake);

  ctx.emit(validatorCreated(operator, formatCoins([msg.value])));
  return {};
}

function newValidator(ctx: Context, msg: MsgCreateValidator): Validator {
  const packed = assertDefined(msg.pubkey, "the message was validated");
  return {
    operator: parseAddress("operator", msg.validatorAddress),
    consensusKey: consensusKeyOf(packed),
    jailed: false,
    status: BondStatus.UNBONDED,
    tokens: 0n,
    shares: 0n,
    description: msg.description,
    unbondingHeight: 0n,
    unbondingTimeNs: 0n,
    commission: {
      commissionRates: msg.commission,
      updateTime: toTimestamp(ctx.header.timeNs),
    },
    minSelfDelegation: BigInt(msg.minSelfDelegation),
  };
}
