import type { Context } from "#core/baseapp/context.js";
import type {
  MsgRegisterProvider,
  MsgRegisterProviderResponse,
} from "#core/codec/generated/aivm/staking/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { vrfVerify } from "#core/crypto/ecvrf.js";
import { invalidPossessionProof, noValidatorFound } from "../types/errors.js";
import { providerRegistered } from "../types/events.js";
import { VRF_VERIFY_GAS } from "../types/limits.js";
import { possessionInput } from "../types/provider.js";
import { registerKey } from "./providerKeys.js";
import { operatorText, type StakingState } from "./state.js";

/** Announces the VRF key with which an operator will prove beacons. */
export function registerProvider(
  ctx: Context,
  state: StakingState,
  msg: MsgRegisterProvider,
): MsgRegisterProviderResponse {
  const operator = parseAddress("operator", msg.operatorAddress);
  const validator = state.findValidator(ctx, operator);
  if (validator === undefined) throw noValidatorFound();
  ctx.gas.charge(VRF_VERIFY_GAS, "verify: ecvrf possession proof");
  const input = possessionInput(ctx.header.chainId, operatorText(operator));
  if (vrfVerify(msg.vrfPublicKey, input, msg.possessionProof) === undefined) {
    throw invalidPossessionProof();
  }

  // Nobody can foresee beacons before there is a chain, so keys of the genesis file act at once.
  const delay = ctx.mode === "genesis" ? 0n : state.providerParams(ctx).vrfKeyDelayBlocks;
  const key = { publicKey: msg.vrfPublicKey, effectiveHeight: ctx.height + delay };
  registerKey(ctx, state, validator, key);

  ctx.emit(providerRegistered(operator, key));
  return { effectiveHeight: key.effectiveHeight };
}
