import { QueryService as inferenceQueries } from "#core/codec/generated/aivm/inference/v1.js";
import { QueryService as kernelQueries } from "#core/codec/generated/aivm/kernel/v1.js";
import { QueryService as rewardQueries } from "#core/codec/generated/aivm/reward/v1.js";
import { QueryService as providerQueries } from "#core/codec/generated/aivm/staking/v1.js";
import { QueryService as authQueries } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { QueryService as bankQueries } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { ServiceService as nodeService } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { QueryService as distributionQueries } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { QueryService as slashingQueries } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { QueryService as stakingQueries } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Service } from "#core/codec/service.js";

/** Where a method departs from what its request alone would give. */
export interface QueryWish {
  /** Instead of the method's name in kebab case. */
  readonly name?: string;
  /** Further names, those of the Cosmos SDK. */
  readonly aliases?: readonly string[];
  /** Instead of the fields in the method's REST path; proto names. */
  readonly positional?: readonly string[];
  /** Positional arguments that may be left out; proto names, the last ones. */
  readonly optional?: readonly string[];
  /** Fields that no argument sets. */
  readonly hidden?: readonly string[];
}

/** A service whose methods are commands of a group. */
export interface GroupedService {
  readonly service: Service;
  /** Methods of the SDK that this chain does not answer. */
  readonly unanswered: readonly string[];
  readonly wishes: Readonly<Record<string, QueryWish>>;
}

/** The commands `aivmd query <name> …`. */
export interface QueryGroup {
  readonly name: string;
  readonly summary: string;
  readonly services: readonly GroupedService[];
}

const AUTH: GroupedService = {
  service: authQueries,
  unanswered: [],
  wishes: {
    AccountAddressByID: {
      aliases: ["address-by-acc-num"],
      positional: ["account_id"],
      // Deprecated in the SDK in favour of account_id.
      hidden: ["id"],
    },
    ModuleAccountByName: { aliases: ["module-account"] },
    Bech32Prefix: { name: "bech32-prefix" },
  },
};

const BANK: GroupedService = {
  service: bankQueries,
  unanswered: [],
  wishes: {
    AllBalances: { aliases: ["balances"] },
    Balance: { positional: ["address", "denom"] },
    SpendableBalanceByDenom: {
      aliases: ["spendable-balance"],
      positional: ["address", "denom"],
    },
    TotalSupply: { aliases: ["total"] },
    SupplyOf: { aliases: ["total-supply-of"], positional: ["denom"] },
    DenomMetadataByQueryString: { positional: ["denom"] },
    DenomOwnersByQuery: { positional: ["denom"] },
    SendEnabled: { positional: ["denoms"], optional: ["denoms"] },
  },
};

const STAKING: GroupedService = {
  service: stakingQueries,
  unanswered: [],
  wishes: {
    ValidatorDelegations: { aliases: ["delegations-to"] },
    ValidatorUnbondingDelegations: { aliases: ["unbonding-delegations-from"] },
    DelegatorDelegations: { aliases: ["delegations"] },
    DelegatorUnbondingDelegations: { aliases: ["unbonding-delegations"] },
  },
};

const PROVIDERS: GroupedService = {
  service: providerQueries,
  unanswered: [],
  wishes: { Params: { name: "provider-params" } },
};

const DISTRIBUTION: GroupedService = {
  service: distributionQueries,
  unanswered: ["ValidatorSlashes"],
  wishes: {
    DelegationTotalRewards: { aliases: ["rewards"] },
    DelegationRewards: { aliases: ["rewards-by-validator"] },
    ValidatorCommission: { aliases: ["commission"] },
  },
};

const INFERENCE: GroupedService = {
  service: inferenceQueries,
  unanswered: [],
  wishes: { Quote: { positional: ["kernel"], optional: ["kernel"] } },
};

const NODE: GroupedService = { service: nodeService, unanswered: ["Status"], wishes: {} };

const plain = (service: Service): GroupedService => ({ service, unanswered: [], wishes: {} });

/** Every group, in the order of the help; the methods of its services are its commands. */
export const QUERY_GROUPS: readonly QueryGroup[] = [
  { name: "auth", summary: "accounts and their sequences", services: [AUTH] },
  { name: "bank", summary: "balances, supply and denominations", services: [BANK] },
  {
    name: "staking",
    summary: "validators, delegations and inference providers",
    services: [STAKING, PROVIDERS],
  },
  { name: "slashing", summary: "who signs and who is jailed", services: [plain(slashingQueries)] },
  {
    name: "distribution",
    summary: "rewards of delegators, as Cosmos clients ask for them",
    services: [DISTRIBUTION],
  },
  {
    name: "reward",
    summary: "who was paid what for a request",
    services: [plain(rewardQueries)],
  },
  {
    name: "kernel",
    summary: "kernels, their versions and artifacts",
    services: [plain(kernelQueries)],
  },
  {
    name: "inference",
    summary: "requests, results, batches, faults and quotes",
    services: [INFERENCE],
  },
  { name: "node", summary: "what the node asks for", services: [NODE] },
];
