import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { Keyring, KeyRecord } from "#node/keyring/keyring.js";
import type { Signer } from "#sdk/signer/signer.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";

/** Whoever a transaction is from; without a key it can only be generated. */
export interface Sender {
  readonly address: Address;
  /** Bech32, `nesa1…`. */
  readonly account: string;
  /** The same account as a validator's operator, `nesavaloper1…`. */
  readonly operator: string;
  readonly signer: Signer | undefined;
}

/**
 * The account that `--from` names, by a key's name or an address; the only key there is when it is
 * left out. Fails with `keyring/2`, `sdk/7` or `cli/2`.
 */
export function senderOf(session: Session, from: string | undefined): Sender {
  const keyring = session.openKeyring();
  if (from === undefined) return ofKey(keyring, onlyKey(keyring));
  const named = keyring.find(from);
  if (named !== undefined) return ofKey(keyring, named);
  if (!from.includes("1")) return ofKey(keyring, keyring.get(from));
  const address = addressOrName(keyring, from);
  const owned = keyring.list().find((key) => equalBytes(key.address, address));
  return owned === undefined ? senderAt(address, undefined) : ofKey(keyring, owned);
}

/** What can be no address must have been meant as a name, and is complained about as one. */
function addressOrName(keyring: Keyring, text: string): Address {
  if (!/^nesa[a-z]*1/.test(text)) return keyring.get(text).address;
  return parseAddress("account", text);
}

function onlyKey(keyring: Keyring): KeyRecord {
  const keys = keyring.list();
  const [first] = keys;
  if (first !== undefined && keys.length === 1) return first;
  if (first === undefined) {
    throw wrongUse({
      problem: `no key in ${keyring.folder}; make one by \`aivmd keys add\`, and name it by --from`,
    });
  }
  const names = keys.map(({ name }) => name).join(", ");
  throw wrongUse({ problem: `--from is needed: one of ${names}` });
}

function ofKey(keyring: Keyring, { name, publicKey, address }: KeyRecord): Sender {
  return senderAt(address, {
    address: formatAddress("account", address),
    publicKey,
    signDirect: async (document) => ({
      signed: document,
      signature: await keyring.sign(name, SignDoc.encode(document)),
    }),
  });
}

function senderAt(address: Address, signer: Signer | undefined): Sender {
  const account = formatAddress("account", address);
  return { address, account, operator: formatAddress("operator", address), signer };
}

/** The signer of a sender; fails with `cli/2` when the keyring has no key for it. */
export function signerOf({ account, signer }: Sender): Signer {
  if (signer !== undefined) return signer;
  throw wrongUse({
    problem: `the keyring has no key for ${account}; --generate-only makes the transaction without`,
  });
}
