import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { isMnemonic } from "#core/crypto/hd.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { registerKeys } from "./register.js";

/** Known from other projects; the address is what Cosmos wallets derive under our prefix. */
const MNEMONIC = "test test test test test test test test test test test junk";
const ADDRESS = "nesa15yk64u7zc9g9k2yr2wmzeva5qgwxps6yyhvak0";
/** Of the first three keys with the threshold 2, as simd makes it. */
const MULTISIG_ADDRESS = "nesa1s8mclmchdufg7v7632uhj7d3c2j9jt66t6ukkf";

interface Keys {
  readonly home: string;
  readonly run: (argv: readonly string[], input?: string) => Promise<CommandOutcome>;
}

function keys(backend: "file" | "test" = "test"): Keys {
  const home = dirname(temporaryFile());
  const flags = ["--home", home, "--keyring-backend", backend];
  return {
    home,
    run: (argv, input) => runCommand([registerKeys], ["keys", ...argv, ...flags], input),
  };
}

async function json({ run }: Keys, argv: readonly string[], input?: string): Promise<unknown> {
  const { code, stdout, stderr } = await run([...argv, "--output", "json"], input);
  expect([code, stderr.includes("error")]).toEqual([0, false]);
  return JSON.parse(stdout);
}

describe("keys add", () => {
  test("recovers the accounts that Cosmos wallets derive", async () => {
    const ring = keys();
    const recovered = await json(ring, ["add", "a", "--recover"], `  ${MNEMONIC.toUpperCase()} \n`);
    expect(recovered).toMatchObject({ name: "a", type: "local", address: ADDRESS });
    expect(recovered).not.toHaveProperty("mnemonic");
    const second = await json(ring, ["add", "b", "--recover", "--index", "1"], MNEMONIC);
    expect(second).not.toMatchObject({ address: ADDRESS });
  });

  test("makes a key whose mnemonic recovers it, and says that the keyring is plain", async () => {
    const ring = keys();
    const { stdout, stderr } = await ring.run(["add", "a", "-o", "json"]);
    const made = JSON.parse(stdout) as { address: string; mnemonic: string };
    expect(isMnemonic(made.mnemonic)).toBe(true);
    expect(stderr).toMatch(/warning: the keyring backend "test" does not encrypt keys/);
    const again = await json(keys(), ["add", "a", "--recover"], made.mnemonic);
    expect(again).toMatchObject({ address: made.address });
    expect(await json(ring, ["add", "c", "--no-backup"])).not.toHaveProperty("mnemonic");
  });

  test("shows people the mnemonic where no pipe takes it", async () => {
    const { stdout, stderr } = await keys().run(["add", "a"]);
    const mnemonic = stderr.trim().split("\n").at(-1)!;
    expect(isMnemonic(mnemonic)).toBe(true);
    expect(stdout).not.toContain(mnemonic);
  });

  const bad: ReadonlyArray<readonly [string, readonly string[], string, string]> = [
    ["words that are no mnemonic", ["a", "--recover"], "test test", "crypto/3"],
    ["no words", ["a", "--recover"], "", "cli/3"],
    ["an index that is none", ["a", "--index", "2147483648"], "", "cli/2"],
    ["a name that cannot be a file's", ["../a"], "", "keyring/5"],
  ];
  test.each(bad)("refuses %s and stores nothing", async (_case, argv, input, error) => {
    const ring = keys();
    const { code, stdout, stderr } = await ring.run(["add", ...argv], input);
    expect([code, stdout]).toEqual([error === "cli/2" ? 2 : 1, ""]);
    expect(stderr).toContain(`error: ${error} `);
    expect(existsSync(join(ring.home, "keyring-test"))).toBe(false);
  });

  test("never replaces a key", async () => {
    const ring = keys();
    await ring.run(["add", "a", "--recover"], MNEMONIC);
    expect((await ring.run(["add", "a"])).stderr).toContain("error: keyring/3 ");
    expect(await json(ring, ["show", "a"])).toMatchObject({ address: ADDRESS });
  });
});

