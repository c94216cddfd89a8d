import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { type AuthInfo, Fee, type SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import { TestAccount } from "#test/harness/identities.js";
import { MAX_BLOCK_GAS } from "../scenario/params.js";
import { type Flaw, one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { sendMessage } from "./bank.js";
import { type Drafter, failing, type Operation } from "./operation.js";

/** Transactions that fail before their messages run. */
export const AUTH_OPERATIONS: readonly Operation[] = [
  failing("auth/refused", 6, [
    flawed("for another chain", { chainId: "another-1" }),
    flawed("a sequence ahead", { sequenceOffset: 3n }),
    flawed("a sequence of long ago", { sequenceOffset: -1n }),
    flawed("a memo too long", { body: (body) => ({ ...body, memo: "m".repeat(300) }) }),
    flawed("a timeout in the past", { body: (body) => ({ ...body, timeoutHeight: 1n }) }),
    flawed("an extension option", {
      body: (body) => ({ ...body, extensionOptions: [somePubKey()] }),
    }),
    flawed("no messages", { body: (body) => ({ ...body, messages: [] }) }),
    flawed("a message nobody handles", { body: (body) => ({ ...body, messages: [somePubKey()] }) }),
    flawed("no fee", { auth: (auth) => ({ ...auth, fee: undefined }) }),
    flawed("a fee granter", withFee({ granter: new TestAccount("granter").text })),
    flawed("a tip", { auth: (auth) => ({ ...auth, tip: { amount: [], tipper: "" } }) }),
    flawed("gas beyond measure", withFee({ gasLimit: 1n << 63n })),
    flawed("the amino mode", { auth: withInfo(amino) }),
    flawed("another's key", { auth: withInfo((info) => ({ ...info, publicKey: somePubKey() })) }),
    flawed("no signature", { raw: (raw) => ({ ...raw, signatures: [] }) }),
    flawed("a signature too many", {
      raw: (raw) => ({ ...raw, signatures: [...raw.signatures, new Uint8Array(64)] }),
    }),
    flawed("a broken signature", { raw: (raw) => ({ ...raw, signatures: [new Uint8Array(64)] }) }),
    flawed("a body of noise", { raw: (raw) => ({ ...raw, bodyBytes: Uint8Array.of(0xff) }) }),
    ["more gas than a block", changed({ gasLimit: MAX_BLOCK_GAS + 1n })],
    ["too little gas", changed({ gasLimit: 60_000n })],
    ["hardly any gas", changed({ gasLimit: 900n })],
    ["a fee out of order", changed({ fee: [coin("unes", 1n), coin("stone", 1n)] })],
    ["a fee nobody has", changed({ fee: [coin("unes", 10n ** 19n)] })],
    ["an account that is not there", fromNobody],
    ["too many signers", tooManySigners],
  ]),
];

function flawed(kind: string, flaw: Flaw): readonly [string, Drafter] {
  return [kind, (world) => ({ ...good(world), flaw })];
}

function changed(parts: Partial<TxDraft>): Drafter {
  return (world) => ({ ...good(world), ...parts });
}

function good({ random, people }: World): TxDraft {
  const from = random.pick(people.users);
  return one(from, sendMessage(from, people.author.text, [coin("unes", 1n)]));
}

function withFee(parts: Partial<Fee>): Flaw {
  return { auth: (auth) => ({ ...auth, fee: { ...Fee.create({}), ...auth.fee, ...parts } }) };
}

function withInfo(edit: (info: SignerInfo) => SignerInfo): (auth: AuthInfo) => AuthInfo {
  return (auth) => ({ ...auth, signerInfos: auth.signerInfos.map(edit) });
}

function amino(info: SignerInfo): SignerInfo {
  const mode = SignMode.LEGACY_AMINO_JSON;
  return { ...info, modeInfo: { single: { mode }, multi: undefined } };
}

function somePubKey() {
  return pack(PubKey, { key: new TestAccount("somebody else").publicKey });
}

function fromNobody({ people }: World): TxDraft {
  const nobody = new TestAccount("nobody");
  return one(nobody, sendMessage(nobody, people.author.text, [coin("unes", 1n)]));
}

/** More accounts than the limit for signatures. */
function tooManySigners({ everybody, people }: World): TxDraft {
  const signers = everybody.slice(0, 8);
  const messages = signers.map((from) => sendMessage(from, people.author.text, [coin("unes", 1n)]));
  return { signers, messages };
}
