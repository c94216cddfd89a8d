import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "keyring";

/** No key has this name. */
export const unknownKey = defineError(CODESPACE, {
  code: 2,
  summary: "no such key",
  sentence: ({ name = "", folder = "" }) =>
    `no key called ${name} in ${folder}; \`aivmd keys list\` shows the keys there are`,
});

/** A key of this name exists; it is never overwritten. */
export const keyExists = defineError(CODESPACE, {
  code: 3,
  summary: "the key exists already",
  sentence: ({ name = "", folder = "" }) =>
    `a key called ${name} exists in ${folder}; choose another name, or delete it first`,
});

/** The passphrase opens no key of this keyring, or the file was changed. */
export const wrongPassphrase = defineError(CODESPACE, {
  code: 4,
  summary: "wrong passphrase, or the key's file was changed",
});

/** A name of a key that cannot be a file's. */
export const badKeyName = defineError(CODESPACE, {
  code: 5,
  summary: "key names are letters, digits, dot, dash and underscore, 1 to 64 of them",
});

/** A passphrase that is too short to protect anything. */
export const weakPassphrase = defineError(CODESPACE, {
  code: 6,
  summary: "the passphrase must have at least 8 characters",
});

/** A key that signs nothing here: only its public key, or several keys, are kept. */
export const noPrivateKey = defineError(CODESPACE, {
  code: 7,
  summary: "the keyring has no private key for it",
  sentence: ({ name = "", type = "" }) =>
    type === "multi"
      ? `${name} is a multisig: its keys sign by \`aivmd tx sign --multisig ${name}\`, and \`aivmd tx multisign\` joins what they signed`
      : `only the public key of ${name} is in this keyring`,
});
