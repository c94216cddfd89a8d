import { BASE_DENOM } from "#app/chain.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { PubKey as Ed25519Key } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { PubKey as Secp256k1Key } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import {
  type CommissionRates,
  MsgCreateValidator,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, Tx, TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { type JsonValue, toJson } from "#core/codec/json.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage, TypeRegistry } from "#core/codec/typeRegistry.js";
import { formatAddress } from "#core/crypto/address.js";
import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { coin } from "#core/primitives/coin.js";
import { possessionInput } from "#modules/staking/types/provider.js";
import type { Keyring } from "../keyring/keyring.js";

/** A validator that takes part from the first block. */
export interface GenesisValidator {
  readonly chainId: string;
  readonly moniker: string;
  /** Stake of its own, in unes. */
  readonly stake: bigint;
  /** Its consensus key, 32 bytes. */
  readonly consensusKey: Uint8Array;
  /** Seed of the VRF key that it registers, 32 bytes. */
  readonly vrfSeed: Uint8Array;
  /** `id@host:port` of its node, for others to dial; may be empty. */
  readonly peer: string;
  readonly commission?: CommissionRates;
}

/** Types that a genesis transaction holds. */
export const GENESIS_TX_TYPES = new TypeRegistry([
  MsgCreateValidator,
  MsgRegisterProvider,
  Ed25519Key,
  Secp256k1Key,
]);

/** The usual terms: 10 % now, at most 20 %, at most 1 % more a day. */
const DEFAULT_COMMISSION: CommissionRates = {
  rate: "100000000000000000",
  maxRate: "200000000000000000",
  maxChangeRate: "10000000000000000",
};

/** Genesis transactions pay no fees; the limit only has to suffice. */
const GAS_LIMIT = 1_000_000n;

/**
 * The transaction, as JSON, with which a validator creates itself and registers as a provider in
 * a genesis file, signed by the operator's key `keyName`. Fails as keyrings do.
 */
export async function createGenesisTx(
  validator: GenesisValidator,
  keyring: Keyring,
  keyName: string,
): Promise<JsonValue> {
  const { publicKey, address } = keyring.get(keyName);
  const operator = formatAddress("operator", address);
  const account = formatAddress("account", address);
  const messages = [
    createValidator(validator, { account, operator }),
    registerProvider(validator, operator),
  ];
  const body = TxBody.create({ messages, memo: validator.peer });
  const authInfo = AuthInfo.create({
    signerInfos: [
      {
        publicKey: pack(Secp256k1Key, { key: publicKey }),
        modeInfo: { single: { mode: SignMode.DIRECT }, multi: undefined },
        sequence: 0n,
      },
    ],
    fee: { amount: [], gasLimit: GAS_LIMIT, payer: "", granter: "" },
  });
  const bytes = { bodyBytes: TxBody.encode(body), authInfoBytes: AuthInfo.encode(authInfo) };
  const { chainId } = validator;
  const signature = await keyring.sign(
    keyName,
    directSignBytes(bytes, { chainId, accountNumber: 0n }),
  );
  return toJson(Tx, { body, authInfo, signatures: [signature] }, GENESIS_TX_TYPES);
}

function createValidator(
  validator: GenesisValidator,
  addresses: { readonly account: string; readonly operator: string },
): PackedMessage {
  return pack(
    MsgCreateValidator,
    MsgCreateValidator.create({
      description: {
        moniker: validator.moniker,
        identity: "",
        website: "",
        securityContact: "",
        details: "",
      },
      commission: validator.commission ?? DEFAULT_COMMISSION,
      minSelfDelegation: "1",
      delegatorAddress: addresses.account,
      validatorAddress: addresses.operator,
      pubkey: pack(Ed25519Key, { key: validator.consensusKey }),
      value: coin(BASE_DENOM, validator.stake),
    }),
  );
}

function registerProvider(validator: GenesisValidator, operatorAddress: string): PackedMessage {
  const { chainId, vrfSeed } = validator;
  return pack(MsgRegisterProvider, {
    operatorAddress,
    vrfPublicKey: vrfPublicKey(vrfSeed),
    possessionProof: vrfProve(vrfSeed, possessionInput(chainId, operatorAddress)),
  });
}
