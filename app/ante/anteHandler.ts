import type { AnteHandler } from "#core/baseapp/txRunner.js";
import type { AnteParts } from "./anteParts.js";
import { checkForm, checkSignerCount, checkTimeout } from "./basics.js";
import { deductFee } from "./fee.js";
import { signerParts } from "./publicKeys.js";
import { incrementSequences } from "./sequence.js";
import { emitSignatures, verifySignatures } from "./signature.js";
import { chargeSignatures } from "./signatureGas.js";
import { signersOf } from "./signers.js";
import { checkMemo, consumeSizeGas } from "./size.js";

/**
 * The checks before the messages, in the SDK's order: form, signers, timeout, memo, size, fee,
 * public keys, signatures, sequences.
 */
export function createAnteHandler(ante: AnteParts): AnteHandler {
  return (ctx, tx) => {
    checkForm(tx);
    const signers = signersOf(tx, ante.messageSigners);
    checkSignerCount(tx, signers);
    checkTimeout(ctx, tx);
    const params = ante.auth.params(ctx);
    checkMemo(tx, params);
    consumeSizeGas(ctx, tx, params);
    deductFee(ctx, ante, { tx, signers });
    const parts = signerParts(ctx, ante.auth, { tx, signers });
    emitSignatures(ctx, parts);
    chargeSignatures(ctx, parts, params);
    verifySignatures(ctx, ante, { tx, parts });
    incrementSequences(ctx, ante.auth, parts);
  };
}
