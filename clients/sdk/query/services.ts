import type { MessageCodec } from "#core/codec/message.js";
import type { Service } from "#core/codec/service.js";
import type * as aivmInference from "#core/codec/generated/aivm/inference/v1.js";
import type * as aivmKernel from "#core/codec/generated/aivm/kernel/v1.js";
import type * as aivmReward from "#core/codec/generated/aivm/reward/v1.js";
import type * as aivmStaking from "#core/codec/generated/aivm/staking/v1.js";
import type * as auth from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type * as bank from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type * as node from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import type * as distribution from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import type * as slashing from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import type * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { QueryService as inferenceService } from "#core/codec/generated/aivm/inference/v1.js";
import { QueryService as kernelService } from "#core/codec/generated/aivm/kernel/v1.js";
import { QueryService as rewardService } from "#core/codec/generated/aivm/reward/v1.js";
import { QueryService as providerService } from "#core/codec/generated/aivm/staking/v1.js";
import { QueryService as authService } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { QueryService as bankService } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { ServiceService as nodeService } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { QueryService as distributionService } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { QueryService as slashingService } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { QueryService as stakingService } from "#core/codec/generated/cosmos/staking/v1beta1.js";

/**
 * A generated service together with the types of its package: the message of method `M` is
 * `<Prefix>M` + `Request` or `Response` there, as protobuf style has it.
 */
export interface TypedService<Package, Prefix extends string = "Query"> extends Service {
  /** Never set: it only ties the types to the service. */
  readonly types?: { readonly package: Package; readonly prefix: Prefix };
}

/** Names of the methods of a typed service. */
export type MethodName<Package, Prefix extends string> = {
  [Name in keyof Package]: Name extends `${Prefix}${infer Method}Request` ? Method : never;
}[keyof Package];

/** The message that the package has under a name. */
export type MessageNamed<Package, Name extends string> = Name extends keyof Package
  ? Package[Name] extends MessageCodec<infer Message>
    ? Message
    : never
  : never;

/** Requests, results, batches, quotes and beacons. */
export const INFERENCE_QUERIES: TypedService<typeof aivmInference> = inferenceService;

/** Kernels, versions and artifacts. */
export const KERNEL_QUERIES: TypedService<typeof aivmKernel> = kernelService;

/** Who was paid what, and the community pool. */
export const REWARD_QUERIES: TypedService<typeof aivmReward> = rewardService;

/** Providers and consensus sets. */
export const PROVIDER_QUERIES: TypedService<typeof aivmStaking> = providerService;

/** Accounts. */
export const AUTH_QUERIES: TypedService<typeof auth> = authService;

/** Balances and supply. */
export const BANK_QUERIES: TypedService<typeof bank> = bankService;

/** Validators and delegations. */
export const STAKING_QUERIES: TypedService<typeof staking> = stakingService;

/** Signing infos of validators. */
export const SLASHING_QUERIES: TypedService<typeof slashing> = slashingService;

/** Rewards of delegators. */
export const DISTRIBUTION_QUERIES: TypedService<typeof distribution> = distributionService;

/** What the node behind the endpoint asks for. */
export const NODE_QUERIES: TypedService<typeof node, ""> = nodeService;
