import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as slashing from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import type { StakingState } from "./state.js";

/** Read-only answers of cosmos.slashing.v1beta1.Query. */
export function slashingQueries(state: StakingState): QueryHandlers {
  return new Map([
    ["Params", params(state)],
    ["SigningInfo", signingInfo(state)],
    ["SigningInfos", signingInfos(state)],
  ]);
}

const params = (state: StakingState) =>
  queryHandler(
    { request: slashing.QueryParamsRequest, response: slashing.QueryParamsResponse },
    (ctx) => ({ params: state.slashingParams(ctx) }),
  );

const signingInfo = (state: StakingState) =>
  queryHandler(
    { request: slashing.QuerySigningInfoRequest, response: slashing.QuerySigningInfoResponse },
    (ctx, { consAddress }) => {
      if (consAddress === "") throw invalidRequest({ problem: "invalid request" });
      const valSigningInfo = state.findSigningInfo(ctx, parseAddress("consensus", consAddress));
      if (valSigningInfo === undefined) {
        throw keyNotFound({ problem: `SigningInfo not found for validator ${consAddress}` });
      }
      return { valSigningInfo };
    },
  );

const signingInfos = (state: StakingState) =>
  queryHandler(
    { request: slashing.QuerySigningInfosRequest, response: slashing.QuerySigningInfosResponse },
    (ctx, { pagination }) => {
      const page = paginate(state.kv(ctx), state.tables.signingInfos, pagination);
      return { info: page.entries.map(([, one]) => one), pagination: page.response };
    },
  );
