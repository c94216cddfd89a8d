import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as auth from "#core/codec/generated/cosmos/auth/v1beta1.js";
import {
  BECH32_PREFIX,
  formatAddress,
  moduleAddress,
  parseAddress,
  toAddress,
} from "#core/crypto/address.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { packAccount, toBaseAccount } from "../types/account.js";
import type { AuthKeeper } from "./keeper.js";

/** Read-only answers of cosmos.auth.v1beta1.Query. */
export function authQueries(keeper: AuthKeeper): QueryHandlers {
  return new Map([
    ["Account", accountQuery(keeper)],
    ["AccountInfo", accountInfoQuery(keeper)],
    ["Accounts", accountsQuery(keeper)],
    ["AccountAddressByID", accountAddressByIdQuery(keeper)],
    ["Params", paramsQuery(keeper)],
    ["ModuleAccounts", moduleAccountsQuery(keeper)],
    ["ModuleAccountByName", moduleAccountByNameQuery(keeper)],
    ["Bech32Prefix", bech32PrefixQuery()],
  ]);
}

function requireAccount(
  keeper: AuthKeeper,
  ctx: Parameters<AuthKeeper["findAccount"]>[0],
  text: string,
): NonNullable<ReturnType<AuthKeeper["findAccount"]>> {
  if (text === "") throw invalidRequest({ problem: "Address cannot be empty" });
  const account = keeper.findAccount(ctx, parseAddress("account", text));
  if (account === undefined) throw keyNotFound({ problem: `account ${text} not found` });
  return account;
}

const accountQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryAccountRequest, response: auth.QueryAccountResponse },
    (ctx, { address }) => ({ account: packAccount(requireAccount(keeper, ctx, address)) }),
  );

const accountInfoQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryAccountInfoRequest, response: auth.QueryAccountInfoResponse },
    (ctx, { address }) => ({ info: toBaseAccount(requireAccount(keeper, ctx, address)) }),
  );

const accountsQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryAccountsRequest, response: auth.QueryAccountsResponse },
    (ctx, { pagination }) => {
      const page = paginate(ctx.kv(keeper.storeKey), keeper.accountMap, pagination);
      return { accounts: page.entries.map(([, packed]) => packed), pagination: page.response };
    },
  );

const accountAddressByIdQuery = (keeper: AuthKeeper) =>
  queryHandler(
    {
      request: auth.QueryAccountAddressByIDRequest,
      response: auth.QueryAccountAddressByIDResponse,
    },
    (ctx, { id, accountId }) => {
      const number = accountId === 0n ? id : accountId;
      const address = keeper.findAddressByNumber(ctx, number);
      if (address === undefined) {
        throw keyNotFound({
          problem: `account address not found with account number ${number.toString()}`,
        });
      }
      return { accountAddress: formatAddress("account", toAddress(address)) };
    },
  );

const paramsQuery = (keeper: AuthKeeper) =>
  queryHandler({ request: auth.QueryParamsRequest, response: auth.QueryParamsResponse }, (ctx) => ({
    params: keeper.params(ctx),
  }));

const moduleAccountsQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryModuleAccountsRequest, response: auth.QueryModuleAccountsResponse },
    (ctx) => ({
      accounts: sortedNames(keeper.moduleAccounts()).flatMap((name) => {
        const account = keeper.findAccount(ctx, moduleAddress(name));
        return account === undefined ? [] : [packAccount(account)];
      }),
    }),
  );

const moduleAccountByNameQuery = (keeper: AuthKeeper) =>
  queryHandler(
    {
      request: auth.QueryModuleAccountByNameRequest,
      response: auth.QueryModuleAccountByNameResponse,
    },
    (ctx, { name }) => {
      const account = keeper.findAccount(ctx, moduleAddress(name));
      if (account === undefined) throw keyNotFound({ problem: `account ${name} not found` });
      return { account: packAccount(account) };
    },
  );

const bech32PrefixQuery = () =>
  queryHandler({ request: auth.Bech32PrefixRequest, response: auth.Bech32PrefixResponse }, () => ({
    bech32Prefix: BECH32_PREFIX.account,
  }));
