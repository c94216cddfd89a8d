import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as provider from "#core/codec/generated/aivm/staking/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { findConsensusSet } from "./consensusSets.js";
import type { StakingState } from "./state.js";

/** Read-only answers of aivm.staking.v1.Query. */
export function providerQueries(state: StakingState): QueryHandlers {
  return new Map([
    ["Params", params(state)],
    ["Provider", oneProvider(state)],
    ["Providers", providers(state)],
    ["ConsensusSet", consensusSet(state)],
  ]);
}

const params = (state: StakingState) =>
  queryHandler(
    { request: provider.QueryParamsRequest, response: provider.QueryParamsResponse },
    (ctx) => ({ params: state.providerParams(ctx) }),
  );

const oneProvider = (state: StakingState) =>
  queryHandler(
    { request: provider.QueryProviderRequest, response: provider.QueryProviderResponse },
    (ctx, { operatorAddress }) => {
      const found = state.findProvider(ctx, parseAddress("operator", operatorAddress));
      if (found === undefined) {
        throw keyNotFound({ problem: `provider ${operatorAddress} not found` });
      }
      return { provider: found };
    },
  );

const providers = (state: StakingState) =>
  queryHandler(
    { request: provider.QueryProvidersRequest, response: provider.QueryProvidersResponse },
    (ctx, { pagination }) => {
      const page = paginate(state.kv(ctx), state.tables.providers, pagination);
      return { providers: page.entries.map(([, one]) => one), pagination: page.response };
    },
  );

const consensusSet = (state: StakingState) =>
  queryHandler(
    { request: provider.QueryConsensusSetRequest, response: provider.QueryConsensusSetResponse },
    (ctx, { height }) => {
      const found = findConsensusSet(ctx, state, height);
      if (found === undefined) {
        throw keyNotFound({ problem: `consensus set of height ${height} not found` });
      }
      return { consensusSet: found };
    },
  );
