import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { AuthInfo, Tx, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromJson, type JsonObject, toJson } from "#core/codec/json.js";
import { pack } from "#core/codec/typeRegistry.js";
import { deriveAccount } from "#core/crypto/hd.js";
import { toHex } from "#core/primitives/bytes.js";
import { formatAddress } from "#core/crypto/address.js";
import { Keyring } from "#node/keyring/keyring.js";
import { AMINO_VECTORS } from "#test/vectors/aminoVectors.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";
import { registerTx } from "./register.js";

/** The keys of the vectors: of the first mnemonic. */
const [{ mnemonic: MNEMONIC } = { mnemonic: "" }] = SDK_VECTORS.accounts;
const OFFLINE = ["--offline", "--chain-id", AMINO_VECTORS.chainId];
const BOB = "nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a";

let home: string;
let keyring: Keyring;
/** Address of the key `k0`. */
let own: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "aivm-sign-"));
  keyring = Keyring.open(home, "test", () => Promise.resolve(""));
  for (const index of [0, 1, 2]) {
    await keyring.add(`k${index}`, deriveAccount(MNEMONIC, index).privateKey);
  }
  const publicKeys = [0, 1, 2].map((index) => keyring.get(`k${index}`).publicKey);
  keyring.addMultisig("all", { threshold: 2, publicKeys });
  own = formatAddress("account", keyring.get("k0").address);
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function tx(words: readonly string[], input = ""): Promise<CommandOutcome> {
  const place = ["--home", home, "--keyring-backend", "test"];
  return runCommand([registerTx], ["tx", ...words, ...place], input);
}

