import type { Context } from "#core/baseapp/context.js";
import { event } from "#core/primitives/event.js";
import {
  invalidPubKey,
  notSupported,
  tooManySignatures,
  unauthorized,
  unknownAddress,
  wrongSequence,
} from "#core/primitives/sdkErrors.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { type DecodedTx, directSignBytes } from "#core/codec/tx.js";
import { accountAddress } from "#core/crypto/address.js";
import { equalBytes, toBase64 } from "#core/primitives/bytes.js";
import type { Account } from "#modules/auth/types/account.js";
import type { AnteParts } from "./anteHandler.js";
import type { Signer } from "./signers.js";

/** Bytes of a compressed secp256k1 key. */
const KEY_BYTES = 33;

interface Checked {
  readonly tx: DecodedTx;
  readonly signers: readonly Signer[];
  readonly params: Params;
}

/** Sets public keys, charges for and verifies every signature, and checks sequences. */
export function checkSignatures(
  ctx: Context,
  parts: Pick<AnteParts, "auth" | "verifier">,
  checked: Checked,
): void {
  const { tx, signers, params } = checked;
  if (BigInt(signers.length) > params.txSigLimit) {
    throw tooManySignatures({ limit: params.txSigLimit, got: signers.length });
  }
  for (const [index, signer] of signers.entries()) {
    const info = tx.authInfo.signerInfos[index];
    if (info === undefined) throw unauthorized({ problem: "a signer info is missing" });
    const signature = tx.raw.signatures[index] ?? new Uint8Array(0);
    const found = parts.auth.findAccount(ctx, signer.address);
    if (found === undefined) throw unknownAddress({ address: signer.text });
    const account = withPublicKey(ctx, { account: found, info, signer });
    if (account !== found) parts.auth.setAccount(ctx, account);
    ctx.gas.charge(params.sigVerifyCostSecp256k1, "ante verify: secp256k1");
    if (info.sequence !== account.sequence) {
      throw wrongSequence({ expected: account.sequence, got: info.sequence });
    }
    verify(ctx, parts, { tx, info, account, signature });
    emitSignature(ctx, { signer, info, signature });
  }
}

/** The account with its public key set from the signer info, if it had none. */
function withPublicKey(
  ctx: Context,
  given: { readonly account: Account; readonly info: SignerInfo; readonly signer: Signer },
): Account {
  const { account, info, signer } = given;
  const packed = info.publicKey;
  if (packed === undefined || packed.typeUrl === "") {
    // Wallets simulate before they have shown a key.
    if (account.publicKey !== undefined || ctx.mode === "simulate") return account;
    throw invalidPubKey({ problem: "the first transaction of an account must carry its key" });
  }
  const key = decodePublicKey(packed);
  if (!equalBytes(accountAddress(key), signer.address)) {
    throw invalidPubKey({ problem: "the key is not that of the signer", signer: signer.text });
  }
  return account.publicKey === undefined ? { ...account, publicKey: packed } : account;
}

function decodePublicKey(packed: {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}): Uint8Array {
  if (packed.typeUrl !== PubKey.typeUrl) throw invalidPubKey({ typeUrl: packed.typeUrl });
  const { key } = PubKey.decode(packed.value);
  if (key.length !== KEY_BYTES) throw invalidPubKey({ problem: "not a 33-byte compressed key" });
  return key;
}

function verify(
  ctx: Context,
  parts: Pick<AnteParts, "verifier">,
  given: {
    readonly tx: DecodedTx;
    readonly info: SignerInfo;
    readonly account: Account;
    readonly signature: Uint8Array;
  },
): void {
  if (ctx.mode === "simulate" || ctx.mode === "recheck") return;
  const { tx, info, account, signature } = given;
  if (info.modeInfo?.single?.mode !== SignMode.DIRECT) {
    throw notSupported({ problem: "only SIGN_MODE_DIRECT signatures" });
  }
  // Genesis transactions are signed before accounts have numbers.
  const accountNumber = ctx.mode === "genesis" ? 0n : account.number;
  const { chainId } = ctx.header;
  const message = directSignBytes(tx.raw, { chainId, accountNumber });
  const packed = account.publicKey;
  if (packed === undefined) throw invalidPubKey({ problem: "the account has no key" });
  const publicKey = decodePublicKey(packed);
  if (!parts.verifier.isValid({ publicKey, message, signature })) {
    throw unauthorized({
      problem: "signature verification failed; please verify account number, sequence and chain-id",
      accountNumber,
      sequence: account.sequence,
      chainId,
    });
  }
}

function emitSignature(
  ctx: Context,
  given: { readonly signer: Signer; readonly info: SignerInfo; readonly signature: Uint8Array },
): void {
  ctx.emit(event("tx", [["acc_seq", `${given.signer.text}/${given.info.sequence.toString()}`]]));
  ctx.emit(event("tx", [["signature", toBase64(given.signature)]]));
}