describe("keys show and list", () => {
  test("give addresses of every kind, by name and by address", async () => {
    const ring = keys();
    await ring.run(["add", "a", "--recover"], MNEMONIC);
    await ring.run(["add", "b"]);
    expect((await ring.run(["show", "a", "-a"])).stdout).toBe(`${ADDRESS}\n`);
    expect((await ring.run(["show", ADDRESS, "-a"])).stdout).toBe(`${ADDRESS}\n`);
    const operator = (await ring.run(["show", "a", "-a", "--bech", "val"])).stdout;
    expect(operator).toMatch(/^nesavaloper1/);
    const consensus = (await ring.run(["show", "a", "-a", "--bech", "cons"])).stdout;
    expect(consensus).toMatch(/^nesavalcons1/);
    const { stdout } = await ring.run(["show", "a", "-p"]);
    expect(JSON.parse(stdout)).toMatchObject({ "@type": "/cosmos.crypto.secp256k1.PubKey" });
    expect(await json(ring, ["list"])).toMatchObject([{ name: "a" }, { name: "b" }]);
    expect((await ring.run(["list", "-n"])).stdout).toBe("a\nb\n");
  });

  test("say what there is when nothing is, and refuse what contradicts itself", async () => {
    const ring = keys();
    expect((await ring.run(["list"])).stdout).toContain("no keys");
    expect(await json(ring, ["list"])).toEqual([]);
    expect((await ring.run(["show", "a"])).stderr).toContain("error: keyring/2 ");
    expect((await ring.run(["show", "a", "-a", "-p"])).code).toBe(2);
  });
});

describe("keys delete", () => {
  test("asks first, and without anybody to ask wants --yes", async () => {
    const ring = keys();
    await ring.run(["add", "a"]);
    expect((await ring.run(["delete", "a"])).code).toBe(2);
    expect((await ring.run(["list", "-n"])).stdout).toBe("a\n");
    expect((await ring.run(["delete", "a", "--yes"])).stdout).toBe("deleted a\n");
    expect(await json(ring, ["list"])).toEqual([]);
    expect((await ring.run(["delete", "a", "--yes"])).stderr).toContain("error: keyring/2 ");
  });
});

describe("keys export and import", () => {
  test("carry a key under a passphrase of its own", async () => {
    const [from, to] = [keys(), keys()];
    await from.run(["add", "a", "--recover"], MNEMONIC);
    const { stdout } = await from.run(["export", "a"], "a long passphrase\n");
    const file = join(to.home, "a.json");
    writeFileSync(file, stdout);
    const wrong = await to.run(["import", "b", file], "another passphrase\n");
    expect(wrong.stderr).toContain("error: keyring/4 ");
    expect(await json(to, ["list"])).toEqual([]);
    const right = await json(to, ["import", "b", file], "a long passphrase\n");
    expect(right).toMatchObject({ name: "b", address: ADDRESS });
  });

  test("carry a bare key only when that is said twice", async () => {
    const ring = keys();
    await ring.run(["add", "a", "--recover"], MNEMONIC);
    expect((await ring.run(["export", "a", "--unarmored-hex"])).code).toBe(2);
    const { stdout } = await ring.run(["export", "a", "--unarmored-hex", "--unsafe"]);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(await json(ring, ["import-hex", "b"], stdout)).toMatchObject({ address: ADDRESS });
    expect((await ring.run(["import-hex", "c"], "abc")).code).toBe(2);
  });

  test.each(["{}", '{"address":"x","kdf":"scrypt"}'])("refuse the file %s", async (text) => {
    const ring = keys();
    const file = join(ring.home, "a.json");
    writeFileSync(file, text);
    const { code, stderr } = await ring.run(["import", "a", file], "a long passphrase\n");
    expect([code, stderr]).toEqual([1, expect.stringContaining("error: cli/6 ")]);
  });
});

