import { canonicalJson } from "#core/codec/amino/canonicalJson.js";
import { aminoSignDoc } from "#core/codec/amino/signDoc.js";
import type { JsonValue } from "#core/codec/json.js";
import { SdkError } from "../errors.js";
import type { SignedPlace } from "../signer/signer.js";
import type { TxContent } from "../tx/buildTx.js";
import type { StdSignDoc } from "./aminoWallet.js";
import { signedTypes } from "./messageTypes.js";

/**
 * What is signed of a transaction in SIGN_MODE_LEGACY_AMINO_JSON. Fails with the ChainError
 * `codec/5` for messages that this chain does not take.
 *
 * @example
 * const document = stdSignDoc(content, { chainId, account });
 */
export function stdSignDoc(content: TxContent, { chainId, account }: SignedPlace): StdSignDoc {
  const types = signedTypes();
  const messages = content.messages.map(({ typeUrl, value }) => {
    const codec = types.get(typeUrl);
    return { typeUrl, codec, value: codec.decode(value) };
  });
  const { memo, timeoutHeight, gasLimit, fee, payer = "", granter = "" } = content;
  const document = aminoSignDoc(
    {
      messages,
      body: { memo, timeoutHeight, extensionOptions: [], nonCriticalExtensionOptions: [] },
      fee: { amount: [...fee], gasLimit, payer, granter },
    },
    { chainId, accountNumber: account.number, sequence: account.sequence },
    types,
  );
  return document as unknown as StdSignDoc;
}

/**
 * The transaction that a wallet has signed: it may have changed fee and memo. Fails with
 * `INVALID_ARGUMENT` when it signed anything else than it was given.
 */
export function contentSigned(
  content: TxContent,
  { given, signed }: { readonly given: StdSignDoc; readonly signed: StdSignDoc },
): TxContent {
  const { memo, fee } = signed;
  if (text({ ...given, memo: "", fee: null }) !== text({ ...signed, memo: "", fee: null })) {
    const problem = "it signed another transaction than it was given";
    throw new SdkError("INVALID_ARGUMENT", { argument: "wallet", problem });
  }
  return {
    ...content,
    memo,
    fee: fee.amount.map(({ denom, amount }) => ({ denom, amount })),
    gasLimit: BigInt(fee.gas),
    payer: fee.payer,
    granter: fee.granter,
  };
}

function text(document: object): string {
  return canonicalJson(document as JsonValue);
}
