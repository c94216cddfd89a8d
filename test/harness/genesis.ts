import { Params as InferenceParams } from "#core/codec/generated/aivm/inference/v1.js";
import {
  GenesisState as KernelGenesisState,
  type Manifest,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { GenesisState as BankGenesisState } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { BaseAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { MsgCreateValidator } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromJson, type JsonObject, type JsonValue, toJson } from "#core/codec/json.js";
import { pack } from "#core/codec/typeRegistry.js";
import { domainHash } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { engineText, CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import type { Wiring } from "#app/wiring.js";
import type { TestAccount, TestValidator } from "./identities.js";
import { signedTxMessage } from "./signedTx.js";
import { kernelGenesis } from "./testKernel.js";

/** What tests vary about a genesis. */
export interface GenesisOptions {
  readonly chainId: string;
  readonly validators: readonly TestValidator[];
  /** Stake of each validator, in unes; by default 100 NES each. */
  readonly stakes?: readonly bigint[];
  readonly accounts: readonly TestAccount[];
  /** Balance of each account, in unes. */
  readonly balance?: bigint;
  readonly kernels?: readonly Manifest[];
  readonly inference?: Partial<InferenceParams>;
  /** Last changes to the JSON of app_state. */
  readonly edit?: (state: Record<string, JsonObject>) => void;
}

const STAKE = 100_000_000n;
const BALANCE = 1_000_000_000_000n;

/** Builds app_state as `aivmd genesis` would: balances, validators' own transactions, kernels. */
export function buildGenesis(wiring: Wiring, options: GenesisOptions): Uint8Array {
  const registry = wiring.modules.types;
  const state = wiring.modules.defaultGenesis() as Record<string, JsonObject>;
  const owners = [...options.accounts, ...options.validators.map(({ account }) => account)];
  const section = (name: string): JsonObject => state[name] as JsonObject;
  section("auth")["accounts"] = owners.map((owner) => ({
    "@type": BaseAccount.typeUrl,
    address: owner.text,
  }));
  const bank = BankGenesisState.create({
    params: { sendEnabled: [], defaultSendEnabled: true },
    balances: owners.map((owner) => ({
      address: owner.text,
      coins: [coin("unes", options.balance ?? BALANCE)],
    })),
  });
  state["bank"] = toJson(BankGenesisState, bank, registry) as JsonObject;
  section("genutil")["gen_txs"] = options.validators.map((validator, index) =>
    toJson(Tx, genesisTx(options.chainId, validator, options.stakes?.[index] ?? STAKE), registry),
  );
  state["kernel"] = kernelSection(wiring, options, section("kernel"));
  const inference = section("inference");
  const defaults = fromJson(InferenceParams, inference["params"], { registry });
  const params = { ...defaults, ...options.inference };
  inference["params"] = toJson(InferenceParams, params, registry);
  options.edit?.(state);
  return utf8(JSON.stringify(state));
}

function kernelSection(wiring: Wiring, options: GenesisOptions, json: JsonValue): JsonObject {
  const registry = wiring.modules.types;
  const genesis = fromJson(KernelGenesisState, json, { registry });
  const manifests = options.kernels ?? [];
  const owner = options.accounts[0];
  const parts =
    owner === undefined
      ? { kernels: [], versions: [], artifacts: [] }
      : kernelGenesis(owner, manifests);
  const codeKernels = manifests.filter(({ aggregation }) => aggregation.codeDigest.length > 0);
  const state = {
    ...genesis,
    ...parts,
    nextKernelId: BigInt(parts.kernels.length + 1),
    nextUploadId: BigInt(parts.artifacts.length + 1),
    params: {
      ...genesis.params,
      engines: [engineText(MODEL_ENGINE), engineText(CODE_ENGINE)],
      codeAggregationKernels: codeKernels.map(({ name }) => name),
    },
  };
  return toJson(KernelGenesisState, state, registry) as JsonObject;
}

/** The transaction with which a validator creates and registers itself in the genesis file. */
export function genesisTx(chainId: string, validator: TestValidator, stake: bigint): Tx {
  const { account } = validator;
  const alpha = domainHash("aivm/vrf-possession/v1", utf8(chainId), utf8(account.operator));
  return signedTxMessage({
    messages: [
      pack(MsgCreateValidator, createValidator(validator, stake)),
      pack(MsgRegisterProvider, {
        operatorAddress: account.operator,
        vrfPublicKey: validator.vrfKey,
        possessionProof: validator.prove(alpha),
      }),
    ],
    signer: account,
    chainId,
    accountNumber: 0n,
    sequence: 0n,
  });
}

/** A validator's creation with the SDK's usual commission. */
export function createValidator(validator: TestValidator, stake: bigint): MsgCreateValidator {
  const { account } = validator;
  return MsgCreateValidator.create({
    description: {
      moniker: account.name,
      identity: "",
      website: "",
      securityContact: "",
      details: "",
    },
    commission: {
      rate: "100000000000000000",
      maxRate: "200000000000000000",
      maxChangeRate: "10000000000000000",
    },
    minSelfDelegation: "1",
    delegatorAddress: account.text,
    validatorAddress: account.operator,
    pubkey: pack(PubKey, { key: validator.consensusKey }),
    value: coin("unes", stake),
  });
}
