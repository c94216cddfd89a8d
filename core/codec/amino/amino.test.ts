import { describe, expect, test } from "vitest";
import * as inference from "#core/codec/generated/aivm/inference/v1.js";
import * as kernel from "#core/codec/generated/aivm/kernel/v1.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { Coin } from "#core/codec/generated/cosmos/base/v1beta1.js";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { MsgWithdrawDelegatorReward } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { pack, TypeRegistry } from "#core/codec/typeRegistry.js";
import { fromUtf8, toHex } from "#core/primitives/bytes.js";
import { secp256k1PublicKey, signSecp256k1, verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { AMINO_VECTORS } from "#test/vectors/aminoVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import type { AnyCodec } from "../message.js";
import { decodeTx } from "../tx.js";
import { canonicalJson } from "./canonicalJson.js";
import { fromAmino } from "./fromAmino.js";
import { aminoSignBytes } from "./signDoc.js";
import { aminoName, toAmino, toAminoMsg } from "./toAmino.js";

const MESSAGES: readonly AnyCodec[] = [
  inference.MsgRequestInference,
  inference.MsgChallenge,
  kernel.MsgCreateArtifact,
  kernel.MsgUploadChunk,
  kernel.MsgReleaseArtifact,
  kernel.MsgPublishVersion,
  kernel.MsgDeprecateVersion,
  kernel.MsgSetHead,
  kernel.MsgTransferKernel,
  kernel.MsgTakeDownVersion,
  kernel.MsgSetAccess,
  kernel.MsgSetRoyalty,
  kernel.MsgStartShadow,
  kernel.MsgSetPrice,
  kernel.MsgStopShadow,
  kernel.MsgSetShadowPolicy,
  MsgRegisterProvider,
  MsgSend,
  MsgMultiSend,
  MsgWithdrawDelegatorReward,
  MsgUnjail,
  staking.MsgCreateValidator,
  staking.MsgDelegate,
  staking.MsgUndelegate,
  staking.MsgCancelUnbondingDelegation,
];
const KEYS: readonly AnyCodec[] = [PubKey, Ed25519PubKey, LegacyAminoPubKey];
const TYPES = new TypeRegistry([...MESSAGES, ...KEYS]);

describe("transactions that the SDK signed in amino JSON", () => {
  test.each(AMINO_VECTORS.docs)("$name: the same bytes are signed", (vector) => {
    const tx = decodeTx(hexBytes(vector.txBytes), TYPES);
    const signer = {
      chainId: AMINO_VECTORS.chainId,
      accountNumber: BigInt(vector.accountNumber),
      sequence: BigInt(vector.sequence),
    };
    const signed = { messages: tx.messages, body: tx.body, fee: tx.authInfo.fee };
    const message = aminoSignBytes(signed, signer, TYPES);
    expect(fromUtf8(message)).toBe(vector.signBytes);
    const key = hexBytes(vector.privateKey);
    expect(toHex(signSecp256k1(message, key))).toBe(vector.signature);
    const signature = tx.raw.signatures[0]!;
    expect(verifySecp256k1({ publicKey: secp256k1PublicKey(key), message, signature })).toBe(true);
  });

  test.each(AMINO_VECTORS.docs)("$name: the messages are read back", ({ txBytes, signBytes }) => {
    const { messages } = decodeTx(hexBytes(txBytes), TYPES);
    const { msgs } = JSON.parse(signBytes) as { msgs: { type: string; value: unknown }[] };
    const read = msgs.map(({ value }, index) => fromAmino(messages[index]!.codec, value, KEYS));
    expect(read).toEqual(messages.map(({ value }) => value));
  });
});

describe("messages of this chain", () => {
  test.each(AMINO_VECTORS.messages)("$typeUrl as the SDK's encoder has it", (vector) => {
    const codec = TYPES.get(vector.typeUrl);
    const message = codec.decode(hexBytes(vector.proto));
    const msg = toAminoMsg(codec, message, TYPES);
    expect(canonicalJson({ ...msg })).toBe(vector.amino);
    // Not compared as messages: an empty amount and a zero are the same in amino JSON.
    const read = fromAmino(codec, msg.value);
    expect(toAmino(codec, read, TYPES)).toEqual(msg.value);
  });

  test("have names of their own that a Ledger shows", () => {
    const names = MESSAGES.map(aminoName);
    expect(new Set(names).size).toBe(MESSAGES.length);
    expect(names.filter((name) => name.length > 39 || name.startsWith("/"))).toEqual([]);
    const own = MESSAGES.filter(({ typeName }) => typeName.startsWith("aivm."));
    expect(own.map(aminoName)).toEqual(own.map(({ typeName }) => `aivm/${typeName.split(".")[3]}`));
    expect(new Set(AMINO_VECTORS.messages.map(({ typeUrl }) => typeUrl))).toEqual(
      new Set(own.map(({ typeUrl }) => typeUrl)),
    );
  });
});

describe("public keys", () => {
  test("are their bytes, and multisigs have a threshold that is a string", () => {
    const keys = [1, 2].map((fill) => pack(PubKey, { key: new Uint8Array(33).fill(fill) }));
    const json = toAminoMsg(LegacyAminoPubKey, { threshold: 2, publicKeys: keys }, TYPES);
    const nested = keys.map(({ value }) => ({
      type: "tendermint/PubKeySecp256k1",
      value: Buffer.from(PubKey.decode(value).key).toString("base64"),
    }));
    expect(json).toEqual({
      type: "tendermint/PubKeyMultisigThreshold",
      value: { threshold: "2", pubkeys: nested },
    });
  });
});

describe("what has no amino JSON", () => {
  const signer = { chainId: "chain", accountNumber: 0n, sequence: 0n };
  const fee = { amount: [], gasLimit: 1n, payer: "", granter: "" };
  const option = { typeUrl: "/x", value: new Uint8Array(0) };
  const body = {
    memo: "",
    timeoutHeight: 0n,
    extensionOptions: [],
    nonCriticalExtensionOptions: [],
  };

  test("is refused: extension options, a missing fee", () => {
    for (const changed of [
      { extensionOptions: [option] },
      { nonCriticalExtensionOptions: [option] },
    ]) {
      const signed = { messages: [], body: { ...body, ...changed }, fee };
      expect(() => aminoSignBytes(signed, signer, TYPES)).toThrow(/extension options/);
    }
    const free = { messages: [], body, fee: undefined };
    expect(() => aminoSignBytes(free, signer, TYPES)).toThrow(/missing fee/);
  });

  test("is refused: decimals that are none, unknown types in an Any, times", () => {
    const message = staking.MsgCreateValidator.create({
      commission: { rate: "0.1", maxRate: "", maxChangeRate: "" },
    });
    expect(() => toAmino(staking.MsgCreateValidator, message, TYPES)).toThrow(/decimal/);
    const unknown = staking.MsgCreateValidator.create({ pubkey: option });
    expect(() => toAmino(staking.MsgCreateValidator, unknown, TYPES)).toThrow(/unknown type URL/);
    const params = staking.MsgUpdateParams.create();
    expect(() => toAmino(staking.MsgUpdateParams, params, TYPES)).toThrow(/a time/);
  });

  test.each([
    ["a string", /not an object/, MsgSend, "x"],
    ["a field that it does not have", /\$\.memo/, MsgSend, { memo: "x" }],
    ["a list that is none", /\$\.amount/, MsgSend, { amount: {} }],
    ["a number for a string", /\$\.amount\[0\]\.denom/, MsgSend, { amount: [{ denom: 1 }] }],
    ["bytes that are no base64", /\$\.digest/, kernel.MsgCreateArtifact, { digest: "*" }],
    ["an integer that is none", /\$\.size/, kernel.MsgCreateArtifact, { size: "1.5" }],
    ["a boolean that is none", /\$\.as_member/, inference.MsgChallenge, { as_member: 1 }],
    [
      "a key of another type",
      /\$\.pubkey\.type/,
      staking.MsgCreateValidator,
      { pubkey: { type: "x", value: "" } },
    ],
  ])("is not read: %s", (_name, problem, codec, json) => {
    expect(() => fromAmino(codec as AnyCodec, json, KEYS)).toThrow(problem);
  });
});

test("an empty amount is zero, an empty list of coins is a list", () => {
  expect(canonicalJson(toAmino(Coin, Coin.create(), TYPES))).toBe('{"amount":"0"}');
  expect(canonicalJson(toAmino(MsgSend, MsgSend.create(), TYPES))).toBe('{"amount":[]}');
  // As the SDK has it where no coins are meant.
  expect(canonicalJson(toAmino(MsgMultiSend, MsgMultiSend.create(), TYPES))).toBe(
    '{"inputs":null,"outputs":null}',
  );
});
