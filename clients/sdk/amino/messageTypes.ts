import { MsgChallenge, MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import {
  MsgCreateArtifact,
  MsgDeprecateVersion,
  MsgPublishVersion,
  MsgReleaseArtifact,
  MsgSetAccess,
  MsgSetHead,
  MsgSetPrice,
  MsgSetRoyalty,
  MsgSetShadowPolicy,
  MsgStartShadow,
  MsgStopShadow,
  MsgTakeDownVersion,
  MsgTransferKernel,
  MsgUploadChunk,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { MsgWithdrawDelegatorReward } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { AnyCodec } from "#core/codec/message.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";

/** Messages of this chain's own modules. */
export const AIVM_MESSAGES: readonly AnyCodec[] = [
  MsgRequestInference,
  MsgChallenge,
  MsgCreateArtifact,
  MsgUploadChunk,
  MsgReleaseArtifact,
  MsgPublishVersion,
  MsgDeprecateVersion,
  MsgSetHead,
  MsgTransferKernel,
  MsgTakeDownVersion,
  MsgSetAccess,
  MsgSetRoyalty,
  MsgSetPrice,
  MsgStartShadow,
  MsgStopShadow,
  MsgSetShadowPolicy,
  MsgRegisterProvider,
];

/** Messages of the Cosmos SDK's modules that this chain takes. */
const COSMOS_MESSAGES: readonly AnyCodec[] = [
  MsgSend,
  MsgMultiSend,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
  MsgCancelUnbondingDelegation,
  MsgUnjail,
  MsgWithdrawDelegatorReward,
];

let types: TypeRegistry | undefined;

/** Every message that can be signed, with what an Any within one may hold. */
export function signedTypes(): TypeRegistry {
  types ??= new TypeRegistry([...AIVM_MESSAGES, ...COSMOS_MESSAGES, Ed25519PubKey]);
  return types;
}
