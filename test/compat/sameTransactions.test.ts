import { beforeAll, describe, expect, test } from "vitest";
import { createAnteHandler } from "#app/ante/anteHandler.js";
import { SignatureVerifier } from "#app/ante/signatureVerifier.js";
import { type Context } from "#core/baseapp/context.js";
import { TxRunner } from "#core/baseapp/txRunner.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import { aminoSignBytes } from "#core/codec/amino/signDoc.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { decodeTx, directSignBytes } from "#core/codec/tx.js";
import { pack } from "#core/codec/typeRegistry.js";
import { accountAddress, formatAddress, moduleAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { concatBytes, toHex, uint32ToBytes, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import { packPublicKey } from "#modules/auth/types/publicKey.js";
import { CoinChain } from "#test/harness/coinChain.js";
import { readVectors } from "#test/vectors/readVectors.js";

/** What a chain of the Cosmos SDK made of the transactions; tools/vectors/sdk/sends.go. */
const SENDS = readVectors("sends") as {
  readonly chainId: string;
  readonly accounts: number;
  readonly txsSha256: string;
  readonly bytes: number;
  readonly accepted: number;
  readonly refused: ReadonlyArray<readonly [number, number]>;
  readonly balancesSha256: string;
  readonly feesCollected: string;
};
const DENOM = "unes";

interface Sender {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly text: string;
}

/** Account number `index`, its key derived from the number as in sends.go. */
function senderOf(index: number): Sender {
  const secret = sha256(utf8(`same transactions/${index}`));
  const publicKey = secp256k1PublicKey(secret);
  return { secret, publicKey, text: formatAddress("account", accountAddress(publicKey)) };
}

let senders: readonly Sender[];
let txs: readonly Uint8Array[];
let chain: CoinChain;

beforeAll(() => {
  senders = Array.from({ length: SENDS.accounts }, (_, index) => senderOf(index));
  txs = senders.map((_, index) => signedTx(index));
  chain = new CoinChain((sections) => {
    sections["auth"]!["accounts"] = senders.map(({ text }, index) => ({
      "@type": "/cosmos.auth.v1beta1.BaseAccount",
      address: text,
      account_number: String(index),
    }));
    sections["bank"]!["balances"] = senders.map(({ text }, index) => ({
      address: text,
      coins: [{ denom: DENOM, amount: String(1_000_000 + index) }],
    }));
  });
});

/** Transaction number `index` of the file, as sends.go makes it. */
function signedTx(index: number): Uint8Array {
  const { secret, publicKey, text } = senders[index]!;
  const place = index % 100;
  const sequence = place === 50 || place === 51 ? 1n : 0n;
  const amount = place === 60 || place === 61 ? 1_000_000_000n : BigInt(1_000 + index);
  const chainId = place === 70 || place === 71 ? "aivm-other-1" : SENDS.chainId;
  const mode = index % 2 === 1 ? SignMode.LEGACY_AMINO_JSON : SignMode.DIRECT;
  const value = {
    fromAddress: text,
    toAddress: senders[(index + 1) % senders.length]!.text,
    amount: [coin(DENOM, amount)],
  };
  const memo = index % 3 === 0 ? `<${index}> & "more"` : "";
  const body = TxBody.create({ messages: [pack(MsgSend, value)], memo });
  const fee = { amount: [coin(DENOM, 7n)], gasLimit: 200_000n, payer: "", granter: "" };
  const modeInfo = { single: { mode }, multi: undefined };
  const signerInfos = [{ publicKey: packPublicKey(publicKey), modeInfo, sequence }];
  const bodyBytes = TxBody.encode(body);
  const authInfoBytes = AuthInfo.encode(AuthInfo.create({ signerInfos, fee }));
  const accountNumber = BigInt(index);
  const messages = [{ typeUrl: MsgSend.typeUrl, codec: MsgSend, value }];
  const message =
    mode === SignMode.DIRECT
      ? directSignBytes({ bodyBytes, authInfoBytes }, { chainId, accountNumber })
      : aminoSignBytes(
          { messages, body, fee },
          { chainId, accountNumber, sequence },
          chainlessTypes,
        );
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signSecp256k1(message, secret)] });
}

const chainlessTypes = new CoinChain().manager.types;

/** Runs all transactions as a block does. */
function deliver(): TxResult[] {
  const { manager, auth, transfers } = chain;
  const runner = new TxRunner({
    router: manager.msgs,
    ante: createAnteHandler({
      auth,
      bank: transfers,
      verifier: new SignatureVerifier(),
      minGasPrices: () => [],
      messageSigners: (typeUrl, message) => manager.msgs.find(typeUrl)?.signers(message) ?? [],
      types: manager.types,
    }),
    onFault: (fault) => {
      throw fault;
    },
  });
  const header = {
    chainId: SENDS.chainId,
    height: 1n,
    timeNs: 0n,
    proposerAddress: new Uint8Array(20),
  };
  return txs.map((bytes) =>
    runner.run({
      tx: decodeTx(bytes, manager.types),
      header,
      mode: "deliver",
      branch: chain.branch,
    }),
  );
}

describe("a file of transactions that a chain of the Cosmos SDK has executed", () => {
  test("is the same file here, byte for byte", () => {
    const framed = txs.flatMap((bytes) => [uint32ToBytes(bytes.length), bytes]);
    expect(txs.reduce((sum, bytes) => sum + bytes.length, 0)).toBe(SENDS.bytes);
    expect(toHex(sha256(concatBytes(...framed)))).toBe(SENDS.txsSha256);
  });

  test("is accepted and refused alike, and leaves the same balances", () => {
    const results = deliver();
    const refused = results.flatMap(({ code }, index) => (code === 0 ? [] : [[index, code]]));
    expect(refused).toEqual(SENDS.refused);
    expect(results.length - refused.length).toBe(SENDS.accepted);
    const ctx: Context = chain.context("query");
    const lines = senders.map(({ publicKey, text }) => {
      const amount = chain.bank.balance(ctx, accountAddress(publicKey), DENOM);
      return `${text} ${amount}\n`;
    });
    expect(toHex(sha256(utf8(lines.join(""))))).toBe(SENDS.balancesSha256);
    const collected = chain.bank.balance(ctx, moduleAddress(FEE_COLLECTOR), DENOM);
    expect(collected.toString()).toBe(SENDS.feesCollected);
    expect(chain.broken()).toEqual([]);
  });
});
