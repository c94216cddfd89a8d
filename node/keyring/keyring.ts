import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "#core/codec/json.js";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { homeFile } from "../home/errors.js";
import type { KeyringBackend } from "../home/clientConfig.js";
import { jsonText, readJsonObject, writeSecretText } from "../home/files.js";
import { badKeyName, keyExists, noPrivateKey, unknownKey } from "./errors.js";
import {
  type KeyRecord,
  multisigRecord,
  type MultisigKeys,
  offlineRecord,
  recordFromJson,
  recordToJson,
} from "./keyRecord.js";
import { PassphraseBox, plainBox, type SecretBox } from "./secretBox.js";

export type { KeyRecord, MultisigKeys } from "./keyRecord.js";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const SUFFIX = ".json";
const PRIVATE_KEY_BYTES = 32;

/**
 * Account keys of a user, one file each in `<home>/keyring-<backend>`. Private keys leave it only
 * by {@link exportKey}.
 */
export class Keyring {
  readonly folder: string;
  readonly #box: SecretBox;

  private constructor(folder: string, box: SecretBox) {
    this.folder = folder;
    this.#box = box;
  }

  /** Opens the keyring of a home; `passphrase` is asked for by the backend `file` alone. */
  static open(home: string, backend: KeyringBackend, passphrase: () => Promise<string>): Keyring {
    const box = backend === "test" ? plainBox : new PassphraseBox(passphrase);
    return new Keyring(join(home, `keyring-${backend}`), box);
  }

  /** Every key, by name. */
  list(): readonly KeyRecord[] {
    return this.#names().map((name) => this.get(name));
  }

  /** Undefined when there is no key of this name; fails with `home/2` for a damaged file. */
  find(name: string): KeyRecord | undefined {
    return this.#names().includes(name)
      ? recordOf(name, this.#read(name), this.#path(name))
      : undefined;
  }

  /** Like {@link find}, but fails with `keyring/2`. */
  get(name: string): KeyRecord {
    const found = this.find(name);
    if (found === undefined) throw unknownKey({ name, folder: this.folder });
    return found;
  }

  /**
   * Stores a private key of 32 bytes. Fails with `keyring/3` for a name that is taken, `keyring/5`
   * for one that cannot be, and `keyring/4` when the passphrase is not that of the other keys.
   */
  async add(name: string, privateKey: Uint8Array): Promise<KeyRecord> {
    this.#refuseTaken(name);
    const other = this.list().find(({ type }) => type === "local");
    if (other !== undefined) await this.#open(other.name);
    const publicKey = secp256k1PublicKey(privateKey);
    const address = accountAddress(publicKey);
    const record: KeyRecord = { name, type: "local", publicKey, address };
    const sealed = await this.#box.seal(privateKey, formatAddress("account", address));
    writeSecretText(this.#path(name), jsonText({ ...recordToJson(record), ...sealed }));
    return record;
  }

  /** Stores a public key of 33 bytes; errors as of {@link add}, no passphrase is needed. */
  addPublicKey(name: string, publicKey: Uint8Array): KeyRecord {
    return this.#addRecord(offlineRecord(name, publicKey));
  }

  /** Stores a multisig with a possible threshold; errors as of {@link addPublicKey}. */
  addMultisig(name: string, multisig: MultisigKeys): KeyRecord {
    return this.#addRecord(multisigRecord(name, multisig));
  }

  /** Deletes a key for good; fails with `keyring/2`. */
  remove(name: string): void {
    this.get(name);
    rmSync(this.#path(name));
  }

  /**
   * Signature over a message (ECDSA with SHA-256, 64 bytes); fails with `keyring/2`, `keyring/4` or
   * `keyring/7`.
   */
  async sign(name: string, message: Uint8Array): Promise<Uint8Array> {
    return signSecp256k1(message, await this.#open(name));
  }

  /** The private key, 32 bytes; fails with `keyring/2`, `keyring/4` or `keyring/7`. */
  async exportKey(name: string): Promise<Uint8Array> {
    return this.#open(name);
  }

  #addRecord(record: KeyRecord): KeyRecord {
    this.#refuseTaken(record.name);
    writeSecretText(this.#path(record.name), jsonText(recordToJson(record)));
    return record;
  }

  #refuseTaken(name: string): void {
    if (!NAME.test(name)) throw badKeyName({ name });
    if (this.find(name) !== undefined) throw keyExists({ name, folder: this.folder });
  }

  async #open(name: string): Promise<Uint8Array> {
    const { address, publicKey, type } = this.get(name);
    if (type !== "local") throw noPrivateKey({ name, type });
    const path = this.#path(name);
    const privateKey = await this.#box.open(this.#read(name), formatAddress("account", address));
    if (
      privateKey?.length !== PRIVATE_KEY_BYTES ||
      !equalBytes(secp256k1PublicKey(privateKey), publicKey)
    ) {
      throw damaged(path);
    }
    return privateKey;
  }

  #names(): readonly string[] {
    let files: readonly string[];
    try {
      files = readdirSync(this.folder);
    } catch {
      return [];
    }
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  }

  #read(name: string): JsonObject {
    return readJsonObject(this.#path(name), "restore the key from its mnemonic");
  }

  #path(name: string): string {
    return join(this.folder, `${name}${SUFFIX}`);
  }
}

function recordOf(name: string, json: JsonObject, path: string): KeyRecord {
  const record = recordFromJson(name, json);
  if (record === undefined) throw damaged(path);
  return record;
}

function damaged(path: string): Error {
  const problem = "is not a key of this keyring";
  return homeFile({ path, problem, advice: "restore the key from its mnemonic" });
}
