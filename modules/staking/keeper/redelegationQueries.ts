import { type QueryHandler, queryHandler } from "#core/baseapp/queryRouter.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { keyNotFound } from "#core/primitives/sdkErrors.js";

const NOTHING = {
  redelegationResponses: [],
  pagination: { nextKey: new Uint8Array(0), total: 0n },
};

/**
 * Redelegations, of which there are none: `BeginRedelegate` does not exist here. Wallets ask for
 * the list; what is asked by name is not found, in the SDK's words.
 */
export const redelegations = (): QueryHandler =>
  queryHandler(
    {
      request: staking.QueryRedelegationsRequest,
      response: staking.QueryRedelegationsResponse,
    },
    (_ctx, { delegatorAddr, srcValidatorAddr, dstValidatorAddr }) => {
      const [source, destination] = [srcValidatorAddr, dstValidatorAddr].map((text) =>
        text === "" ? undefined : parseAddress("operator", text),
      );
      // As in the SDK, a source alone is asked about by itself; anything else needs a delegator.
      const bySource = delegatorAddr === "" && source !== undefined && destination === undefined;
      if (!bySource) parseAddress("account", delegatorAddr);
      if (source === undefined || destination === undefined) return NOTHING;
      throw keyNotFound({
        problem:
          `redelegation not found for delegator address ${delegatorAddr} ` +
          `from validator address ${srcValidatorAddr}`,
      });
    },
  );
