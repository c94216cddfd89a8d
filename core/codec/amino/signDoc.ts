import { Coin } from "#core/codec/generated/cosmos/base/v1beta1.js";
import type { Fee, TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { JsonObject, JsonValue } from "../json.js";
import type { TxMessage } from "../tx.js";
import type { TypeRegistry } from "../typeRegistry.js";
import { canonicalJson } from "./canonicalJson.js";
import { toAmino, toAminoMsg } from "./toAmino.js";

/** The signer's part of what is signed in SIGN_MODE_LEGACY_AMINO_JSON. */
export interface AminoSigner {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** A transaction as far as it is signed in SIGN_MODE_LEGACY_AMINO_JSON. */
export interface AminoSigned {
  readonly messages: readonly TxMessage[];
  readonly body: Pick<
    TxBody,
    "memo" | "timeoutHeight" | "extensionOptions" | "nonCriticalExtensionOptions"
  >;
  readonly fee: Fee | undefined;
}

/**
 * What a signer signs in SIGN_MODE_LEGACY_AMINO_JSON, as JSON; `aminoSignBytes` gives the bytes.
 * Fails with `sdk/18` for extension options, which the mode leaves unsigned, and a missing fee,
 * and with codec errors for messages that have no amino JSON.
 */
export function aminoSignDoc(
  { messages, body, fee }: AminoSigned,
  signer: AminoSigner,
  registry: TypeRegistry,
): JsonObject {
  if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0) {
    throw invalidRequest({
      problem: "SIGN_MODE_LEGACY_AMINO_JSON does not support protobuf extension options",
    });
  }
  if (fee === undefined) throw invalidRequest({ problem: "missing fee" });
  const msgs = messages.map(({ codec, value }) => ({ ...toAminoMsg(codec, value, registry) }));
  return {
    account_number: signer.accountNumber.toString(),
    chain_id: signer.chainId,
    fee: feeToAmino(fee, registry),
    memo: body.memo,
    msgs,
    sequence: signer.sequence.toString(),
    ...(body.timeoutHeight === 0n ? {} : { timeout_height: body.timeoutHeight.toString() }),
  };
}

/** The bytes that are signed; errors are those of {@link aminoSignDoc}. */
export function aminoSignBytes(
  signed: AminoSigned,
  signer: AminoSigner,
  registry: TypeRegistry,
): Uint8Array {
  return utf8(canonicalJson(aminoSignDoc(signed, signer, registry)));
}

function feeToAmino({ amount, gasLimit, payer, granter }: Fee, registry: TypeRegistry): JsonValue {
  return {
    amount: amount.map((coin) => toAmino(Coin, coin, registry)),
    gas: gasLimit.toString(),
    ...(payer === "" ? {} : { payer }),
    ...(granter === "" ? {} : { granter }),
  };
}
