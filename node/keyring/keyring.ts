import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "#core/codec/json.js";
import { accountAddress, type Address, formatAddress } from "#core/crypto/address.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { equalBytes, fromBase64, toBase64 } from "#core/primitives/bytes.js";
import { homeFile } from "../home/errors.js";
import type { KeyringBackend } from "../home/clientConfig.js";
import { jsonText, readJsonObject, writeSecretText } from "../home/files.js";
import { badKeyName, keyExists, unknownKey } from "./errors.js";
import { PassphraseBox, plainBox, type SecretBox } from "./secretBox.js";

/** What is known of a key without opening it. */
export interface KeyRecord {
  readonly name: string;
  /** secp256k1, 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
}

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
    if (!NAME.test(name)) throw badKeyName({ name });
    const [other] = this.#names();
    if (this.find(name) !== undefined) throw keyExists({ name, folder: this.folder });
    if (other !== undefined) await this.#open(other);
    const publicKey = secp256k1PublicKey(privateKey);
    const address = accountAddress(publicKey);
    const text = formatAddress("account", address);
    const sealed = await this.#box.seal(privateKey, text);
    const json = { name, address: text, public_key: toBase64(publicKey), ...sealed };
    writeSecretText(this.#path(name), jsonText(json));
    return { name, publicKey, address };
  }

  /** Deletes a key for good; fails with `keyring/2`. */
  remove(name: string): void {
    this.get(name);
    rmSync(this.#path(name));
  }

  /** Signature over a message (ECDSA with SHA-256, 64 bytes); fails with `keyring/2` or `keyring/4`. */
  async sign(name: string, message: Uint8Array): Promise<Uint8Array> {
    return signSecp256k1(message, await this.#open(name));
  }

  /** The private key, 32 bytes; fails with `keyring/2` or `keyring/4`. */
  async exportKey(name: string): Promise<Uint8Array> {
    return this.#open(name);
  }

  async #open(name: string): Promise<Uint8Array> {
    const { address, publicKey } = this.get(name);
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
  const key = json["public_key"];
  const publicKey = typeof key === "string" ? fromBase64(key) : undefined;
  if (publicKey?.length !== 33) throw damaged(path);
  const address = accountAddress(publicKey);
  if (json["address"] !== formatAddress("account", address)) throw damaged(path);
  return { name, publicKey, address };
}

function damaged(path: string): Error {
  const problem = "is not a key of this keyring";
  return homeFile({ path, problem, advice: "restore the key from its mnemonic" });
}
