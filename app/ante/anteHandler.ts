import type { AnteHandler } from "#core/baseapp/txRunner.js";
import type { AuthKeeper, BankKeeper } from "./expectedKeepers.js";
import { checkBasics } from "./basics.js";
import { deductFee } from "./fee.js";
import { consumeSizeGas, checkMemo } from "./size.js";
import { incrementSequences } from "./sequence.js";
import { checkSignatures } from "./signature.js";
import type { SignatureVerifier } from "./signatureVerifier.js";
import { signersOf } from "./signers.js";

/** What the ante chain is made of. */
export interface AnteParts {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly verifier: SignatureVerifier;
  /** Fees this node asks for, as unit prices; applied when a transaction is first checked. */
  readonly minGasPrices: () => readonly GasPrice[];
  /** Addresses that must sign a message, by its type URL. */
  readonly messageSigners: (typeUrl: string, message: object) => readonly string[];
}

/** Price of one gas in 10^-18 units of a denomination. */
export interface GasPrice {
  readonly denom: string;
  readonly priceDec: bigint;
}

/**
 * The checks before the messages, in the SDK's order: basics, size and memo, fee, public keys,
 * signatures, sequences.
 */
export function createAnteHandler(parts: AnteParts): AnteHandler {
  return (ctx, tx) => {
    const params = parts.auth.params(ctx);
    const signers = signersOf(tx, parts.messageSigners);
    checkBasics(ctx, tx, signers);
    checkMemo(tx, params);
    consumeSizeGas(ctx, tx, params);
    deductFee(ctx, parts, { tx, signers });
    checkSignatures(ctx, parts, { tx, signers, params });
    incrementSequences(ctx, parts.auth, signers);
  };
}