test("the backend file takes its passphrase from standard input and opens with no other", async () => {
  const ring = keys("file");
  const added = await ring.run(["add", "a", "--recover"], `${MNEMONIC}\na long passphrase\n`);
  expect(added).toMatchObject({ code: 0, stderr: "" });
  const file = join(ring.home, "keyring-file", "a.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).not.toContain("private_key");
  const bare = ["export", "a", "--unarmored-hex", "--unsafe"];
  expect((await ring.run(bare, "another passphrase\n")).stderr).toContain("error: keyring/4 ");
  expect((await ring.run(bare, "a long passphrase\n")).stdout).toMatch(/^[0-9a-f]{64}\n$/);
  expect((await keys("file").run(["add", "a"], "short\n")).stderr).toContain("error: keyring/6 ");
});

test("keys mnemonic prints 24 words and stores nothing", async () => {
  const ring = keys();
  const { stdout } = await ring.run(["mnemonic"]);
  expect(stdout.trim().split(" ")).toHaveLength(24);
  expect(isMnemonic(stdout.trim())).toBe(true);
  expect(existsSync(join(ring.home, "keyring-test"))).toBe(false);
});

describe("keys add --multisig", () => {
  /** The first keys of the mnemonic, in a keyring of their own. */
  async function members(): Promise<Keys> {
    const ring = keys();
    for (const [index, name] of ["a", "b", "c"].entries()) {
      await json(ring, ["add", name, "--recover", "--index", String(index)], MNEMONIC);
    }
    return ring;
  }

  test("keeps keys that sign together, sorted as the Cosmos SDK sorts them", async () => {
    const ring = await members();
    const flags = ["--multisig", "a, b,c", "--multisig-threshold", "2"];
    const made = (await json(ring, ["add", "all", ...flags])) as {
      address: string;
      pubkey: string;
    };
    // simd keys add --multisig of the same keys, with the prefix nesa.
    expect(made).toMatchObject({ name: "all", type: "multi", address: MULTISIG_ADDRESS });
    const pubkey = JSON.parse(made.pubkey) as { threshold: number; public_keys: unknown[] };
    expect(pubkey).toMatchObject({ "@type": "/cosmos.crypto.multisig.LegacyAminoPubKey" });
    expect([pubkey.threshold, pubkey.public_keys.length]).toEqual([2, 3]);
    expect(await json(ring, ["show", "all"])).toEqual(made);
    const kept = await json(ring, ["add", "kept", ...flags, "--nosort"]);
    expect(kept).not.toMatchObject({ address: MULTISIG_ADDRESS });
    const { stdout } = await ring.run(["show", "all"]);
    expect(stdout).toMatch(/^name +all\ntype +multi\naddress +nesa1/);
  });

  test("takes public keys of others", async () => {
    const ring = await members();
    const { pubkey } = (await json(ring, ["show", "b"])) as { pubkey: string };
    const made = await json(ring, ["add", "other", "--pubkey", pubkey]);
    expect(made).toMatchObject({ type: "offline", pubkey });
    const { key } = JSON.parse(pubkey) as { key: string };
    expect(await json(ring, ["add", "bare", "--pubkey", key])).toMatchObject({ pubkey });
    const flags = ["--multisig", "a,other,c", "--multisig-threshold", "2"];
    expect(await json(ring, ["add", "all", ...flags])).toMatchObject({ address: MULTISIG_ADDRESS });
    const exported = await ring.run(["export", "other", "--unarmored-hex", "--unsafe"]);
    expect(exported.stderr).toContain("keyring/7 only the public key of other is in this keyring");
    const multisig = await ring.run(["export", "all", "--unarmored-hex", "--unsafe"]);
    expect(multisig.stderr).toContain("keyring/7 all is a multisig");
  });

  test.each([
    ["a key that is not there", ["--multisig", "a,x"], "no key called x", 1],
    [
      "a threshold above the number of keys",
      ["--multisig", "a,b", "--multisig-threshold", "3"],
      "--multisig-threshold: must be from 1 to 2",
      2,
    ],
    ["eight keys", ["--multisig", "a,b,c,a,b,c,a,b"], "1 to 7 keys, not 8", 2],
    ["a threshold alone", ["--multisig-threshold", "2"], "--multisig is needed", 2],
    ["a public key that is none", ["--pubkey", "AAAA"], "not a secp256k1 key", 2],
    ["two kinds at once", ["--pubkey", "AAAA", "--multisig", "a"], "exclude one another", 2],
    ["a misspelled flag", ["--multisig-treshold", "2"], "Did you mean --multisig-threshold?", 2],
  ])("refuses %s and stores nothing", async (_name, flags, problem, code) => {
    const ring = await members();
    const before = await json(ring, ["list"]);
    const outcome = await ring.run(["add", "all", ...flags]);
    expect(outcome.stderr).toContain(problem);
    expect(outcome.code).toBe(code);
    expect(await json(ring, ["list"])).toEqual(before);
  });

  test("refuses a multisig within a multisig, and a name that is taken", async () => {
    const ring = await members();
    await json(ring, ["add", "all", "--multisig", "a,b"]);
    const nested = await ring.run(["add", "more", "--multisig", "a,all"]);
    expect(nested.stderr).toContain("all is a multisig itself");
    const taken = await ring.run(["add", "all", "--multisig", "a,c"]);
    expect(taken.stderr).toContain("keyring/3");
  });
});
