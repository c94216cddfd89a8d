import { describe, expect, test } from "vitest";
import { BaseAccount, ModuleAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { pack } from "#core/codec/typeRegistry.js";
import { moduleAddress } from "#core/crypto/address.js";
import { refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { type Account, packAccount, unpackAccount } from "./account.js";
import { defaultParams } from "./params.js";
import { packPublicKey, unpackPublicKey } from "./publicKey.js";

const anna = new TestAccount("anna");
const ACCOUNT: Account = {
  address: anna.address,
  number: 7n,
  sequence: 3n,
  publicKey: packPublicKey(anna.publicKey),
};

describe("an account", () => {
  test("of a person is packed as the SDK's BaseAccount, which CosmJS and Hermes decode", () => {
    const packed = packAccount(ACCOUNT);
    expect(packed.typeUrl).toBe("/cosmos.auth.v1beta1.BaseAccount");
    expect(BaseAccount.decode(packed.value)).toEqual({
      address: anna.text,
      pubKey: ACCOUNT.publicKey,
      accountNumber: 7n,
      sequence: 3n,
    });
    expect(unpackAccount(packed, anna.address)).toEqual(ACCOUNT);
  });

  test("of a module is packed as the SDK's ModuleAccount", () => {
    const module = { name: "mint", permissions: ["minter"] };
    const account = { ...ACCOUNT, address: moduleAddress("mint"), publicKey: undefined, module };
    const packed = packAccount(account);
    expect(packed.typeUrl).toBe("/cosmos.auth.v1beta1.ModuleAccount");
    expect(ModuleAccount.decode(packed.value)).toMatchObject(module);
    expect(unpackAccount(packed, account.address)).toEqual(account);
  });

  test("of another type, or a module's without a base, is none", () => {
    const other = pack(Ed25519PubKey, { key: new Uint8Array(32) });
    expect(unpackAccount(other, anna.address)).toBeUndefined();
    const baseless = pack(ModuleAccount, ModuleAccount.create());
    expect(unpackAccount(baseless, anna.address)).toBeUndefined();
  });
});

describe("a public key", () => {
  test("is packed as the SDK's secp256k1 key", () => {
    const packed = packPublicKey(anna.publicKey);
    expect(packed.typeUrl).toBe("/cosmos.crypto.secp256k1.PubKey");
    expect(unpackPublicKey(packed)).toEqual({ kind: "secp256k1", key: anna.publicKey });
  });

  test("of another type or length is refused", () => {
    const ed25519 = pack(Ed25519PubKey, { key: anna.publicKey });
    expect(refusalOf(() => unpackPublicKey(ed25519))).toMatch(/^sdk\/8 unrecognized/);
    for (const length of [0, 32, 34]) {
      const packed = packPublicKey(new Uint8Array(length));
      expect(refusalOf(() => unpackPublicKey(packed))).toMatch(/^sdk\/8 .*33 bytes/);
    }
  });

  test("that is no protobuf is refused by the codec", () => {
    const { typeUrl } = packPublicKey(anna.publicKey);
    const packed = { typeUrl, value: Uint8Array.of(0xff) };
    expect(refusalOf(() => unpackPublicKey(packed))).toMatch(/^codec\//);
  });
});

test("the default parameters are the SDK's", () => {
  expect(defaultParams()).toEqual({
    maxMemoCharacters: 256n,
    txSigLimit: 7n,
    txSizeCostPerByte: 10n,
    sigVerifyCostEd25519: 590n,
    sigVerifyCostSecp256k1: 1000n,
  });
});
