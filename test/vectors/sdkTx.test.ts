import { describe, expect, test } from "vitest";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { AuthInfo, SignDoc, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { txHash } from "#core/comet/hashes.js";
import { formatAddress } from "#core/crypto/address.js";
import { multisigAddress } from "#core/crypto/multisig.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { formatCoins } from "#core/primitives/coin.js";
import { toHex, toUpperHex, utf8 } from "#core/primitives/bytes.js";
import { hexBytes } from "./readVectors.js";
import { SDK_VECTORS, type SignedVector, type TxVector } from "./sdkVectors.js";

/** Decodes what was signed, and checks that encoding gives the same bytes again. */
function decode({ txBytes, bodyBytes, authInfoBytes }: SignedVector): {
  raw: TxRaw;
  body: TxBody;
  authInfo: AuthInfo;
} {
  const raw = TxRaw.decodeCanonical(hexBytes(txBytes));
  expect(toHex(raw.bodyBytes)).toBe(bodyBytes);
  expect(toHex(raw.authInfoBytes)).toBe(authInfoBytes);
  const body = TxBody.decodeCanonical(raw.bodyBytes);
  return { raw, body, authInfo: AuthInfo.decodeCanonical(raw.authInfoBytes) };
}

function checkContents(vector: TxVector, signed: SignedVector): void {
  const { raw, body, authInfo } = decode(signed);
  expect(raw.signatures.map(toHex)).toEqual([signed.signature]);
  expect(toUpperHex(txHash(hexBytes(signed.txBytes)))).toBe(signed.txHash);
  expect(body.messages.map(({ typeUrl }) => typeUrl)).toEqual(vector.messageTypes);
  expect(body.memo).toBe(vector.memo);
  expect(body.timeoutHeight.toString()).toBe(vector.timeoutHeight);
  expect(formatCoins(authInfo.fee!.amount)).toBe(vector.fee);
  expect(authInfo.fee!.gasLimit.toString()).toBe(vector.gasLimit);
  const [signer] = authInfo.signerInfos;
  expect(signer!.sequence.toString()).toBe(vector.sequence);
  expect(toHex(PubKey.decode(signer!.publicKey!.value).key)).toBe(vector.publicKey);
}

describe("transactions of the SDK", () => {
  test.each(SDK_VECTORS.txs)("$name in SIGN_MODE_DIRECT", (vector) => {
    const { direct, publicKey } = vector;
    checkContents(vector, direct);
    const message = SignDoc.encode({
      bodyBytes: hexBytes(direct.bodyBytes),
      authInfoBytes: hexBytes(direct.authInfoBytes),
      chainId: vector.chainId,
      accountNumber: BigInt(vector.accountNumber),
    });
    expect(toHex(message)).toBe(direct.signBytes);
    const signature = hexBytes(direct.signature);
    expect(verifySecp256k1({ publicKey: hexBytes(publicKey), message, signature })).toBe(true);
  });

  test.each(SDK_VECTORS.txs)("$name in SIGN_MODE_LEGACY_AMINO_JSON", (vector) => {
    const { amino, publicKey } = vector;
    checkContents(vector, amino);
    const message = utf8(amino.signBytes);
    const signature = hexBytes(amino.signature);
    expect(verifySecp256k1({ publicKey: hexBytes(publicKey), message, signature })).toBe(true);
  });

  test("a transaction of a multisig", () => {
    const { txBytes, signBytes, publicKeys, signatures } = SDK_VECTORS.multisigTx;
    const raw = TxRaw.decodeCanonical(hexBytes(txBytes));
    const [signer] = AuthInfo.decodeCanonical(raw.authInfoBytes).signerInfos;
    const multisig = LegacyAminoPubKey.decodeCanonical(signer!.publicKey!.value);
    const keys = multisig.publicKeys.map(({ value }) => PubKey.decode(value).key);
    const address = formatAddress("account", multisigAddress(multisig.threshold, keys));
    expect(signBytes).toContain(`"from_address":"${address}"`);
    publicKeys.forEach((publicKey, index) => {
      const signature = hexBytes(signatures[index]!);
      const signed = { publicKey: hexBytes(publicKey), message: utf8(signBytes), signature };
      expect(verifySecp256k1(signed)).toBe(true);
    });
  });
});
