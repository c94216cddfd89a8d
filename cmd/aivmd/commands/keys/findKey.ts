import { formatAddress } from "#core/crypto/address.js";
import type { Keyring, KeyRecord } from "#node/keyring/keyring.js";

/** The key of a name, or of an account's address; fails with `keyring/2`. */
export function findKey(keyring: Keyring, nameOrAddress: string): KeyRecord {
  const named = keyring.find(nameOrAddress);
  const addressed = keyring
    .list()
    .find(({ address }) => formatAddress("account", address) === nameOrAddress);
  return named ?? addressed ?? keyring.get(nameOrAddress);
}
