import type { RoyaltyShare } from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { invalidRoyalty } from "./registryErrors.js";

/** Shares that one kernel may give: each is a payment for every request. */
export const MAX_ROYALTY_SHARES = 16;

/** All that an owner would get, in basis points. */
export const WHOLE_BPS = 10_000;

/**
 * Refuses shares that are too many, of neither an account nor a kernel or of both, of somebody
 * twice, of nothing, or of more than the whole together: `kernel/126`. Addresses fail with `sdk/7`.
 */
export function validateShares(shares: readonly RoyaltyShare[]): void {
  if (shares.length > MAX_ROYALTY_SHARES) {
    throw invalidRoyalty({ found: shares.length, maximum: MAX_ROYALTY_SHARES });
  }
  const recipients = new Set<string>();
  for (const [index, share] of shares.entries()) {
    const problem = shareProblem(share, recipients);
    if (problem !== undefined) throw invalidRoyalty({ at: `shares[${index}]`, problem });
    recipients.add(recipientOf(share));
  }
  const total = shares.reduce((sum, { bps }) => sum + bps, 0);
  if (total > WHOLE_BPS) throw invalidRoyalty({ found: total, maximum: WHOLE_BPS });
}

function shareProblem(share: RoyaltyShare, known: ReadonlySet<string>): string | undefined {
  const { address, kernel, bps } = share;
  if ((address === "") === (kernel === "")) return "names not one of an account and a kernel";
  if (address !== "") parseAddress("account", address);
  if (bps < 1 || bps > WHOLE_BPS) return `not 1 to ${WHOLE_BPS} basis points`;
  return known.has(recipientOf(share)) ? "of somebody named before" : undefined;
}

/** Names of kernels and addresses cannot be mistaken for each other with their prefix. */
function recipientOf({ address, kernel }: RoyaltyShare): string {
  return address === "" ? `kernel ${kernel}` : `account ${address}`;
}
