import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { deriveAccount } from "#core/crypto/hd.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { fromBase64, toBase64, utf8 } from "#core/primitives/bytes.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { homeFile } from "../home/errors.js";
import { badKeyName, keyExists, unknownKey, weakPassphrase, wrongPassphrase } from "./errors.js";
import { Keyring } from "./keyring.js";

const MNEMONIC =
  "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
const { privateKey, publicKey } = deriveAccount(MNEMONIC);
const OTHER = deriveAccount(MNEMONIC, 1).privateKey;

function freshHome(): string {
  return dirname(temporaryFile());
}

function open(home: string, backend: "file" | "test", passphrase = "correct horse"): Keyring {
  return Keyring.open(home, backend, () => Promise.resolve(passphrase));
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(["file", "test"] as const)("a keyring of the backend %s", (backend) => {
  test("keeps keys between runs, lists them by name, signs and exports", async () => {
    const home = freshHome();
    await open(home, backend).add("zoe", OTHER);
    await open(home, backend).add("amy", privateKey);
    const keyring = open(home, backend);
    expect(keyring.list().map(({ name }) => name)).toEqual(["amy", "zoe"]);
    expect(keyring.get("amy").publicKey).toEqual(publicKey);
    const message = utf8("message");
    const signature = await keyring.sign("amy", message);
    expect(verifySecp256k1({ publicKey, message, signature })).toBe(true);
    expect(await keyring.exportKey("amy")).toEqual(privateKey);
    expect(statSync(join(keyring.folder, "amy.json")).mode & 0o777).toBe(0o600);
  });

  test("refuses a name that is taken and keeps the first key", async () => {
    const keyring = open(freshHome(), backend);
    await keyring.add("amy", privateKey);
    expect(keyExists.is(await failure(keyring.add("amy", OTHER)))).toBe(true);
    expect(keyring.get("amy").publicKey).toEqual(publicKey);
  });

  test("knows no other names", async () => {
    const keyring = open(freshHome(), backend);
    expect(keyring.find("amy")).toBeUndefined();
    expect(keyring.list()).toEqual([]);
    expect(unknownKey.is(await failure(keyring.sign("amy", utf8("x"))))).toBe(true);
    expect(() => {
      keyring.remove("amy");
    }).toThrow("no key called amy");
  });

  test("forgets a removed key", async () => {
    const keyring = open(freshHome(), backend);
    await keyring.add("amy", privateKey);
    keyring.remove("amy");
    expect(keyring.list()).toEqual([]);
  });

  test.each(["", "../amy", ".amy", "a b", "é", "a".repeat(65)])(
    "refuses the name %j and writes nothing",
    async (name) => {
      const home = freshHome();
      expect(badKeyName.is(await failure(open(home, backend).add(name, privateKey)))).toBe(true);
      expect(readdirSync(home)).toEqual([]);
    },
  );

  test.each(["public_key", "address"])("refuses a file whose %s was changed", async (field) => {
    const home = freshHome();
    const keyring = open(home, backend);
    await keyring.add("amy", privateKey);
    edit(keyring, { [field]: toBase64(new Uint8Array(33)) });
    expect(homeFile.is(await failure(keyring.sign("amy", utf8("x"))))).toBe(true);
  });
});

describe("encrypted keys", () => {
  test("do not contain the private key", async () => {
    const keyring = open(freshHome(), "file");
    await keyring.add("amy", privateKey);
    expect(textOf(keyring)).not.toContain(toBase64(privateKey));
  });

  test("open with their passphrase alone", async () => {
    const home = freshHome();
    await open(home, "file").add("amy", privateKey);
    const stranger = open(home, "file", "another horse");
    expect(wrongPassphrase.is(await failure(stranger.sign("amy", utf8("x"))))).toBe(true);
    expect(stranger.get("amy").publicKey).toEqual(publicKey);
  });

  test("share one passphrase", async () => {
    const home = freshHome();
    await open(home, "file").add("amy", privateKey);
    const error = await failure(open(home, "file", "another horse").add("zoe", OTHER));
    expect(wrongPassphrase.is(error)).toBe(true);
    expect(open(home, "file").find("zoe")).toBeUndefined();
  });

  test("need a passphrase that is not trivial", async () => {
    const error = await failure(open(freshHome(), "file", "1234567").add("amy", privateKey));
    expect(weakPassphrase.is(error)).toBe(true);
  });

  test.each(["sealed", "tag", "salt", "nonce"])(
    "do not open when %s was changed",
    async (field) => {
      const keyring = open(freshHome(), "file");
      await keyring.add("amy", privateKey);
      const json = JSON.parse(textOf(keyring)) as Record<string, string>;
      const bytes = fromBase64(json[field]!)!;
      bytes[0]! ^= 1;
      edit(keyring, { [field]: toBase64(bytes) });
      expect(wrongPassphrase.is(await failure(keyring.exportKey("amy")))).toBe(true);
    },
  );

  test.each([{ kdf: "argon" }, { cipher: "rot13" }, { salt: 1 }])(
    "do not open in a file with %j",
    async (change) => {
      const keyring = open(freshHome(), "file");
      await keyring.add("amy", privateKey);
      edit(keyring, change);
      expect(homeFile.is(await failure(keyring.exportKey("amy")))).toBe(true);
    },
  );
});

test("plain keys say that they are", async () => {
  const keyring = open(freshHome(), "test");
  await keyring.add("amy", privateKey);
  expect(textOf(keyring)).toContain("not encrypted: for tests only");
});

function textOf(keyring: Keyring): string {
  return readFileSync(join(keyring.folder, "amy.json"), "utf8");
}

function edit(keyring: Keyring, change: object): void {
  const json = JSON.parse(textOf(keyring)) as object;
  writeFileSync(join(keyring.folder, "amy.json"), JSON.stringify({ ...json, ...change }));
}
