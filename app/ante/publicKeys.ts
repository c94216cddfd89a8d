import type { Context } from "#core/baseapp/context.js";
import type { SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { DecodedTx } from "#core/codec/tx.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { invalidPubKey, unknownAddress } from "#core/primitives/sdkErrors.js";
import type { Account } from "#modules/auth/types/account.js";
import {
  type AccountKey,
  packPublicKey,
  PUBLIC_KEY_BYTES,
  publicKeyAddress,
  unpackPublicKey,
} from "#modules/auth/types/publicKey.js";
import type { AuthKeeper } from "./expectedKeepers.js";
import type { Signer } from "./signers.js";

/** Stands for the key of an account that a wallet simulates before it has shown one. */
export const SIMULATED_KEY = packPublicKey(new Uint8Array(PUBLIC_KEY_BYTES).fill(2));

/** A signer with what the transaction holds for it. */
export interface SignerPart {
  readonly signer: Signer;
  /** With the public key of the signer info, where the account had none. */
  readonly account: Account;
  /** That key, read; undefined where nobody has shown one. */
  readonly key: AccountKey | undefined;
  readonly info: SignerInfo;
  readonly signature: Uint8Array;
}

/**
 * Finds the account of every signer and gives it the public key that the transaction carries, if
 * it has none; nothing is written yet. A key must be that of its signer, but in a simulation.
 */
export function signerParts(
  ctx: Context,
  auth: AuthKeeper,
  given: { readonly tx: DecodedTx; readonly signers: readonly Signer[] },
): SignerPart[] {
  const { authInfo, raw } = given.tx;
  return given.signers.map((signer, index) => {
    const info = assertDefined(authInfo.signerInfos[index], "the signer infos were counted");
    const signature = assertDefined(raw.signatures[index], "the signatures were counted");
    const packed = carriedKey(ctx, info);
    const carried = packed === undefined ? undefined : readKey(ctx, packed, { signer, index });
    const found = auth.findAccount(ctx, signer.address);
    if (found === undefined) {
      throw unknownAddress({ problem: `account ${signer.text} does not exist` });
    }
    if (found.publicKey === undefined) {
      return { signer, account: { ...found, publicKey: packed }, key: carried, info, signature };
    }
    // Outside simulations a key that was carried has the account's address, so it is the account's.
    const key = ctx.mode === "simulate" ? undefined : carried;
    return {
      signer,
      account: found,
      key: key ?? unpackPublicKey(found.publicKey),
      info,
      signature,
    };
  });
}

/** Whether a signer info names no public key; wallets also write an Any without a type. */
export function isKeyMissing({ publicKey }: SignerInfo): boolean {
  return publicKey === undefined || publicKey.typeUrl === "";
}

function carriedKey(ctx: Context, info: SignerInfo): PackedMessage | undefined {
  if (!isKeyMissing(info)) return info.publicKey;
  return ctx.mode === "simulate" ? SIMULATED_KEY : undefined;
}

function readKey(
  ctx: Context,
  packed: PackedMessage,
  of: { readonly signer: Signer; readonly index: number },
): AccountKey {
  const key = unpackPublicKey(packed);
  if (ctx.mode === "simulate" || equalBytes(publicKeyAddress(key), of.signer.address)) return key;
  const { text } = of.signer;
  throw invalidPubKey({
    problem: `pubKey does not match signer address ${text} with signer index: ${of.index}`,
  });
}
