import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { equalBytes, toBase64 } from "#core/primitives/bytes.js";
import type { Keyring, KeyRecord } from "#node/keyring/keyring.js";
import { aminoSigner } from "#sdk/amino/aminoSigner.js";
import { stdSignBytes, type AminoWallet } from "#sdk/amino/aminoWallet.js";
import type { DirectSigner, Signer } from "#sdk/signer/signer.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import type { SignModeName } from "./signFlags.js";

/** Whoever a transaction is from; without a key its transactions can only be generated. */
export interface Sender {
  readonly address: Address;
  /** Bech32, `nesa1…`. */
  readonly account: string;
  /** The same account as a validator's operator, `nesavaloper1…`. */
  readonly operator: string;
  /** What the keyring has of it, its private key or not. */
  readonly key: KeyRecord | undefined;
  readonly signer: DirectSigner | undefined;
  /** The same key, signing amino JSON. */
  readonly wallet: AminoWallet | undefined;
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
  return owned === undefined ? senderAt(address) : ofKey(keyring, owned);
}

/** What can be no address must have been meant as a name, and is complained about as one. */
function addressOrName(keyring: Keyring, text: string): Address {
  if (!/^nesa[a-z]*1/.test(text)) return keyring.get(text).address;
  return parseAddress("account", text);
}

/** The only key there is; fails with `cli/2` when there are more or none. */
export function onlyKey(keyring: Keyring): KeyRecord {
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

function ofKey(keyring: Keyring, key: KeyRecord): Sender {
  const { name, type, publicKey, address } = key;
  if (type !== "local") return senderAt(address, { key });
  const account = formatAddress("account", address);
  const sign = (message: Uint8Array): Promise<Uint8Array> => keyring.sign(name, message);
  return senderAt(address, {
    key,
    signer: {
      address: account,
      publicKey,
      signDirect: async (document) => ({
        signed: document,
        signature: await sign(SignDoc.encode(document)),
      }),
    },
    wallet: {
      getAccounts: () =>
        Promise.resolve([{ address: account, algo: "secp256k1", pubkey: publicKey }]),
      signAmino: async (_address, signed) => ({
        signed,
        signature: {
          pub_key: { type: "tendermint/PubKeySecp256k1", value: toBase64(publicKey) },
          signature: toBase64(await sign(stdSignBytes(signed))),
        },
      }),
    },
  });
}

function senderAt(
  address: Address,
  { key, signer, wallet }: Partial<Pick<Sender, "key" | "signer" | "wallet">> = {},
): Sender {
  const account = formatAddress("account", address);
  return { address, account, operator: formatAddress("operator", address), key, signer, wallet };
}

/**
 * The signer of a sender, in the mode that is asked for; fails with `cli/2` when the keyring has no
 * key for it.
 */
export async function signerOf(
  { account, signer, wallet }: Sender,
  mode: SignModeName = "direct",
): Promise<Signer> {
  if (signer !== undefined && wallet !== undefined) {
    return mode === "direct" ? signer : aminoSigner(wallet);
  }
  throw wrongUse({
    problem: `the keyring has no key for ${account}; --generate-only makes the transaction without`,
  });
}
