import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as auth from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { BECH32_PREFIX, formatAddress, parseAddress, toAddress } from "#core/crypto/address.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { paginate } from "#core/store/collections/pagination.js";
import { type Account, packAccount, toBaseAccount } from "../types/account.js";
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
    ["AddressBytesToString", addressBytesToStringQuery()],
    ["AddressStringToBytes", addressStringToBytesQuery()],
  ]);
}

function requireAccount(keeper: AuthKeeper, ctx: Context, text: string): Account {
  const account = keeper.findAccount(ctx, parseAddress("account", text));
  if (account === undefined) throw keyNotFound({ problem: `account ${text} not found` });
  return account;
}

const accountQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryAccountRequest, response: auth.QueryAccountResponse },
    (ctx, { address }) => {
      if (address === "") throw invalidRequest({ problem: "Address cannot be empty" });
      return { account: packAccount(requireAccount(keeper, ctx, address)) };
    },
  );

const accountInfoQuery = (keeper: AuthKeeper) =>
  queryHandler(
    { request: auth.QueryAccountInfoRequest, response: auth.QueryAccountInfoResponse },
    (ctx, { address }) => {
      if (address === "") throw invalidRequest({ problem: "address cannot be empty" });
      return { info: toBaseAccount(requireAccount(keeper, ctx, address)) };
    },
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
      if (id !== 0n) {
        throw invalidRequest({
          problem: "requesting with id isn't supported, try to request using account-id",
        });
      }
      const address = keeper.findAddressByNumber(ctx, accountId);
      if (address === undefined) {
        throw keyNotFound({
          problem: `account address not found with account number ${accountId}`,
        });
      }
      return { accountAddress: formatAddress("account", address) };
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
        const account = keeper.findModuleAccount(ctx, name);
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
      if (name === "") throw invalidRequest({ problem: "module name is empty" });
      const account = keeper.findModuleAccount(ctx, name);
      if (account === undefined) throw keyNotFound({ problem: `account ${name} not found` });
      return { account: packAccount(account) };
    },
  );

const bech32PrefixQuery = () =>
  queryHandler({ request: auth.Bech32PrefixRequest, response: auth.Bech32PrefixResponse }, () => ({
    bech32Prefix: BECH32_PREFIX.account,
  }));

const addressBytesToStringQuery = () =>
  queryHandler(
    {
      request: auth.AddressBytesToStringRequest,
      response: auth.AddressBytesToStringResponse,
    },
    (_ctx, { addressBytes }) => {
      if (addressBytes.length === 0) {
        throw invalidRequest({ problem: "empty address bytes is not allowed" });
      }
      return { addressString: formatAddress("account", toAddress(addressBytes)) };
    },
  );

const addressStringToBytesQuery = () =>
  queryHandler(
    {
      request: auth.AddressStringToBytesRequest,
      response: auth.AddressStringToBytesResponse,
    },
    (_ctx, { addressString }) => {
      if (addressString.trim() === "") {
        throw invalidRequest({ problem: "empty address string is not allowed" });
      }
      return { addressBytes: parseAddress("account", addressString) };
    },
  );
