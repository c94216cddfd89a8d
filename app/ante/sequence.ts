import type { Context } from "#core/baseapp/context.js";
import type { AuthKeeper } from "./expectedKeepers.js";
import type { SignerPart } from "./publicKeys.js";

/** Uses up one sequence of every signer and keeps the public keys that were shown. */
export function incrementSequences(
  ctx: Context,
  auth: AuthKeeper,
  parts: readonly SignerPart[],
): void {
  for (const { account } of parts) {
    auth.setAccount(ctx, { ...account, sequence: account.sequence + 1n });
  }
}
