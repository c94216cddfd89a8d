import { MsgService as inferenceMsgs } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgService as kernelMsgs } from "#core/codec/generated/aivm/kernel/v1.js";
import { MsgService as providerMsgs } from "#core/codec/generated/aivm/staking/v1.js";
import { BaseAccount, ModuleAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { MsgService as bankMsgs } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { PubKey as Ed25519Key } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey as Secp256k1Key } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { MsgService as distributionMsgs } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { MsgService as slashingMsgs } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { MsgService as stakingMsgs } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";

const MESSAGES = [
  bankMsgs,
  stakingMsgs,
  slashingMsgs,
  distributionMsgs,
  providerMsgs,
  kernelMsgs,
  inferenceMsgs,
].flatMap(({ methods }) => methods.flatMap(({ request, response }) => [request, response]));

/** Every type that an Any in a transaction or in an answer of the chain may hold. */
export const CLIENT_TYPES = new TypeRegistry([
  BaseAccount,
  ModuleAccount,
  Ed25519Key,
  Secp256k1Key,
  LegacyAminoPubKey,
  Tx,
  ...MESSAGES,
]);
