import { AuthInfo, SignDoc, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { AnyCodec } from "./message.js";
import type { TypeRegistry } from "./typeRegistry.js";

/** One message of a transaction, decoded. */
export interface TxMessage {
  readonly typeUrl: string;
  readonly codec: AnyCodec;
  readonly value: object;
}

/** A transaction that decoded strictly; nothing else about it has been checked. */
export interface DecodedTx {
  /** The bytes CometBFT carries. */
  readonly bytes: Uint8Array;
  readonly raw: TxRaw;
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly messages: readonly TxMessage[];
}

/**
 * Decodes TxRaw bytes. TxRaw must be canonical (ADR-027 of the Cosmos SDK); body and auth info may
 * be in any order of fields, but unknown fields are refused everywhere, as are messages of types
 * that `registry` lacks. Fails with errors of the codec codespace.
 */
export function decodeTx(bytes: Uint8Array, registry: TypeRegistry): DecodedTx {
  const raw = TxRaw.decodeCanonical(bytes);
  const body = TxBody.decode(raw.bodyBytes);
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  const messages = body.messages.map(({ typeUrl, value }) => {
    const codec = registry.get(typeUrl);
    return { typeUrl, codec, value: codec.decode(value) };
  });
  return { bytes, raw, body, authInfo, messages };
}

/** What a signer signs in SIGN_MODE_DIRECT. */
export function directSignBytes(
  raw: Pick<TxRaw, "bodyBytes" | "authInfoBytes">,
  signer: { readonly chainId: string; readonly accountNumber: bigint },
): Uint8Array {
  return SignDoc.encode({
    bodyBytes: raw.bodyBytes,
    authInfoBytes: raw.authInfoBytes,
    chainId: signer.chainId,
    accountNumber: signer.accountNumber,
  });
}
