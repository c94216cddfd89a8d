import {
  DirectSecp256k1HdWallet,
  Registry,
  encodePubkey,
  makeAuthInfoBytes,
  makeSignDoc,
} from "@cosmjs/proto-signing";
import { MsgSend as CosmJsMsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { SignDoc as CosmJsSignDoc, TxRaw as CosmJsTxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { describe, expect, test } from "vitest";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { fromBase64, toBase64 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { signerFromMnemonic } from "../signer/signerFromMnemonic.js";
import type { DirectSignature } from "../signer/signer.js";
import { buildTx, type TxContent } from "./buildTx.js";
import { signTx } from "./signTx.js";

const WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";
const TO = "nesa1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc58v0zkz";
const ACCOUNT = { number: 12n, sequence: 34n };

function content(from: string): TxContent {
  const message = { fromAddress: from, toAddress: TO, amount: [coin("unes", 5n)] };
  return {
    messages: [pack(MsgSend, message)],
    memo: "hello",
    timeoutHeight: 99n,
    gasLimit: 70_000n,
    fee: [coin("unes", 1_750n)],
  };
}

/** The same transaction, built and signed by CosmJS. */
async function byCosmJs(wallet: DirectSecp256k1HdWallet): Promise<Uint8Array> {
  const [account] = await wallet.getAccounts();
  const registry = new Registry([["/cosmos.bank.v1beta1.MsgSend", CosmJsMsgSend]]);
  const amount = [{ denom: "unes", amount: "5" }];
  const value = { fromAddress: account!.address, toAddress: TO, amount };
  const bodyBytes = registry.encodeTxBody({
    messages: [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend", value }],
    memo: "hello",
    timeoutHeight: 99n,
  });
  const pubkey = encodePubkey({
    type: "tendermint/PubKeySecp256k1",
    value: toBase64(account!.pubkey),
  });
  const authInfoBytes = makeAuthInfoBytes(
    [{ pubkey, sequence: 34n }],
    [{ denom: "unes", amount: "1750" }],
    70_000,
    undefined,
    undefined,
  );
  const document = makeSignDoc(bodyBytes, authInfoBytes, "aivm-local-1", 12);
  expect(CosmJsSignDoc.encode(document).finish().length).toBeGreaterThan(0);
  const { signature } = await wallet.signDirect(account!.address, document);
  const signatures = [fromBase64(signature.signature)!];
  return CosmJsTxRaw.encode({ bodyBytes, authInfoBytes, signatures }).finish();
}

describe("a transaction", () => {
  test("has the bytes and the signature that CosmJS gives it", async () => {
    const wallet = await DirectSecp256k1HdWallet.fromMnemonic(WORDS, { prefix: "nesa" });
    const [account] = await wallet.getAccounts();
    const signer = signerFromMnemonic(WORDS);
    expect(signer.address).toBe(account!.address);
    expect(signer.publicKey).toEqual(account!.pubkey);
    const place = { signer, chainId: "aivm-local-1", account: ACCOUNT };
    const bytes = await signTx(content(signer.address), place);
    expect(toBase64(bytes)).toBe(toBase64(await byCosmJs(wallet)));
  });

  test("without memo, timeout and fee has none of them", () => {
    const { bodyBytes, authInfoBytes } = buildTx(
      { messages: [], memo: "", timeoutHeight: 0n, gasLimit: 0n, fee: [] },
      { publicKey: new Uint8Array(33), sequence: 0n },
    );
    expect(bodyBytes).toEqual(new Uint8Array(0));
    // An empty fee is still there: the chain refuses a transaction without one.
    expect([...authInfoBytes.slice(-2)]).toEqual([0x12, 0]);
  });

  test("is what the wallet really signed, which may have another memo", async () => {
    const signer = signerFromMnemonic(WORDS);
    const changed = buildTx(
      { ...content(signer.address), memo: "by the wallet" },
      { publicKey: signer.publicKey, sequence: 34n },
    );
    const wallet = {
      ...signer,
      signDirect: (document: Parameters<typeof signer.signDirect>[0]): Promise<DirectSignature> =>
        signer.signDirect({ ...document, ...changed }),
    };
    const place = { signer: wallet, chainId: "aivm-local-1", account: ACCOUNT };
    const raw = TxRaw.decode(await signTx(content(signer.address), place));
    expect(raw.bodyBytes).toEqual(changed.bodyBytes);
  });
});
