import type { Fault, ProviderLoad } from "#core/codec/generated/aivm/inference/v1.js";
import type { Provider } from "#core/codec/generated/aivm/staking/v1.js";
import {
  formatAddress,
  INFERENCE_QUERIES,
  parseAddress,
  PROVIDER_QUERIES,
  queryMethod,
  REWARD_QUERIES,
  type RpcTransport,
  SdkError,
} from "#sdk/index.js";
import { newestPage } from "../../chain/newestPage.js";
import { orNothing } from "../../chain/orNothing.js";
import { readValidators, type ValidatorSummary } from "../../chain/validatorList.js";

/** Everything that is known of a validator. */
export interface ValidatorState {
  readonly summary: ValidatorSummary;
  readonly totalPower: bigint;
  /** Account of its operator. */
  readonly account: string;
  /** Undefined for a validator that runs no kernels. */
  readonly provider: Provider | undefined;
  readonly load: ProviderLoad | undefined;
  /** The newest first. */
  readonly faults: readonly Fault[];
  /** Unpaid reward of its own delegation, in unes; undefined without one. */
  readonly reward: string | undefined;
}

const FAULTS_SHOWN = 20;

/** Reads a validator by its operator's address; fails with `NOT_FOUND`. */
export async function readValidator(
  rpc: RpcTransport,
  operatorAddress: string,
  signal: AbortSignal,
): Promise<ValidatorState> {
  const list = await readValidators(rpc, signal);
  const summary = list.ofOperator(operatorAddress);
  if (summary === undefined) {
    throw new SdkError("NOT_FOUND", { path: "validator", log: `no validator ${operatorAddress}` });
  }
  const account = formatAddress("account", parseAddress("operator", operatorAddress));
  const options = { signal };
  const pagination = newestPage(FAULTS_SHOWN);
  const [provider, load, { faults }, reward] = await Promise.all([
    orNothing(
      queryMethod(
        rpc,
        { service: PROVIDER_QUERIES, method: "Provider", request: { operatorAddress } },
        options,
      ),
    ),
    loadOf(rpc, summary, signal),
    queryMethod(
      rpc,
      { service: INFERENCE_QUERIES, method: "Faults", request: { operatorAddress, pagination } },
      options,
    ),
    orNothing(
      queryMethod(
        rpc,
        {
          service: REWARD_QUERIES,
          method: "DelegationRewards",
          request: { operatorAddress, delegatorAddress: account },
        },
        options,
      ),
    ),
  ]);
  return {
    summary,
    totalPower: list.totalPower,
    account,
    provider: provider?.provider,
    load,
    faults,
    reward: reward?.reward.amount,
  };
}

async function loadOf(
  rpc: RpcTransport,
  { consensusAddress }: ValidatorSummary,
  signal: AbortSignal,
): Promise<ProviderLoad | undefined> {
  if (consensusAddress === undefined) return undefined;
  const request = { consensusAddress };
  const call = { service: INFERENCE_QUERIES, method: "Provider", request } as const;
  return (await orNothing(queryMethod(rpc, call, { signal })))?.provider;
}
