import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as bank from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { type Coin, coin, isDenom } from "#core/primitives/coin.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import type { BankKeeper } from "./keeper.js";

/** Read-only answers of cosmos.bank.v1beta1.Query. */
export function bankQueries(keeper: BankKeeper): QueryHandlers {
  return new Map([
    ["Balance", balance(keeper)],
    ["AllBalances", allBalances(keeper)],
    ["SpendableBalances", spendableBalances(keeper)],
    ["SpendableBalanceByDenom", spendableBalanceByDenom(keeper)],
    ["TotalSupply", totalSupply(keeper)],
    ["SupplyOf", supplyOf(keeper)],
    ["Params", params(keeper)],
    ["DenomMetadata", denomMetadata(keeper)],
    ["DenomMetadataByQueryString", denomMetadataByQueryString(keeper)],
    ["DenomsMetadata", denomsMetadata(keeper)],
    ["DenomOwners", denomOwners(keeper)],
    ["DenomOwnersByQuery", denomOwnersByQuery(keeper)],
    ["SendEnabled", sendEnabled(keeper)],
  ]);
}

function requireDenom(denom: string): void {
  if (!isDenom(denom)) throw invalidRequest({ problem: `invalid denom: ${denom}` });
}

const balance = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryBalanceRequest, response: bank.QueryBalanceResponse },
    (ctx, { address, denom }) => {
      requireDenom(denom);
      const amount = keeper.balance(ctx, parseAddress("account", address), denom);
      return { balance: coin(denom, amount) };
    },
  );

type PageRequest = bank.QueryAllBalancesRequest["pagination"];

function pageOfBalances(
  keeper: BankKeeper,
  ctx: Context,
  given: { address: string; pagination: PageRequest },
) {
  const owner = parseAddress("account", given.address);
  const page = paginate(ctx.kv(keeper.storeKey), keeper.balances, given.pagination, {
    prefix: keeper.balancesPrefix(owner),
  });
  const balances = page.entries.map(([[, denom], amount]) => coin(denom, amount));
  return { balances, pagination: page.response };
}

const allBalances = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryAllBalancesRequest, response: bank.QueryAllBalancesResponse },
    (ctx, request) => {
      const page = pageOfBalances(keeper, ctx, request);
      if (!request.resolveDenom) return page;
      const displayed = ({ denom, amount }: Coin): Coin => {
        const metadata = keeper.metadata.find(ctx.kv(keeper.storeKey), denom);
        return { denom: metadata?.display ?? denom, amount };
      };
      return { ...page, balances: page.balances.map(displayed) };
    },
  );

const spendableBalances = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QuerySpendableBalancesRequest, response: bank.QuerySpendableBalancesResponse },
    (ctx, request) => pageOfBalances(keeper, ctx, request),
  );

const spendableBalanceByDenom = (keeper: BankKeeper) =>
  queryHandler(
    {
      request: bank.QuerySpendableBalanceByDenomRequest,
      response: bank.QuerySpendableBalanceByDenomResponse,
    },
    (ctx, { address, denom }) => {
      requireDenom(denom);
      const amount = keeper.balance(ctx, parseAddress("account", address), denom);
      return { balance: coin(denom, amount) };
    },
  );

const totalSupply = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryTotalSupplyRequest, response: bank.QueryTotalSupplyResponse },
    (ctx, { pagination }) => {
      const page = paginate(ctx.kv(keeper.storeKey), keeper.supplies, pagination);
      const supply = page.entries.map(([denom, amount]) => coin(denom, amount));
      return { supply, pagination: page.response };
    },
  );

const supplyOf = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QuerySupplyOfRequest, response: bank.QuerySupplyOfResponse },
    (ctx, { denom }) => {
      requireDenom(denom);
      return { amount: coin(denom, keeper.supply(ctx, denom)) };
    },
  );

const params = (keeper: BankKeeper) =>
  queryHandler({ request: bank.QueryParamsRequest, response: bank.QueryParamsResponse }, (ctx) => ({
    params: keeper.params(ctx),
  }));

function requireMetadata(keeper: BankKeeper, ctx: Context, denom: string): bank.Metadata {
  requireDenom(denom);
  const metadata = keeper.metadata.find(ctx.kv(keeper.storeKey), denom);
  if (metadata === undefined) throw keyNotFound({ problem: `client metadata for denom ${denom}` });
  return metadata;
}

const denomMetadata = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryDenomMetadataRequest, response: bank.QueryDenomMetadataResponse },
    (ctx, { denom }) => ({ metadata: requireMetadata(keeper, ctx, denom) }),
  );

const denomMetadataByQueryString = (keeper: BankKeeper) =>
  queryHandler(
    {
      request: bank.QueryDenomMetadataByQueryStringRequest,
      response: bank.QueryDenomMetadataByQueryStringResponse,
    },
    (ctx, { denom }) => ({ metadata: requireMetadata(keeper, ctx, denom) }),
  );

const denomsMetadata = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryDenomsMetadataRequest, response: bank.QueryDenomsMetadataResponse },
    (ctx, { pagination }) => {
      const page = paginate(ctx.kv(keeper.storeKey), keeper.metadata, pagination);
      return { metadatas: page.entries.map(([, one]) => one), pagination: page.response };
    },
  );

function pageOfOwners(
  keeper: BankKeeper,
  ctx: Context,
  { denom, pagination }: { denom: string; pagination: PageRequest },
) {
  requireDenom(denom);
  const scope = { prefix: keeper.ownersPrefix(denom) };
  const page = paginate(ctx.kv(keeper.storeKey), keeper.owners, pagination, scope);
  const denomOwners = page.entries.map(([, owner]) => ({
    address: formatAddress("account", owner),
    balance: coin(denom, keeper.balance(ctx, owner, denom)),
  }));
  return { denomOwners, pagination: page.response };
}

const denomOwners = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QueryDenomOwnersRequest, response: bank.QueryDenomOwnersResponse },
    (ctx, request) => pageOfOwners(keeper, ctx, request),
  );

const denomOwnersByQuery = (keeper: BankKeeper) =>
  queryHandler(
    {
      request: bank.QueryDenomOwnersByQueryRequest,
      response: bank.QueryDenomOwnersByQueryResponse,
    },
    (ctx, request) => pageOfOwners(keeper, ctx, request),
  );

const sendEnabled = (keeper: BankKeeper) =>
  queryHandler(
    { request: bank.QuerySendEnabledRequest, response: bank.QuerySendEnabledResponse },
    (ctx, { denoms, pagination }) => {
      const kv = ctx.kv(keeper.storeKey);
      if (denoms.length > 0) {
        const sendEnabled = denoms.flatMap((denom) => {
          const flag = keeper.sendEnabled.find(kv, denom);
          return flag === undefined ? [] : [{ denom, enabled: flag[0] === 1 }];
        });
        return { sendEnabled, pagination: undefined };
      }
      const page = paginate(kv, keeper.sendEnabled, pagination);
      const entries = page.entries.map(([denom, flag]) => ({ denom, enabled: flag[0] === 1 }));
      return { sendEnabled: entries, pagination: page.response };
    },
  );
