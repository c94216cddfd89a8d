import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { SdkError } from "../errors.js";
import type { AminoSigner } from "../signer/signer.js";
import { buildTx } from "../tx/buildTx.js";
import type { AminoWallet } from "./aminoWallet.js";
import { contentSigned, stdSignDoc } from "./signDocument.js";

/**
 * A signer for an account of a wallet that signs amino JSON: a Ledger, Keplr, CosmJS's
 * `Secp256k1HdWallet`. The wallet's first account unless an address is given. Fails with
 * `INVALID_ARGUMENT` for an account that the wallet does not have, or a key of another kind.
 *
 * @example
 * const signer = await aminoSigner(keplr.getOfflineSignerOnlyAmino(chainId));
 */
export async function aminoSigner(wallet: AminoWallet, address?: string): Promise<AminoSigner> {
  const accounts = await wallet.getAccounts();
  const account = accounts.find((one) => address === undefined || one.address === address);
  if (account === undefined) throw noAccount(`no account ${address ?? "at all"}`);
  if (account.algo !== "secp256k1") throw noAccount(`a key of the kind ${account.algo}`);
  const { address: own, pubkey: publicKey } = account;
  return {
    address: own,
    publicKey,
    signAminoTx: async (content, place) => {
      const given = stdSignDoc(content, place);
      const { signed, signature } = await wallet.signAmino(own, given);
      const parts = buildTx(contentSigned(content, { given, signed }), {
        publicKey,
        sequence: place.account.sequence,
        mode: SignMode.LEGACY_AMINO_JSON,
      });
      return TxRaw.encode({ ...parts, signatures: [readSignature(signature.signature)] });
    },
  };
}

/** Bytes of a signature in base64; fails with `INVALID_ARGUMENT`. */
export function readSignature(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes?.length === 64) return bytes;
  throw new SdkError("INVALID_ARGUMENT", {
    argument: "wallet",
    problem: "its signature is not base64 of 64 bytes",
  });
}

function noAccount(problem: string): SdkError<"INVALID_ARGUMENT"> {
  return new SdkError("INVALID_ARGUMENT", {
    argument: "wallet",
    problem: `the wallet has ${problem}`,
  });
}
