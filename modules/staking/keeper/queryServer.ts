import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { toValidatorRecord } from "../types/validator.js";
import { delegationQueries } from "./delegationQueries.js";
import { redelegations } from "./redelegationQueries.js";
import type { StakingState } from "./state.js";

/** Read-only answers of cosmos.staking.v1beta1.Query. */
export function stakingQueries(state: StakingState): QueryHandlers {
  return new Map([
    ["Validators", validators(state)],
    ["Validator", validator(state)],
    ["HistoricalInfo", historicalInfo(state)],
    ["Pool", pool(state)],
    ["Params", params(state)],
    ...delegationQueries(state),
    ["Redelegations", redelegations()],
  ]);
}

const validators = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryValidatorsRequest, response: staking.QueryValidatorsResponse },
    (ctx, { status, pagination }) => {
      const wanted = statusOf(status);
      const page = paginate(state.kv(ctx), state.tables.validators, pagination, {
        filter: ([, one]) => wanted === undefined || one.status === wanted,
      });
      const found = page.entries.map(([, one]) => toValidatorRecord(one));
      return { validators: found, pagination: page.response };
    },
  );

/** The status to filter by; undefined for all. */
function statusOf(name: string): staking.BondStatus | undefined {
  if (name === "") return undefined;
  const found = staking.BondStatusNames.find((entry) => entry[1] === name)?.[0];
  if (found === undefined || found === staking.BondStatus.UNSPECIFIED) {
    throw invalidRequest({ problem: `invalid validator status ${name}` });
  }
  return found as staking.BondStatus;
}

const validator = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryValidatorRequest, response: staking.QueryValidatorResponse },
    (ctx, { validatorAddr }) => {
      if (validatorAddr === "") {
        throw invalidRequest({ problem: "validator address cannot be empty" });
      }
      const found = state.findValidator(ctx, parseAddress("operator", validatorAddr));
      if (found === undefined) {
        throw keyNotFound({ problem: `validator ${validatorAddr} not found` });
      }
      return { validator: toValidatorRecord(found) };
    },
  );

const historicalInfo = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryHistoricalInfoRequest, response: staking.QueryHistoricalInfoResponse },
    (ctx, { height }) => {
      if (height < 0n) throw invalidRequest({ problem: "height cannot be negative" });
      const hist = state.tables.historicalInfos.find(state.kv(ctx), height);
      if (hist === undefined) {
        throw keyNotFound({ problem: `historical info for height ${height} not found` });
      }
      return { hist };
    },
  );

const pool = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryPoolRequest, response: staking.QueryPoolResponse },
    (ctx) => {
      const balance = (name: string): string => balanceOf(ctx, state, name);
      return {
        pool: { notBondedTokens: balance(NOT_BONDED_POOL), bondedTokens: balance(BONDED_POOL) },
      };
    },
  );

function balanceOf(ctx: Context, state: StakingState, name: string): string {
  return state.needs.bank.moduleBalance(ctx, name, state.bondDenom(ctx)).toString();
}

const params = (state: StakingState) =>
  queryHandler(
    { request: staking.QueryParamsRequest, response: staking.QueryParamsResponse },
    (ctx) => ({ params: state.params(ctx) }),
  );
