import { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import type { DirectSigner } from "./signer.js";

/**
 * A signer for a secp256k1 private key of 32 bytes, which it keeps in memory. Fails with the
 * ChainError `crypto/2` for bytes that are no key.
 *
 * @example
 * const signer = signerFromPrivateKey(key);
 * console.log(signer.address);
 */
export function signerFromPrivateKey(privateKey: Uint8Array): DirectSigner {
  const key = privateKey.slice();
  const publicKey = secp256k1PublicKey(key);
  return {
    address: formatAddress("account", accountAddress(publicKey)),
    publicKey,
    signDirect: (document) =>
      Promise.resolve({
        signed: document,
        signature: signSecp256k1(SignDoc.encode(document), key),
      }),
  };
}
