import { beforeAll, describe, expect, test } from "vitest";
import * as auth from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { CoinChain, COIN_MODULES, pageOf, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { packPublicKey } from "../types/publicKey.js";
import { defaultParams } from "../types/params.js";

const anna = new TestAccount("anna");
const nobody = new TestAccount("nobody");
const PUBLIC_KEY = packPublicKey(anna.publicKey);

const chain = new CoinChain();

beforeAll(() => {
  const ctx = chain.context();
  const made = chain.auth.createAccount(ctx, anna.address);
  chain.auth.setAccount(ctx, { ...made, sequence: 8n, publicKey: PUBLIC_KEY });
});

const ask = (name: string, request: object = {}) => chain.ask(auth.QueryService, name, request);

/** What CosmJS and relayers read as "there is no such account". */
const MISSING = `sdk/22 account ${nobody.text} not found: key not found`;

test("every query of the SDK's auth is answered", () => {
  const served = chain.manager.queries.routes().filter(({ service }) => {
    return service === auth.QueryService;
  });
  expect(served.map(({ method }) => method.name).toSorted()).toEqual(
    auth.QueryService.methods.map(({ name }) => name).toSorted(),
  );
});

describe("an account", () => {
  const BASE = { address: anna.text, pubKey: PUBLIC_KEY, accountNumber: 3n, sequence: 8n };

  test("is given as an Any of its type", () => {
    const { account } = ask("Account", { address: anna.text }) as auth.QueryAccountResponse;
    expect(account?.typeUrl).toBe(auth.BaseAccount.typeUrl);
    expect(auth.BaseAccount.decode(account!.value)).toEqual(BASE);
  });

  test("of a module is a ModuleAccount, as AccountInfo a base account", () => {
    const address = formatAddress("account", moduleAddress("mint"));
    const { account } = ask("Account", { address }) as auth.QueryAccountResponse;
    expect(account?.typeUrl).toBe(auth.ModuleAccount.typeUrl);
    const { info } = ask("AccountInfo", { address }) as auth.QueryAccountInfoResponse;
    expect(info).toEqual({ address, pubKey: undefined, accountNumber: 2n, sequence: 0n });
  });

  test("is given plainly by AccountInfo", () => {
    expect(ask("AccountInfo", { address: anna.text })).toEqual({ info: BASE });
  });

  test("is found by its number", () => {
    const answer = ask("AccountAddressByID", { accountId: 3n });
    expect(answer).toEqual({ accountAddress: anna.text });
  });

  test.each([
    ["Account", { address: nobody.text }, MISSING],
    ["AccountInfo", { address: nobody.text }, MISSING],
    ["Account", { address: "" }, "sdk/18 Address cannot be empty: invalid request"],
    ["AccountInfo", { address: "" }, "sdk/18 address cannot be empty: invalid request"],
    [
      "AccountAddressByID",
      { accountId: 99n },
      "sdk/22 account address not found with account number 99: key not found",
    ],
    [
      "AccountAddressByID",
      { id: 3n },
      "sdk/18 requesting with id isn't supported, try to request using account-id: invalid request",
    ],
  ])("that is not there: %s %o", (name, request, refusal) => {
    expect(refusalOf(() => ask(name, request))).toBe(refusal);
  });

  test.each(["Account", "AccountInfo"])("with a malformed address is refused: %s", (name) => {
    for (const address of ["nesa1", "cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh", "x"]) {
      expect(refusalOf(() => ask(name, { address }))).toMatch(/^sdk\/7 /);
    }
  });
});

describe("all accounts", () => {
  const accountsOf = (request: object) => {
    const answer = ask("Accounts", request) as auth.QueryAccountsResponse;
    return {
      addresses: answer.accounts.map(({ typeUrl, value }) =>
        typeUrl === auth.BaseAccount.typeUrl
          ? auth.BaseAccount.decode(value).address
          : auth.ModuleAccount.decode(value).baseAccount?.address,
      ),
      ...answer.pagination!,
    };
  };
  const all = [...COIN_MODULES.keys()]
    .map((name) => moduleAddress(name))
    .concat([anna.address])
    .toSorted((a, b) => Buffer.from(a).compare(b))
    .map((address) => formatAddress("account", address));

  test("come in byte order with their number", () => {
    const { addresses, nextKey, total } = accountsOf({});
    expect([addresses, toHex(nextKey), total]).toEqual([all, "", 4n]);
  });

  test("come page by page, by key, by offset and in reverse", () => {
    const first = accountsOf({ pagination: pageOf({ limit: 3n }) });
    expect(first.addresses).toEqual(all.slice(0, 3));
    const rest = accountsOf({ pagination: pageOf({ key: first.nextKey, limit: 3n }) });
    expect([rest.addresses, toHex(rest.nextKey)]).toEqual([all.slice(3), ""]);
    const middle = pageOf({ offset: 1n, limit: 2n, countTotal: true });
    expect(accountsOf({ pagination: middle })).toMatchObject({
      addresses: all.slice(1, 3),
      total: 4n,
    });
    const last = accountsOf({ pagination: pageOf({ reverse: true, limit: 2n }) });
    expect(last.addresses).toEqual(all.toReversed().slice(0, 2));
    const more = pageOf({ reverse: true, limit: 2n, key: last.nextKey });
    expect(accountsOf({ pagination: more }).addresses).toEqual(all.toReversed().slice(2));
  });

  test("cannot be asked for by key and offset at once", () => {
    const pagination = pageOf({ key: anna.address, offset: 1n });
    expect(refusalOf(() => ask("Accounts", { pagination }))).toMatch(
      /^sdk\/18 invalid request, either offset or key is expected, got both/,
    );
  });
});

describe("modules' accounts", () => {
  test("come in the order of their names", () => {
    const { accounts } = ask("ModuleAccounts") as auth.QueryModuleAccountsResponse;
    const names = accounts.map(({ value }) => auth.ModuleAccount.decode(value).name);
    expect(names).toEqual(["fee_collector", "furnace", "mint"]);
  });

  test("are found by name", () => {
    const answer = ask("ModuleAccountByName", { name: "furnace" });
    const { account } = answer as auth.QueryModuleAccountByNameResponse;
    expect(auth.ModuleAccount.decode(account!.value)).toEqual({
      baseAccount: {
        address: formatAddress("account", moduleAddress("furnace")),
        pubKey: undefined,
        accountNumber: 1n,
        sequence: 0n,
      },
      name: "furnace",
      permissions: ["burner"],
    });
  });

  test.each([
    ["gov", "sdk/22 account gov not found: key not found"],
    ["", "sdk/18 module name is empty: invalid request"],
  ])("are not there for %o", (name, refusal) => {
    expect(refusalOf(() => ask("ModuleAccountByName", { name }))).toBe(refusal);
  });
});

describe("addresses", () => {
  test("have the prefix that the query names", () => {
    expect(ask("Bech32Prefix")).toEqual({ bech32Prefix: "nesa" });
  });

  test("are translated both ways", () => {
    expect(ask("AddressBytesToString", { addressBytes: anna.address })).toEqual({
      addressString: anna.text,
    });
    expect(ask("AddressStringToBytes", { addressString: anna.text })).toEqual({
      addressBytes: anna.address,
    });
  });

  test.each([
    ["AddressBytesToString", { addressBytes: new Uint8Array(0) }, /^sdk\/18 empty address bytes/],
    ["AddressBytesToString", { addressBytes: new Uint8Array(19) }, /^sdk\/7 .*19 bytes, not 20/],
    ["AddressStringToBytes", { addressString: " " }, /^sdk\/18 empty address string/],
    ["AddressStringToBytes", { addressString: "anna" }, /^sdk\/7 /],
  ])("that are none are refused: %s %o", (name, request, refusal) => {
    expect(refusalOf(() => ask(name, request))).toMatch(refusal);
  });
});

test("the parameters are those of the state", () => {
  expect(ask("Params")).toEqual({ params: defaultParams() });
});
