import { describe, expect, test } from "vitest";
import {
  BaseAccount,
  type GenesisState,
  ModuleAccount,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { TestAccount } from "#test/harness/identities.js";
import { defaultGenesis, validateGenesis } from "./genesis.js";
import { packPublicKey } from "./publicKey.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

function base(changes: Partial<BaseAccount> = {}): PackedMessage {
  return pack(BaseAccount, BaseAccount.create({ address: anna.text, ...changes }));
}

function module(name: string, address = formatAddress("account", moduleAddress(name))) {
  const baseAccount = BaseAccount.create({ address });
  return pack(ModuleAccount, { baseAccount, name, permissions: [] });
}

function genesisWith(...accounts: PackedMessage[]): GenesisState {
  return { ...defaultGenesis(), accounts };
}

/** Path and problem of the refusal; undefined when the genesis is valid. */
function faultOf(genesis: GenesisState): unknown {
  const error = caught(() => {
    validateGenesis(genesis);
  });
  if (error === undefined) return undefined;
  if (!(error instanceof ChainError)) throw error as Error;
  expect([error.codespace, error.code]).toEqual(["auth", 2]);
  return [error.detail["at"], error.detail["problem"]];
}

describe("a genesis", () => {
  test("of a new chain is valid and has no accounts", () => {
    expect(faultOf(defaultGenesis())).toBeUndefined();
    expect(defaultGenesis().accounts).toEqual([]);
  });

  test("may hold people, with or without their keys, and modules", () => {
    const publicKey = packPublicKey(bela.publicKey);
    const withKey = base({ address: bela.text, pubKey: publicKey, sequence: 4n });
    expect(faultOf(genesisWith(base(), withKey, module("mint")))).toBeUndefined();
  });

  test.each<[string, PackedMessage, RegExp]>([
    ["an account of an unknown type", pack(Ed25519PubKey, { key: anna.publicKey }), /unknown/],
    ["an address with a wrong checksum", base({ address: `${anna.text}q` }), /checksum/],
    ["an address of another kind", base({ address: anna.operator }), /prefix is not nesa/],
    ["an account without an address", base({ address: "" }), /./],
    ["a module account without a base", pack(ModuleAccount, ModuleAccount.create()), /unknown/],
    ["another account's key", base({ pubKey: packPublicKey(bela.publicKey) }), /another account's/],
    [
      "a key of another type",
      base({ pubKey: pack(Ed25519PubKey, { key: anna.publicKey }) }),
      /type/,
    ],
    ["a key of another length", base({ pubKey: packPublicKey(new Uint8Array(3)) }), /33 bytes/],
    ["a module at another address", module("mint", anna.text), /address of module mint/],
    ["a number that leaves none to follow", base({ accountNumber: (1n << 64n) - 1n }), /2\^63/],
    ["a sequence that leaves none to follow", base({ sequence: 1n << 63n }), /2\^63/],
  ])("names the path of %s", (_name, packed, problem) => {
    const other = base({ address: bela.text });
    expect(faultOf(genesisWith(other, packed))).toEqual([
      "auth.accounts[1]",
      expect.stringMatching(problem),
    ]);
  });

  test("names the second of two accounts with one address, however it is spelled", () => {
    const again = base({ address: anna.text.toUpperCase() });
    expect(faultOf(genesisWith(base(), again))).toEqual([
      "auth.accounts[1]",
      "address occurs twice",
    ]);
  });

  test.each([
    ["max_memo_characters", { maxMemoCharacters: 0n }],
    ["tx_sig_limit", { txSigLimit: 0n }],
    ["tx_size_cost_per_byte", { txSizeCostPerByte: 0n }],
    ["sig_verify_cost_ed25519", { sigVerifyCostEd25519: 0n }],
    ["sig_verify_cost_secp256k1", { sigVerifyCostSecp256k1: 0n }],
  ])("names the parameter %s that is zero", (field, changes) => {
    const genesis = defaultGenesis();
    expect(faultOf({ ...genesis, params: { ...genesis.params, ...changes } })).toEqual([
      `auth.params.${field}`,
      "is zero",
    ]);
  });
});