async function done(words: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await tx(words, input);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** Writes a document into a file of the home; gives its path. */
function file(name: string, text: string): string {
  const path = join(home, name);
  writeFileSync(path, text);
  return path;
}

/** JSON of an encoded transaction without its signatures, as it was before anybody signed. */
function unsigned(txBytes: string): string {
  const raw = TxRaw.decode(hexBytes(txBytes));
  const authInfo = { ...AuthInfo.decode(raw.authInfoBytes), signerInfos: [] };
  const document = { body: TxBody.decode(raw.bodyBytes), authInfo, signatures: [] };
  return JSON.stringify(toJson(Tx, document, CLIENT_TYPES));
}

/** Bytes of a transaction in JSON, in hex. */
function encoded(json: string): string {
  const document = fromJson(Tx, JSON.parse(json), { registry: CLIENT_TYPES });
  return toHex(
    TxRaw.encode({
      bodyBytes: TxBody.encode(document.body!),
      authInfoBytes: AuthInfo.encode(document.authInfo!),
      signatures: document.signatures,
    }),
  );
}

function place({ accountNumber, sequence }: { accountNumber: string; sequence: string }): string[] {
  return [...OFFLINE, "-a", accountNumber, "-s", sequence];
}

/** Documents whose fee somebody else has to pay are signed by two. */
const BY_ONE = AMINO_VECTORS.docs.filter(
  ({ signBytes }) => !/"payer"|"address":""/.test(signBytes),
);

describe("tx sign", () => {
  test("gives the transactions that the Cosmos SDK signs, byte for byte, in amino JSON", async () => {
    expect(BY_ONE.length).toBeGreaterThan(8);
    for (const vector of BY_ONE) {
      const path = file("tx.json", unsigned(vector.txBytes));
      const words = ["sign", path, "--from", "k0", "--sign-mode", "amino-json", ...place(vector)];
      const outcome = await tx(words);
      // The multi-send of the vectors has a receiver that gets nothing; signing asks for no sense.
      expect([vector.name, outcome.stderr]).toEqual([vector.name, ""]);
      expect([vector.name, encoded(outcome.stdout)]).toEqual([vector.name, vector.txBytes]);
    }
  });

  test("gives the same in direct mode, from standard input, into a file", async () => {
    const [vector] = SDK_VECTORS.txs;
    const out = join(home, "signed.json");
    const words = ["sign", "-", "--from", own, ...place(vector!), "--output-document", out];
    expect(await done(words, unsigned(vector!.direct.txBytes))).toBe("");
    expect(encoded(readFileSync(out, "utf8"))).toBe(vector!.direct.txBytes);
  });

  test("prints the signature alone in the SDK's form", async () => {
    const [vector] = AMINO_VECTORS.docs;
    const path = file("tx.json", unsigned(vector!.txBytes));
    const words = ["sign", path, "--from", "k0", "--sign-mode", "amino-json", "--signature-only"];
    const { signatures } = JSON.parse(await done([...words, ...place(vector!)])) as JsonObject;
    expect(signatures).toEqual([
      {
        public_key: {
          "@type": "/cosmos.crypto.secp256k1.PubKey",
          key: Buffer.from(keyring.get("k0").publicKey).toString("base64"),
        },
        data: {
          single: {
            mode: "SIGN_MODE_LEGACY_AMINO_JSON",
            signature: Buffer.from(vector!.signature, "hex").toString("base64"),
          },
        },
        sequence: vector!.sequence,
      },
    ]);
  });

  test("lets several signers sign one after the other, in whatever order", async () => {
    const message = (from: string) =>
      pack(MsgSend, {
        fromAddress: from,
        toAddress: BOB,
        amount: [{ denom: "unes", amount: "1" }],
      });
    const other = formatAddress("account", keyring.get("k1").address);
    const body = TxBody.create({ messages: [message(own), message(other)] });
    const authInfo = AuthInfo.create({ fee: { amount: [], gasLimit: 9n, payer: "", granter: "" } });
    const document = toJson(Tx, { body, authInfo, signatures: [] }, CLIENT_TYPES);
    const path = file("tx.json", JSON.stringify(document));
    const words = (from: string) => ["sign", "-", "--from", from, ...OFFLINE, "-a", "1", "-s", "2"];
    const [ab, ba] = await Promise.all(
      [
        ["k0", "k1"],
        ["k1", "k0"],
      ].map(async ([first, second]) => {
        const once = await done(words(first!), readFileSync(path, "utf8"));
        return done(words(second!), once);
      }),
    );
    expect(ab).toBe(ba);
    expect((JSON.parse(ab!) as JsonObject)["signatures"]).toHaveLength(2);
    // Signing again changes nothing; with --overwrite the others are gone.
    expect(await done(words("k0"), ab)).toBe(ab);
    const alone = await done([...words("k0"), "--overwrite"], ab);
    expect((JSON.parse(alone) as JsonObject)["signatures"]).toHaveLength(1);
    const direct = await tx([...words("k0"), "--sign-mode", "direct"], ab);
    expect(direct.stderr).toContain("several signers sign amino-json, not direct");
  });
});

describe("tx multisign", () => {
  const vector = { ...SDK_VECTORS.multisigTx };

  async function signatures(path: string): Promise<string[]> {
    const files: string[] = [];
    for (const from of ["k2", "k0"]) {
      const out = join(home, `${from}.json`);
      const words = ["sign", path, "--from", from, "--multisig", "all", ...place(vector)];
      expect(await done([...words, "--output-document", out])).toBe("");
      files.push(out);
    }
    return files;
  }

  test("joins signatures to the transaction that the Cosmos SDK makes of them", async () => {
    const path = file("tx.json", unsigned(vector.txBytes));
    const files = await signatures(path);
    const joined = await done(["multisign", path, "all", ...files, ...place(vector)]);
    expect(encoded(joined)).toBe(vector.txBytes);
    const address = formatAddress("account", keyring.get("all").address);
    expect(await done(["multi-sign", path, address, ...files, ...place(vector)])).toBe(joined);
    const words = ["multisign", path, "all", ...files, ...place(vector), "--signature-only"];
    const alone = JSON.parse(await done(words)) as { signatures: JsonObject[] };
    expect(alone.signatures[0]).toMatchObject({
      public_key: { "@type": "/cosmos.crypto.multisig.LegacyAminoPubKey", threshold: 2 },
      data: { multi: { bitarray: { extra_bits_stored: 3, elems: "oA==" } } },
      sequence: "5",
    });
  });

  test("refuses what is not signed enough, or otherwise than it must be", async () => {
    const path = file("tx.json", unsigned(vector.txBytes));
    const [first, second] = (await signatures(path)) as [string, string];
    const foreign = await Keyring.open(home, "test", () => Promise.resolve("")).add(
      "k5",
      deriveAccount(MNEMONIC, 5).privateKey,
    );
    const bytes = foreign.publicKey;
    const text = readFileSync(first, "utf8");
    const alien = file(
      "alien.json",
      text.replace(/"key": *"[^"]*"/, `"key": "${Buffer.from(bytes).toString("base64")}"`),
    );
    const direct = file("direct.json", text.replace("LEGACY_AMINO_JSON", "DIRECT"));
    const at = (...words: string[]) => ["multisign", path, ...words, ...place(vector)];
    const late = [...OFFLINE, "-a", vector.accountNumber, "-s", "6"];
    const cases: ReadonlyArray<readonly [readonly string[], string]> = [
      [at("all", first), "1 of the 2 signatures that are needed"],
      [at("all", first, first), "1 of the 2 signatures that are needed"],
      [at("all", first, alien), "alien.json: its key is not of the multisig all"],
      [at("all", first, direct), "direct.json: not the amino-json signature of one key"],
      [["multisign", path, "all", first, second, ...late], "is not for this transaction"],
      [at("k0", first, second), "k0 is a single key, not a multisig"],
      [at("all", path, second), "tx.json: not signatures as"],
      [at("all"), "missing required argument 'signatures'"],
    ];
    for (const [words, problem] of cases) {
      const outcome = await tx(words);
      expect(outcome.stderr).toContain(problem);
      expect([outcome.code, outcome.stdout]).toEqual([2, ""]);
    }
  });
});

describe("signing is refused", () => {
  const [vector] = AMINO_VECTORS.docs;
  const SIGN = ["sign", "TX", "--from", "k0", ...place(vector!)];

  test.each([
    [
      "a file that is not there",
      ["sign", "nowhere.json", "--from", "k0", ...place(vector!)],
      "nowhere.json",
      2,
    ],
    ["text that is no JSON", ["sign", "TEXT", "--from", "k0", ...place(vector!)], "not JSON", 2],
    [
      "JSON that is no transaction",
      ["sign", "JSON", "--from", "k0", ...place(vector!)],
      "not a transaction",
      2,
    ],
    [
      "a transaction without a fee",
      ["sign", "BARE", "--from", "k0", ...place(vector!)],
      "without body, auth_info or fee",
      2,
    ],
    [
      "somebody who is no signer",
      ["sign", "TX", "--from", "k1", ...place(vector!)],
      "signs nothing in this transaction; its signers are nesa1",
      2,
    ],
    ["an unknown key", ["sign", "TX", "--from", "kx", ...place(vector!)], "no key called kx", 1],
    [
      "a multisig that signs itself",
      ["sign", "TX", "--from", "all", ...place(vector!)],
      "signs nothing in this transaction",
      2,
    ],
    ["a single key as a multisig", [...SIGN, "--multisig", "k1"], "k1 is a single key", 2],
    [
      "direct mode for a multisig",
      [
        "sign",
        "MULTI",
        "--from",
        "k0",
        "--multisig",
        "all",
        "--sign-mode",
        "direct",
        ...place(vector!),
      ],
      "keys of a multisig sign amino-json",
      2,
    ],
    [
      "--offline without the account",
      ["sign", "TX", "--from", "k0", ...OFFLINE],
      "takes --account-number and --sequence",
      2,
    ],
    [
      "an account without --offline",
      ["sign", "TX", "--from", "k0", "-s", "1", "--chain-id", "c"],
      "go with --offline",
      2,
    ],
    [
      "a mode of another name",
      [...SIGN, "--sign-mode", "textual"],
      "Allowed choices are direct, amino-json",
      2,
    ],
    ["a misspelled flag", [...SIGN, "--sequnce", "1"], "Did you mean --sequence?", 2],
    [
      "nothing on standard input",
      ["sign", "-", "--from", "k0", ...place(vector!)],
      "standard input ended",
      1,
    ],
  ])("%s", async (_name, words, problem, code) => {
    const files: Record<string, string> = {
      TX: unsigned(vector!.txBytes),
      TEXT: "text",
      JSON: '{"body":{"messages":[{"@type":"/x"}]}}',
      BARE: '{"body":{"messages":[]},"auth_info":{},"signatures":[]}',
      MULTI: unsigned(SDK_VECTORS.multisigTx.txBytes),
    };
    const given = words.map((word) => {
      const text = files[word];
      return text === undefined ? word : file(`${word}.json`, text);
    });
    const before = readdirSync(home).sort();
    const outcome = await tx([...given, "--output-document", join(home, "out.json")]);
    expect(outcome.stderr).toContain(problem);
    expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
    expect(readdirSync(home).sort()).toEqual(before);
  });
});

describe("tx broadcast", () => {
  let fake: FakeChainRpc;

  beforeEach(async () => {
    fake = await FakeChainRpc.start();
    fake.chain.fund(own, 3n);
    const status = fake.server.handlers.get("status")!;
    fake.server.handlers.set("status", (params) => {
      if (fake.chain.mempoolSize > 0) fake.makeBlock();
      return status(params);
    });
    fake.chain.messages.set(MsgSend.typeUrl, () => ({ response: pack(MsgSendResponse, {}) }));
  });

  afterEach(async () => {
    await fake.close();
  });

  const node = () => ["--node", fake.server.url];
  const generate = (...flags: string[]) =>
    tx([
      "bank",
      "send",
      "k0",
      BOB,
      "5unes",
      "--generate-only",
      ...node(),
      "--chain-id",
      LIGHT_CHAIN,
      ...flags,
    ]);

  test("sends what was generated and signed, and waits for its block", async () => {
    const generated = await generate("--gas", "60000", "--fees", "7unes");
    const words = ["sign", "-", "--from", "k0", "--chain-id", LIGHT_CHAIN, ...node()];
    const signed = await done(words, generated.stdout);
    const path = file("signed.json", signed);
    const shown = await done(["broadcast", path, ...node()]);
    expect(shown).toMatch(/^code +0\nheight +[0-9]+\nhash +[0-9A-F]{64}\n/);
    const again = await tx(["broadcast", path, ...node(), "-b", "sync"]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("account sequence mismatch, expected 4, got 3");
  });

  test("returns at once on demand, with the hash", async () => {
    const generated = await generate("--gas", "60000", "--fees", "7unes");
    const words = ["sign", "-", "--from", "k0", "--chain-id", LIGHT_CHAIN, ...node()];
    const signed = await done(words, generated.stdout);
    fake.server.handlers.set("broadcast_tx_async", () => ({ code: 0, log: "" }));
    for (const mode of ["sync", "async"]) {
      const flags = ["-b", mode, "-o", "json"];
      const { code, stdout } = await tx(["broadcast", "-", ...node(), ...flags], signed);
      expect([mode, code]).toEqual([mode, 0]);
      const { txhash } = JSON.parse(stdout) as JsonObject;
      expect(txhash).toMatch(/^[0-9A-F]{64}$/);
    }
    expect(fake.server.callsOf("broadcast_tx_async")).toHaveLength(1);
  });

  test("refuses what nobody signed", async () => {
    const generated = await generate("--gas", "60000");
    const { code, stderr } = await tx(["broadcast", "-", ...node()], generated.stdout);
    expect([code, stderr]).toEqual([
      2,
      "error: cli/2 -: is not signed; sign it by `aivmd tx sign`\n",
    ]);
    expect(fake.server.callsOf("broadcast_tx_sync")).toEqual([]);
  });

  test("refuses to sign for another chain than the node serves, or an unknown account", async () => {
    const generated = await generate("--gas", "60000");
    const words = ["sign", "-", "--from", "k0", ...node()];
    const other = await tx([...words, "--chain-id", "other-1"], generated.stdout);
    expect(other.stderr).toContain(`the node serves the chain ${LIGHT_CHAIN}, not other-1`);
    const poor = generated.stdout.replaceAll(
      own,
      formatAddress("account", keyring.get("k2").address),
    );
    const unknown = await tx(
      ["sign", "-", "--from", "k2", ...node(), "--chain-id", LIGHT_CHAIN],
      poor,
    );
    expect(unknown.stderr).toContain("nobody has sent it any coins");
    expect([other.code, unknown.code]).toEqual([1, 1]);
  });

  test("a command signs amino JSON at once on demand", async () => {
    const seen: unknown[] = [];
    fake.chain.beforeCheck = (_body, { signerInfos }) => {
      seen.push(signerInfos[0]?.modeInfo?.single?.mode);
      throw new Error("seen");
    };
    await tx([
      "bank",
      "send",
      "k0",
      BOB,
      "5unes",
      "--sign-mode",
      "amino-json",
      ...node(),
      "--chain-id",
      LIGHT_CHAIN,
    ]);
    expect(seen).toEqual([127]);
  });
});

describe("--offline", () => {
  const send = ["bank", "send", "k0", BOB, "5unes", "--offline"];

  test("generates without a node", async () => {
    const words = [...send, "--generate-only", "--gas", "60000", "--node", "tcp://localhost:1"];
    const document = JSON.parse(await done([...words, "--fees", "7unes"])) as JsonObject;
    expect(document["auth_info"]).toMatchObject({ fee: { gas_limit: "60000" } });
    const free = JSON.parse(await done(words)) as { auth_info: { fee: { amount: unknown[] } } };
    expect(free.auth_info.fee.amount).toEqual([]);
    const treasury = ["bank", "send", "all", BOB, "5unes", "--offline", "--generate-only"];
    expect(await done([...treasury, "--gas", "9"])).toContain(
      formatAddress("account", keyring.get("all").address),
    );
  });

  test.each([
    ["sending", send, "--offline sends nothing"],
    ["a simulation", [...send, "--generate-only"], "--offline takes --gas with a number"],
    [
      "what only a node knows",
      [
        "distribution",
        "withdraw-all-rewards",
        "--from",
        "k0",
        "--offline",
        "--generate-only",
        "--gas",
        "9",
      ],
      "takes what only a node knows",
    ],
    [
      "a multisig that sends at once",
      ["bank", "send", "all", BOB, "5unes", "--offline"],
      "--offline sends nothing",
    ],
  ])("is refused for %s", async (_name, words, problem) => {
    const { code, stdout, stderr } = await tx(words);
    expect(stderr).toContain(problem);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("the help of every command shows an example", async () => {
  for (const name of ["sign", "multisign", "broadcast"]) {
    const { stdout } = await tx([name, "--help"]);
    expect(stdout).toContain(`$ aivmd tx ${name} `);
  }
});
