import type { Context } from "#core/baseapp/context.js";
import { type QueryHandler, queryHandler } from "#core/baseapp/queryRouter.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { decTruncate } from "#core/primitives/dec.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { type Delegation, toDelegationRecord, toUnbondingRecord } from "../types/delegation.js";
import { noDelegation } from "../types/errors.js";
import { computeTokens } from "../types/shares.js";
import { toValidatorRecord } from "../types/validator.js";
import { pairKey } from "./collections.js";
import type { StakingState } from "./state.js";

/** Those answers of cosmos.staking.v1beta1.Query that are about delegations. */
export function delegationQueries(
  state: StakingState,
): ReadonlyArray<readonly [string, QueryHandler]> {
  return [
    ["ValidatorDelegations", validatorDelegations(state)],
    ["ValidatorUnbondingDelegations", validatorUnbondings(state)],
    ["Delegation", delegation(state)],
    ["UnbondingDelegation", unbondingDelegation(state)],
    ["DelegatorDelegations", delegatorDelegations(state)],
    ["DelegatorUnbondingDelegations", delegatorUnbondings(state)],
    ["DelegatorValidators", delegatorValidators(state)],
    ["DelegatorValidator", delegatorValidator(state)],
  ];
}

function requireOperator(text: string): Address {
  if (text === "") throw invalidRequest({ problem: "validator address cannot be empty" });
  return parseAddress("operator", text);
}

function requireDelegator(text: string): Address {
  if (text === "") throw invalidRequest({ problem: "delegator address cannot be empty" });
  return parseAddress("account", text);
}

function requirePair({ delegatorAddr, validatorAddr }: staking.QueryDelegationRequest): {
  delegator: Address;
  operator: Address;
} {
  const delegator = requireDelegator(delegatorAddr);
  return { delegator, operator: requireOperator(validatorAddr) };
}

/** The delegation with its worth, rounded down. */
function withBalance(
  ctx: Context,
  state: StakingState,
  one: Delegation,
): staking.DelegationResponse {
  const tokens = decTruncate(computeTokens(state.getValidator(ctx, one.operator), one.shares));
  const balance = coin(state.bondDenom(ctx), tokens);
  return { delegation: toDelegationRecord(one), balance };
}

const validatorDelegations = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryValidatorDelegationsRequest,
      response: staking.QueryValidatorDelegationsResponse,
    },
    (ctx, { validatorAddr, pagination }) => {
      const kv = state.kv(ctx);
      const prefix = pairKey.prefix(requireOperator(validatorAddr));
      const page = paginate(kv, state.tables.delegationsByOperator, pagination, { prefix });
      const delegationResponses = page.entries.map(([operator, delegator]) =>
        withBalance(ctx, state, state.tables.delegations.get(kv, [delegator, operator])),
      );
      return { delegationResponses, pagination: page.response };
    },
  );

const validatorUnbondings = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryValidatorUnbondingDelegationsRequest,
      response: staking.QueryValidatorUnbondingDelegationsResponse,
    },
    (ctx, { validatorAddr, pagination }) => {
      const kv = state.kv(ctx);
      const prefix = pairKey.prefix(requireOperator(validatorAddr));
      const page = paginate(kv, state.tables.unbondingsByOperator, pagination, { prefix });
      const unbondingResponses = page.entries.map(([operator, delegator]) =>
        toUnbondingRecord(state.tables.unbondings.get(kv, [delegator, operator])),
      );
      return { unbondingResponses, pagination: page.response };
    },
  );

const delegation = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryDelegationRequest, response: staking.QueryDelegationResponse },
    (ctx, request) => {
      const { delegator, operator } = requirePair(request);
      const found = state.findDelegation(ctx, delegator, operator);
      if (found === undefined) throw pairNotFound("delegation", request);
      return { delegationResponse: withBalance(ctx, state, found) };
    },
  );

const unbondingDelegation = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryUnbondingDelegationRequest,
      response: staking.QueryUnbondingDelegationResponse,
    },
    (ctx, request) => {
      const { delegator, operator } = requirePair(request);
      const found = state.findUnbonding(ctx, delegator, operator);
      if (found === undefined) throw pairNotFound("unbonding delegation", request);
      return { unbond: toUnbondingRecord(found) };
    },
  );

function pairNotFound(
  what: string,
  { delegatorAddr, validatorAddr }: staking.QueryDelegationRequest,
): Error {
  const problem = `${what} with delegator ${delegatorAddr} not found for validator ${validatorAddr}`;
  return keyNotFound({ problem });
}

const delegatorDelegations = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryDelegatorDelegationsRequest,
      response: staking.QueryDelegatorDelegationsResponse,
    },
    (ctx, { delegatorAddr, pagination }) => {
      const page = delegationsPage(ctx, state, delegatorAddr, pagination);
      const delegationResponses = page.entries.map(([, one]) => withBalance(ctx, state, one));
      return { delegationResponses, pagination: page.response };
    },
  );

const delegatorValidators = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryDelegatorValidatorsRequest,
      response: staking.QueryDelegatorValidatorsResponse,
    },
    (ctx, { delegatorAddr, pagination }) => {
      const page = delegationsPage(ctx, state, delegatorAddr, pagination);
      const validators = page.entries.map(([, { operator }]) =>
        toValidatorRecord(state.getValidator(ctx, operator)),
      );
      return { validators, pagination: page.response };
    },
  );

function delegationsPage(
  ctx: Context,
  state: StakingState,
  delegatorAddr: string,
  pagination: staking.QueryDelegatorDelegationsRequest["pagination"],
) {
  const prefix = pairKey.prefix(requireDelegator(delegatorAddr));
  return paginate(state.kv(ctx), state.tables.delegations, pagination, { prefix });
}

const delegatorUnbondings = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryDelegatorUnbondingDelegationsRequest,
      response: staking.QueryDelegatorUnbondingDelegationsResponse,
    },
    (ctx, { delegatorAddr, pagination }) => {
      const prefix = pairKey.prefix(requireDelegator(delegatorAddr));
      const page = paginate(state.kv(ctx), state.tables.unbondings, pagination, { prefix });
      const unbondingResponses = page.entries.map(([, one]) => toUnbondingRecord(one));
      return { unbondingResponses, pagination: page.response };
    },
  );

const delegatorValidator = (state: StakingState) =>
  queryHandler(
    {
      request: staking.QueryDelegatorValidatorRequest,
      response: staking.QueryDelegatorValidatorResponse,
    },
    (ctx, request) => {
      const { delegator, operator } = requirePair(request);
      if (state.findDelegation(ctx, delegator, operator) === undefined) throw noDelegation();
      return { validator: toValidatorRecord(state.getValidator(ctx, operator)) };
    },
  );
