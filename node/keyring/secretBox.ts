import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  scrypt,
  type ScryptOptions,
} from "node:crypto";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { fromBase64, toBase64, utf8 } from "#core/primitives/bytes.js";
import { weakPassphrase, wrongPassphrase } from "./errors.js";

/** Turns a secret into what a file may hold, and back. */
export interface SecretBox {
  /** `label` is bound to the secret: it opens under no other. */
  seal(secret: Uint8Array, label: string): Promise<JsonObject>;
  /** Undefined when the JSON is not of this box. Fails with `keyring/4`. */
  open(sealed: JsonObject, label: string): Promise<Uint8Array | undefined>;
}

const NOTE = "This key is not encrypted: for tests only.";

/** Keeps secrets as they are, and says so in every file. */
export const plainBox: SecretBox = {
  seal: (secret) => Promise.resolve({ note: NOTE, private_key: toBase64(secret) }),
  open: (sealed) => Promise.resolve(bytesOf(sealed["private_key"])),
};

/** RFC 7914's cost for interactive use, doubled thrice since: 128 MiB and some tenths of a second. */
const SCRYPT: ScryptOptions = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LEAST_PASSPHRASE_LENGTH = 8;

/** Encrypts secrets with AES-256-GCM under a key that scrypt derives from a passphrase. */
export class PassphraseBox implements SecretBox {
  readonly #passphrase: () => Promise<string>;

  /** `passphrase` is asked each time, so that the caller decides what is remembered. */
  constructor(passphrase: () => Promise<string>) {
    this.#passphrase = passphrase;
  }

  async seal(secret: Uint8Array, label: string): Promise<JsonObject> {
    const passphrase = await this.#passphrase();
    if (passphrase.length < LEAST_PASSPHRASE_LENGTH) throw weakPassphrase();
    const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
    const cipher = createCipheriv(CIPHER, await deriveKey(passphrase, salt), nonce);
    cipher.setAAD(utf8(label));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return {
      kdf: "scrypt",
      cipher: CIPHER,
      salt: toBase64(salt),
      nonce: toBase64(nonce),
      sealed: toBase64(sealed),
      tag: toBase64(cipher.getAuthTag()),
    };
  }

  async open(json: JsonObject, label: string): Promise<Uint8Array | undefined> {
    const parts = ["salt", "nonce", "sealed", "tag"].map((name) => bytesOf(json[name]));
    const [salt, nonce, sealed, tag] = parts;
    const isOurs = json["kdf"] === "scrypt" && json["cipher"] === CIPHER;
    if (!isOurs || !salt || !nonce || !sealed || !tag) return undefined;
    const key = await deriveKey(await this.#passphrase(), salt);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(utf8(label));
    try {
      decipher.setAuthTag(tag);
      return new Uint8Array(Buffer.concat([decipher.update(sealed), decipher.final()]));
    } catch {
      throw wrongPassphrase();
    }
  }
}

/** Equal passphrases of different keyboards derive equal keys (Unicode NFKC). */
function deriveKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((settle, fail) => {
    scrypt(passphrase.normalize("NFKC"), salt, KEY_BYTES, SCRYPT, (error, key) => {
      if (error === null) settle(key);
      else fail(error);
    });
  });
}

function bytesOf(json: JsonValue | undefined): Uint8Array | undefined {
  return typeof json === "string" ? fromBase64(json) : undefined;
}
