import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { compareText, isStrictlyAscending } from "#core/primitives/sorted.js";
import { invalidAccess } from "./registryErrors.js";

/** Accounts that one kernel's access list may name: 11 KiB of state. */
export const MAX_ALLOWED = 256;

/** Refuses accounts that are too many, malformed, out of byte order or named twice: `kernel/125`. */
export function validateAllowed(allowed: readonly string[]): void {
  if (allowed.length > MAX_ALLOWED) {
    throw invalidAccess({ found: allowed.length, maximum: MAX_ALLOWED });
  }
  for (const account of allowed) {
    // Admission looks for the text of the requester's address, of which there is one such form.
    if (formatAddress("account", parseAddress("account", account)) === account) continue;
    throw invalidAccess({ problem: "an address is not in lower case", found: account });
  }
  if (isStrictlyAscending(allowed, compareText)) return;
  throw invalidAccess({ problem: "accounts are not in byte order, each once" });
}
