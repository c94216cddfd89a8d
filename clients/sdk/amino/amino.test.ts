import {
  createMultisigThresholdPubkey,
  encodeSecp256k1Pubkey,
  makeCosmoshubPath,
  type MultisigThresholdPubkey,
  pubkeyToAddress,
  Secp256k1HdWallet,
  serializeSignDoc,
} from "@cosmjs/amino";
import { encodePubkey, Registry } from "@cosmjs/proto-signing";
import { AminoTypes, createDefaultAminoConverters, defaultRegistryTypes } from "@cosmjs/stargate";
import {
  CompactBitArray as CosmJsBitArray,
  MultiSignature as CosmJsMultiSignature,
} from "cosmjs-types/cosmos/crypto/multisig/v1beta1/multisig";
import {
  AuthInfo as CosmJsAuthInfo,
  TxRaw as CosmJsTxRaw,
} from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { beforeAll, describe, expect, test } from "vitest";
import { MsgChallenge, MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { MsgDelegate } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { multisigAccount, type MultisigAccount } from "../multisig/multisigAccount.js";
import { combineMultisig, type MultisigPart, signMultisigPart } from "../multisig/multisigTx.js";
import { buildTx, type TxContent } from "../tx/buildTx.js";
import { signTx } from "../tx/signTx.js";
import { aminoSigner } from "./aminoSigner.js";
import { type AminoWallet, aminoWalletFromPrivateKey, type StdSignDoc } from "./aminoWallet.js";
import { aminoConverters, registerCosmJsTypes } from "./cosmJsTypes.js";
import { stdSignDoc } from "./signDocument.js";

const WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";
const TO = "nesa1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc58v0zkz";
const OPERATOR = "nesavaloper1w2tgtrgx2f6hktgncw22w7quu3xc4zrnrl64lq";
const PLACE = { chainId: "aivm-local-1", account: { number: 12n, sequence: 34n } };

let wallet: Secp256k1HdWallet;
let address: string;
beforeAll(async () => {
  wallet = await Secp256k1HdWallet.fromMnemonic(WORDS, { prefix: "nesa" });
  address = (await wallet.getAccounts())[0]!.address;
});

function ownWallet(index = 0): AminoWallet {
  return aminoWalletFromPrivateKey(deriveAccount(WORDS, index, "").privateKey);
}

function contentOf(changes: Partial<TxContent> = {}, from = address): TxContent {
  const send = { fromAddress: from, toAddress: TO, amount: [coin("unes", 5n)] };
  const request = MsgRequestInference.create({
    requester: from,
    kernel: "digits",
    inputs: [new Uint8Array([1, 2])],
    assurance: 1,
    maxPrice: coin("unes", 7n),
    priorityFee: coin("unes", 0n),
  });
  const delegate = { delegatorAddress: from, validatorAddress: OPERATOR, amount: coin("unes", 1n) };
  return {
    messages: [
      pack(MsgSend, send),
      pack(MsgRequestInference, request),
      pack(MsgDelegate, delegate),
    ],
    memo: "<hello> & good day",
    timeoutHeight: 99n,
    gasLimit: 70_000n,
    fee: [coin("unes", 1_750n)],
    ...changes,
  };
}

describe("an amino signer", () => {
  test("gives the same transaction by CosmJS's wallet and by ours", async () => {
    const [theirs, own] = await Promise.all([aminoSigner(wallet), aminoSigner(ownWallet())]);
    expect(own).toMatchObject({ address: theirs.address, publicKey: theirs.publicKey });
    const signed = await signTx(contentOf(), { signer: theirs, ...PLACE });
    expect(toBase64(await signTx(contentOf(), { signer: own, ...PLACE }))).toBe(toBase64(signed));
  });

  test("signs what CosmJS makes of the messages", () => {
    const aminoTypes = new AminoTypes({ ...createDefaultAminoConverters(), ...aminoConverters() });
    const registry = new Registry(defaultRegistryTypes);
    registerCosmJsTypes(registry);
    const content = contentOf();
    const msgs = content.messages.map((packed) =>
      aminoTypes.toAmino({ typeUrl: packed.typeUrl, value: registry.decode(packed) as object }),
    );
    const document = stdSignDoc(content, PLACE);
    expect(document.msgs).toEqual(msgs);
    for (const [index, msg] of msgs.entries()) {
      const encoded = registry.encodeAsAny(aminoTypes.fromAmino(msg));
      expect(encoded).toEqual(expect.objectContaining(content.messages[index]));
    }
    expect(serializeSignDoc(document)).toEqual(serializeSignDoc({ ...document, msgs }));
  });

  test("takes the fee and the memo that the wallet has changed", async () => {
    const fee = { amount: [{ denom: "unes", amount: "9" }], gas: "80000", granter: TO };
    const changing = changed((document) => ({ ...document, memo: "mine", fee }));
    const signer = await aminoSigner(changing);
    const raw = TxRaw.decode(await signTx(contentOf(), { signer, ...PLACE }));
    const content = contentOf({ memo: "mine", fee: [coin("unes", 9n)], gasLimit: 80_000n });
    const { publicKey } = signer;
    const parts = { ...content, granter: TO };
    expect(raw).toMatchObject(buildTx(parts, { publicKey, sequence: 34n, mode: 127 }));
    expect(TxBody.decode(raw.bodyBytes).memo).toBe("mine");
  });

  test.each([
    ["other messages", (document: StdSignDoc) => ({ ...document, msgs: [] })],
    ["another sequence", (document: StdSignDoc) => ({ ...document, sequence: "35" })],
    ["another timeout", (document: StdSignDoc) => ({ ...document, timeout_height: "100" })],
  ])("refuses a wallet that signs %s", async (_name, change) => {
    const signer = await aminoSigner(changed(change));
    await expect(signTx(contentOf(), { signer, ...PLACE })).rejects.toThrow(/another transaction/);
  });

  test("names what the wallet does not have", async () => {
    await expect(aminoSigner(wallet, TO)).rejects.toThrow(/has no account nesa1qypq/);
    const none = { ...ownWallet(), getAccounts: () => Promise.resolve([]) };
    await expect(aminoSigner(none)).rejects.toThrow(/has no account at all/);
    const account = { address, algo: "ed25519", pubkey: new Uint8Array(32) } as const;
    const other = { ...ownWallet(), getAccounts: () => Promise.resolve([account]) };
    await expect(aminoSigner(other)).rejects.toThrow(/a key of the kind ed25519/);
    await expect(ownWallet().signAmino(TO, stdSignDoc(contentOf(), PLACE))).rejects.toThrow(
      /not for/,
    );
    const garbled = {
      ...ownWallet(),
      signAmino: (_address: string, signed: StdSignDoc) =>
        Promise.resolve({
          signed,
          signature: { pub_key: { type: "", value: "" }, signature: "*" },
        }),
    };
    const signer = await aminoSigner(garbled);
    await expect(signTx(contentOf(), { signer, ...PLACE })).rejects.toThrow(/not base64/);
  });

  test("has no form for messages that the chain does not take", async () => {
    const messages = [{ typeUrl: "/x.Msg", value: new Uint8Array(0) }];
    const signer = await aminoSigner(ownWallet());
    await expect(signTx(contentOf({ messages }), { signer, ...PLACE })).rejects.toThrow(
      /unknown type URL/,
    );
  });
});

/** CosmJS's wallet, but for what it signs. */
function changed(change: (document: StdSignDoc) => StdSignDoc): AminoWallet {
  return {
    getAccounts: () => wallet.getAccounts(),
    signAmino: (signer, document) => wallet.signAmino(signer, change(document)),
  };
}

describe("types for CosmJS", () => {
  test("fill what is left out, and come back", () => {
    const registry = new Registry();
    registerCosmJsTypes(registry);
    const value = { challenger: TO, requestId: 7n };
    const encoded = registry.encode({ typeUrl: MsgChallenge.typeUrl, value });
    expect(encoded).toEqual(MsgChallenge.encode(MsgChallenge.create(value)));
    expect(registry.decode({ typeUrl: MsgChallenge.typeUrl, value: encoded })).toEqual(
      MsgChallenge.create(value),
    );
    const { [MsgUnjail.typeUrl]: unjail } = aminoConverters();
    expect(unjail?.toAmino({ validatorAddr: OPERATOR })).toEqual({ address: OPERATOR });
  });
});

describe("a multisig", () => {
  const keys = [0, 1, 2].map((index) => ownWallet(index));
  let publicKeys: Uint8Array[];
  let treasury: MultisigAccount;
  let content: TxContent;
  let parts: MultisigPart[];

  beforeAll(async () => {
    const accounts = await Promise.all(keys.map((key) => key.getAccounts()));
    publicKeys = accounts.map(([account]) => account!.pubkey);
    treasury = multisigAccount(2, publicKeys);
    content = contentOf({}, treasury.address);
    parts = await Promise.all(keys.map((key) => signMultisigPart(content, key, PLACE)));
  });

  test("has the address that CosmJS gives it, whatever the order of the keys", () => {
    const theirs = createMultisigThresholdPubkey(publicKeys.map(encodeSecp256k1Pubkey), 2);
    expect(treasury.address).toBe(pubkeyToAddress(theirs, "nesa"));
    expect(multisigAccount(2, publicKeys.toReversed())).toEqual(treasury);
    const kept = createMultisigThresholdPubkey(publicKeys.map(encodeSecp256k1Pubkey), 2, true);
    const own = multisigAccount(2, publicKeys, { keepOrder: true });
    expect(own.address).toBe(pubkeyToAddress(kept, "nesa"));
    expect(encodePubkey(kept).typeUrl).toBe("/cosmos.crypto.multisig.LegacyAminoPubKey");
  });

  test("signs the transaction that CosmJS puts together", async () => {
    const path = (index: number) => makeCosmoshubPath(index);
    const options = { prefix: "nesa", hdPaths: [path(0), path(2)] };
    const theirs = await Secp256k1HdWallet.fromMnemonic(WORDS, options);
    const document = stdSignDoc(content, PLACE);
    const members = await theirs.getAccounts();
    const signed = await Promise.all(
      members.map(({ address: member }) => theirs.signAmino(member, document)),
    );
    const pubkey = createMultisigThresholdPubkey(publicKeys.map(encodeSecp256k1Pubkey), 2);
    const bytes = makeMultisignedTx({
      pubkey,
      content,
      signatures: pubkey.value.pubkeys.map(
        ({ value }) => signed.find(({ signature }) => signature.pub_key.value === value)?.signature,
      ),
    });
    const own = combineMultisig(content, treasury, { parts: [parts[2]!, parts[0]!], ...PLACE });
    expect(toBase64(own)).toBe(toBase64(bytes));
  });

  test.each([
    ["too few signatures", (all: MultisigPart[]) => [all[0]!], /1 of the 2 signatures/],
    ["the same twice", (all: MultisigPart[]) => [all[0]!, all[0]!], /signed twice/],
    [
      "a key of somebody else",
      (all: MultisigPart[]) => [all[0]!, { ...all[1]!, publicKey: new Uint8Array(33) }],
      /is not of this multisig/,
    ],
    [
      "another's signature",
      (all: MultisigPart[]) => [all[0]!, { ...all[1]!, signature: all[2]!.signature }],
      /does not hold/,
    ],
  ])("cannot be combined of %s", (_name, change, problem) => {
    const given = { parts: change(parts), ...PLACE };
    expect(() => combineMultisig(content, treasury, given)).toThrow(problem);
  });

  test("refuses a wallet that changes the fee, and one without the account", async () => {
    const changing = changed((document) => ({ ...document, memo: "mine" }));
    await expect(signMultisigPart(content, changing, PLACE)).rejects.toThrow(/fee or memo/);
    const place = { ...PLACE, address: TO };
    await expect(signMultisigPart(content, keys[0]!, place)).rejects.toThrow(/no such account/);
  });

  test.each([
    [0, 3, /threshold.*from 1 to 3/],
    [4, 3, /threshold.*from 1 to 3/],
    [1.5, 3, /threshold/],
    [1, 0, /1 to 7 keys, not 0/],
    [1, 8, /1 to 7 keys, not 8/],
  ])("cannot have the threshold %d of %d keys", (threshold, count, problem) => {
    const many = Array.from({ length: count }, () => publicKeys[0]!);
    expect(() => multisigAccount(threshold, many)).toThrow(problem);
    expect(() => multisigAccount(1, [new Uint8Array(32)])).toThrow(/33 bytes, not 32/);
  });
});

/**
 * CosmJS's `makeMultisignedTx` line by line, over its own types: the function itself fails with the
 * current `@scure/base`, which no longer takes the limit that CosmJS gives it.
 */
function makeMultisignedTx({
  pubkey,
  content,
  signatures,
}: {
  readonly pubkey: MultisigThresholdPubkey;
  readonly content: TxContent;
  readonly signatures: ReadonlyArray<{ readonly signature: string } | undefined>;
}): Uint8Array {
  const given = signatures.filter((one) => one !== undefined);
  const byte = signatures.reduce((sum, one, index) => sum | (one ? 0x80 >> index : 0), 0);
  const authInfo = CosmJsAuthInfo.fromPartial({
    signerInfos: [
      {
        publicKey: encodePubkey(pubkey),
        modeInfo: {
          multi: {
            bitarray: CosmJsBitArray.fromPartial({
              elems: Uint8Array.of(byte),
              extraBitsStored: signatures.length,
            }),
            modeInfos: given.map(() => ({ single: { mode: 127 } })),
          },
        },
        sequence: 34n,
      },
    ],
    fee: { amount: [...content.fee], gasLimit: content.gasLimit },
  });
  const parts = given.map(({ signature }) => Buffer.from(signature, "base64"));
  return CosmJsTxRaw.encode({
    bodyBytes: buildTx(content, { publicKey: new Uint8Array(33), sequence: 0n }).bodyBytes,
    authInfoBytes: CosmJsAuthInfo.encode(authInfo).finish(),
    signatures: [CosmJsMultiSignature.encode({ signatures: parts }).finish()],
  }).finish();
}
