import type { Context } from "#core/baseapp/context.js";
import { unknownAddress } from "#core/primitives/sdkErrors.js";
import type { AuthKeeper } from "./expectedKeepers.js";
import type { Signer } from "./signers.js";

/** Uses up one sequence of every signer. */
export function incrementSequences(
  ctx: Context,
  auth: AuthKeeper,
  signers: readonly Signer[],
): void {
  for (const signer of signers) {
    const account = auth.findAccount(ctx, signer.address);
    if (account === undefined) throw unknownAddress({ address: signer.text });
    auth.setAccount(ctx, { ...account, sequence: account.sequence + 1n });
  }
}
