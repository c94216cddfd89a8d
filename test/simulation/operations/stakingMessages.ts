import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import type { TestAccount } from "#test/harness/identities.js";
import type { VrfRegistration } from "../network/simOperator.js";
import { one, type TxDraft } from "../txDraft.js";

/** Delegates unes, or another denomination, to an operator (bech32). */
export function delegate(
  from: TestAccount,
  operator: string,
  amount: bigint,
  denom = "unes",
): TxDraft {
  const pair = { delegatorAddress: from.text, validatorAddress: operator };
  return one(from, pack(MsgDelegate, { ...pair, amount: coin(denom, amount) }));
}

/** Takes unes back from an operator (bech32). */
export function undelegate(from: TestAccount, operator: string, amount: bigint): TxDraft {
  const pair = { delegatorAddress: from.text, validatorAddress: operator };
  return one(from, pack(MsgUndelegate, { ...pair, amount: coin("unes", amount) }));
}

/** Delegates again what began to unbond at a height. */
export function cancelUnbonding(
  from: TestAccount,
  operator: string,
  entry: { readonly amount: bigint; readonly height: bigint },
): TxDraft {
  const cancellation = {
    delegatorAddress: from.text,
    validatorAddress: operator,
    amount: coin("unes", entry.amount),
    creationHeight: entry.height,
  };
  return one(from, pack(MsgCancelUnbondingDelegation, cancellation));
}

/** Asks for an operator's release from jail. */
export function unjail(account: TestAccount): TxDraft {
  return one(account, pack(MsgUnjail, { validatorAddr: account.operator }));
}

/** Announces a VRF key. */
export function register(account: TestAccount, key: VrfRegistration): TxDraft {
  return one(account, pack(MsgRegisterProvider, registration(account, key)));
}

/** Creates a validator and announces its VRF key, in one transaction. */
export function createAndRegister(
  account: TestAccount,
  creation: MsgCreateValidator,
  key: VrfRegistration,
): TxDraft {
  return one(
    account,
    pack(MsgCreateValidator, creation),
    pack(MsgRegisterProvider, registration(account, key)),
  );
}

function registration(account: TestAccount, key: VrfRegistration): MsgRegisterProvider {
  return {
    operatorAddress: account.operator,
    vrfPublicKey: key.publicKey,
    possessionProof: key.possessionProof,
  };
}
