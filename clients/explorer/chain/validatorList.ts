import { BondStatusNames } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import {
  isSdkError,
  PROVIDER_QUERIES,
  queryMethod,
  type RpcTransport,
  shortName,
  STAKING_QUERIES,
  status,
  toHex,
} from "#sdk/index.js";

/** A validator as lists show it. */
export interface ValidatorSummary {
  readonly operator: string;
  readonly moniker: string;
  /** Lower-case hex; undefined while it is not in the set that signs. */
  readonly consensusAddress: string | undefined;
  readonly power: bigint;
  /** In unes. */
  readonly tokens: string;
  /** `BONDED`, `UNBONDING` or `UNBONDED`; `JAILED` before all. */
  readonly status: string;
  /** Times 10^18. */
  readonly commission: string;
}

/** Validators, the strongest first. */
export class ValidatorList {
  readonly all: readonly ValidatorSummary[];

  constructor(all: readonly ValidatorSummary[]) {
    this.all = all;
  }

  /** Power of all that sign. */
  get totalPower(): bigint {
    return this.all.reduce((sum, { power }) => sum + power, 0n);
  }

  /** The one of an operator's address. */
  ofOperator(operator: string): ValidatorSummary | undefined {
    return this.all.find((one) => one.operator === operator);
  }

  /** The one of a consensus address, lower-case hex. */
  ofConsensus(address: string): ValidatorSummary | undefined {
    return this.all.find(({ consensusAddress }) => consensusAddress === address);
  }
}

/** Reads every validator with its place in the set that signs the latest block. */
export async function readValidators(
  rpc: RpcTransport,
  signal: AbortSignal,
): Promise<ValidatorList> {
  const { latestHeight } = await status(rpc, { signal });
  const staking = { service: STAKING_QUERIES, method: "Validators", request: {} } as const;
  const [{ validators }, members] = await Promise.all([
    queryMethod(rpc, staking, { signal }),
    signersOf(rpc, latestHeight, signal),
  ]);
  const all = validators.map((one): ValidatorSummary => {
    const member = members.find(({ operatorAddress }) => operatorAddress === one.operatorAddress);
    return {
      operator: one.operatorAddress,
      moniker: one.description.moniker,
      consensusAddress: member === undefined ? undefined : toHex(member.consensusAddress),
      power: member?.power ?? 0n,
      tokens: one.tokens,
      status: one.jailed ? "JAILED" : shortName(BondStatusNames, one.status),
      commission: one.commission.commissionRates.rate,
    };
  });
  return new ValidatorList(all.toSorted((a, b) => Number(b.power - a.power)));
}

type Member = Awaited<ReturnType<typeof readSet>>["members"][number];

async function signersOf(
  rpc: RpcTransport,
  height: bigint,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  try {
    return (await readSet(rpc, height, signal)).members;
  } catch (error) {
    // Before the first block nobody signs.
    if (isSdkError(error, "NOT_FOUND")) return [];
    throw error;
  }
}

async function readSet(
  rpc: RpcTransport,
  height: bigint,
  signal: AbortSignal,
): Promise<{
  members: Array<{ consensusAddress: Uint8Array; power: bigint; operatorAddress: string }>;
}> {
  const call = { service: PROVIDER_QUERIES, method: "ConsensusSet", request: { height } } as const;
  return (await queryMethod(rpc, call, { signal })).consensusSet;
}
