import type { MsgRouter } from "#core/baseapp/router.js";
import {
  MsgRegisterProvider,
  MsgRegisterProviderResponse,
} from "#core/codec/generated/aivm/staking/v1.js";
import { MsgUnjail, MsgUnjailResponse } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  MsgCancelUnbondingDelegation,
  MsgCancelUnbondingDelegationResponse,
  MsgCreateValidator,
  MsgCreateValidatorResponse,
  MsgDelegate,
  MsgDelegateResponse,
  MsgUndelegate,
  MsgUndelegateResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { SLASHING_SECTION, STAKING_MODULE } from "../types/keys.js";
import {
  operatorAccount,
  validateCancelUnbonding,
  validateCreateValidator,
  validateDelegate,
  validateRegisterProvider,
  validateUndelegate,
  validateUnjail,
} from "../types/msgs.js";
import { cancelUnbondingDelegation } from "./cancelUnbondingDelegation.js";
import { createValidator } from "./createValidator.js";
import { delegate } from "./delegate.js";
import { registerProvider } from "./registerProvider.js";
import type { StakingState } from "./state.js";
import { undelegate } from "./undelegate.js";
import { unjail } from "./unjail.js";

/** Routes every message of the module to its handler. */
export function registerStakingMsgs(router: MsgRouter, state: StakingState): void {
  router.add(STAKING_MODULE, {
    codec: MsgCreateValidator,
    responseCodec: MsgCreateValidatorResponse,
    signers: (msg) => [operatorAccount(msg.validatorAddress)],
    validate: validateCreateValidator,
    handle: (ctx, msg) => createValidator(ctx, state, msg),
  });
  router.add(STAKING_MODULE, {
    codec: MsgDelegate,
    responseCodec: MsgDelegateResponse,
    signers: (msg) => [msg.delegatorAddress],
    validate: validateDelegate,
    handle: (ctx, msg) => delegate(ctx, state, msg),
  });
  router.add(STAKING_MODULE, {
    codec: MsgUndelegate,
    responseCodec: MsgUndelegateResponse,
    signers: (msg) => [msg.delegatorAddress],
    validate: validateUndelegate,
    handle: (ctx, msg) => undelegate(ctx, state, msg),
  });
  router.add(STAKING_MODULE, {
    codec: MsgCancelUnbondingDelegation,
    responseCodec: MsgCancelUnbondingDelegationResponse,
    signers: (msg) => [msg.delegatorAddress],
    validate: validateCancelUnbonding,
    handle: (ctx, msg) => cancelUnbondingDelegation(ctx, state, msg),
  });
  router.add(STAKING_MODULE, {
    codec: MsgRegisterProvider,
    responseCodec: MsgRegisterProviderResponse,
    signers: (msg) => [operatorAccount(msg.operatorAddress)],
    validate: validateRegisterProvider,
    handle: (ctx, msg) => registerProvider(ctx, state, msg),
  });
  router.add(SLASHING_SECTION, {
    codec: MsgUnjail,
    responseCodec: MsgUnjailResponse,
    signers: (msg) => [operatorAccount(msg.validatorAddr)],
    validate: validateUnjail,
    handle: (ctx, msg) => unjail(ctx, state, msg),
  });
}
