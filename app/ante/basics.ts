import type { Context } from "#core/baseapp/context.js";
import { UNBOUNDED_GAS } from "#core/baseapp/gas.js";
import {
  invalidRequest,
  noSignatures,
  notSupported,
  txTimeoutHeight,
  unauthorized,
  unknownExtensionOptions,
} from "#core/primitives/sdkErrors.js";
import type { DecodedTx } from "#core/codec/tx.js";
import type { Signer } from "./signers.js";

/** Checks the form of a transaction, which needs neither state nor signers. */
export function checkForm(tx: DecodedTx): void {
  const [option] = tx.body.extensionOptions;
  if (option !== undefined) throw unknownExtensionOptions({ problem: option.typeUrl });
  const { fee, tip } = tx.authInfo;
  if (fee === undefined) throw invalidRequest({ problem: "missing fee" });
  if (fee.gasLimit > UNBOUNDED_GAS) {
    throw invalidRequest({ problem: `invalid gas supplied; ${fee.gasLimit} > ${UNBOUNDED_GAS}` });
  }
  if (tip !== undefined) throw notSupported({ problem: "tips" });
  if (tx.raw.signatures.length === 0) throw noSignatures();
}

/** Checks that there is a signature and what belongs to it for everybody who must sign. */
export function checkSignerCount(tx: DecodedTx, signers: readonly Signer[]): void {
  const expected = signers.length;
  for (const list of [tx.raw.signatures, tx.authInfo.signerInfos]) {
    if (list.length === expected) continue;
    throw unauthorized({
      problem: `wrong number of signers; expected ${expected}, got ${list.length}`,
    });
  }
}

/** Refuses a transaction in a block above its timeout height; 0 stands for none. */
export function checkTimeout(ctx: Context, tx: DecodedTx): void {
  const { timeoutHeight } = tx.body;
  if (timeoutHeight === 0n || ctx.height <= timeoutHeight) return;
  throw txTimeoutHeight({
    problem: `block height: ${ctx.height}, timeout height: ${timeoutHeight}`,
  });
}
