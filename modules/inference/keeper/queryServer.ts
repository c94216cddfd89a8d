import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as inference from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { fromHex } from "#core/primitives/bytes.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { gasOfBucket } from "#modules/kernel/types/buckets.js";
import {
  noResult,
  notRunnable,
  unknownBatch,
  unknownBeacon,
  unknownRequest,
} from "../types/errors.js";
import { computeFees, priceOf } from "../types/quote.js";
import { faultKey, requesterKey } from "./collections.js";
import type { InferenceKeeper } from "./keeper.js";
import { findRequested, requireNotRevoked } from "./requestInference.js";

/** Read-only answers of aivm.inference.v1.Query. */
export function inferenceQueries(keeper: InferenceKeeper): QueryHandlers {
  return new Map([
    ["Params", params(keeper)],
    ["Request", request(keeper)],
    ["Requests", requests(keeper)],
    ["Inputs", inputs(keeper)],
    ["Result", result(keeper)],
    ["Batch", batch(keeper)],
    ["Faults", faults(keeper)],
    ["Quote", quote(keeper)],
    ["Beacon", beacon(keeper)],
    ["Provider", provider(keeper)],
  ]);
}

const params = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryParamsRequest, response: inference.QueryParamsResponse },
    (ctx) => ({ params: keeper.params(ctx) }),
  );

function requireRequest(keeper: InferenceKeeper, ctx: Context, id: bigint): inference.Request {
  const found = keeper.findRequest(ctx, id);
  if (found === undefined) throw keyNotFound({ problem: unknownRequest({ id }).message });
  return found;
}

const request = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryRequestRequest, response: inference.QueryRequestResponse },
    (ctx, { id }) => ({ request: requireRequest(keeper, ctx, id) }),
  );

const requests = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryRequestsRequest, response: inference.QueryRequestsResponse },
    (ctx, { requester, pagination }) => {
      const kv = ctx.kv(keeper.storeKey);
      if (requester === "") {
        const page = paginate(kv, keeper.tables.requests, pagination);
        return { requests: page.entries.map(([, one]) => one), pagination: page.response };
      }
      parseAddress("account", requester);
      const scope = { prefix: requesterKey.prefix(requester) };
      const page = paginate(kv, keeper.tables.byRequester, pagination, scope);
      const found = page.entries.map(([, id]) => keeper.getRequest(ctx, id));
      return { requests: found, pagination: page.response };
    },
  );

const inputs = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryInputsRequest, response: inference.QueryInputsResponse },
    (ctx, { id }) => {
      requireRequest(keeper, ctx, id);
      const found = keeper.findInputs(ctx, id);
      if (found === undefined) throw keyNotFound({ problem: "the inputs were pruned", id });
      return { inputs: found };
    },
  );

const result = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryResultRequest, response: inference.QueryResultResponse },
    (ctx, { id }) => {
      requireRequest(keeper, ctx, id);
      const found = keeper.findResult(ctx, id);
      if (found === undefined) throw keyNotFound({ problem: noResult({ id }).message });
      return { result: found };
    },
  );

const batch = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryBatchRequest, response: inference.QueryBatchResponse },
    (ctx, { id }) => {
      const found = keeper.findBatch(ctx, id);
      if (found === undefined) throw keyNotFound({ problem: unknownBatch({ id }).message });
      return { batch: found };
    },
  );

const faults = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryFaultsRequest, response: inference.QueryFaultsResponse },
    (ctx, { operatorAddress, pagination }) => {
      const kv = ctx.kv(keeper.storeKey);
      if (operatorAddress !== "") parseAddress("operator", operatorAddress);
      const scope = operatorAddress === "" ? {} : { prefix: faultKey.prefix(operatorAddress) };
      const page = paginate(kv, keeper.tables.faults, pagination, scope);
      return { faults: page.entries.map(([, fault]) => fault), pagination: page.response };
    },
  );

/** Gas of inputs in the buckets that are named; of as many at the schema's bound where none is. */
function quotedGas(manifest: Manifest, asked: inference.QueryQuoteRequest): bigint {
  const { inputBuckets, inputCount } = asked;
  if (inputBuckets.length === 0) return manifest.limits.gas * BigInt(inputCount);
  if (inputBuckets.length !== inputCount) {
    throw invalidRequest({ problem: "input_buckets has not one bucket for each input" });
  }
  const { length } = manifest.buckets;
  const unknown = inputBuckets.find((position) => position > length);
  if (unknown !== undefined) {
    throw invalidRequest({ problem: `input_buckets has ${unknown}, the last one is ${length}` });
  }
  return inputBuckets.reduce((sum, position) => sum + gasOfBucket(manifest, position), 0n);
}

/** The quote is computed as the charge is: same function, same parameters, same version. */
const quote = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryQuoteRequest, response: inference.QueryQuoteResponse },
    (ctx, asked) => {
      if (asked.inputCount < 1) throw invalidRequest({ problem: "input_count is below 1" });
      const version = findRequested(ctx, keeper, asked);
      if (version === undefined) {
        throw keyNotFound({ problem: notRunnable({ kernel: asked.kernel }).message });
      }
      requireNotRevoked(version);
      const manifest = keeper.needs.kernel.getManifest(ctx, version.id);
      const gas = quotedGas(manifest, asked);
      const authorPrice = keeper.needs.kernel.authorPrice(ctx, version.id);
      const fields = { ...asked, gas, authorPrice, priorityFee: 0n };
      const fees = computeFees(keeper.params(ctx), manifest, fields);
      const price = coin(keeper.needs.staking.bondDenom(ctx), priceOf(fees));
      return { price, fees, versionId: version.id };
    },
  );

const beacon = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryBeaconRequest, response: inference.QueryBeaconResponse },
    (ctx, { height }) => {
      if (height === 0n) return { beacon: keeper.latestBeacon(ctx, ctx.height + 1n) };
      const found = height < 0n ? undefined : keeper.findBeacon(ctx, height);
      if (found === undefined) throw keyNotFound({ problem: unknownBeacon({ height }).message });
      return { beacon: { height, beacon: found } };
    },
  );

const provider = (keeper: InferenceKeeper) =>
  queryHandler(
    { request: inference.QueryProviderRequest, response: inference.QueryProviderResponse },
    (ctx, { consensusAddress }) => {
      const address = fromHex(consensusAddress);
      if (address?.length !== 20) throw invalidRequest({ problem: "not 40 hex digits" });
      return { provider: keeper.load(ctx, address) };
    },
  );
