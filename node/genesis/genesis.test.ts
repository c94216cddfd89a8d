import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { formatAddress } from "#core/crypto/address.js";
import { ed25519PublicKey } from "#core/crypto/ed25519.js";
import { domainHash } from "#core/crypto/hash.js";
import { fromBase64, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { Keyring } from "../keyring/keyring.js";
import { collectGenesisTxs, writeGenesisTx } from "./collectGenesisTxs.js";
import { createGenesis, genesisModules } from "./createGenesis.js";
import { accountExists, badChainId, badGenesisTx, invalidGenesisFile } from "./errors.js";
import { addGenesisAccount } from "./genesisAccounts.js";
import { type GenesisDoc, readGenesisDoc, writeGenesisDoc } from "./genesisDoc.js";
import { createGenesisTx } from "./genesisTx.js";
import { validateGenesisDoc } from "./validateGenesis.js";

const CHAIN_ID = "aivm-test-1";
const TIME = new Date("2026-01-02T03:04:05.678Z");
const modules = genesisModules();

function secret(name: string): Uint8Array {
  return domainHash("test/genesis", utf8(name));
}

function fresh(chainId = CHAIN_ID): GenesisDoc {
  return createGenesis(modules, { chainId, time: TIME });
}

async function keyringWith(name: string): Promise<Keyring> {
  const keyring = Keyring.open(dirname(temporaryFile()), "test", () => Promise.resolve(""));
  await keyring.add(name, secret(name));
  return keyring;
}

async function genesisTx(name: string, change: { stake?: bigint; chainId?: string } = {}) {
  const keyring = await keyringWith(name);
  const validator = {
    chainId: CHAIN_ID,
    moniker: name,
    stake: 1_000_000n,
    consensusKey: ed25519PublicKey(secret(`${name}/consensus`)),
    vrfSeed: secret(`${name}/vrf`),
    peer: `${name}@127.0.0.1:26656`,
    ...change,
  };
  const account = formatAddress("account", keyring.get(name).address);
  return { account, tx: await createGenesisTx(validator, keyring, name) };
}

/** A genesis with one validator for each name, and the folder of their transactions. */
async function collected(...names: readonly string[]): Promise<GenesisDoc> {
  let doc = fresh();
  const folder = dirname(temporaryFile());
  for (const name of names) {
    const { account, tx } = await genesisTx(name);
    doc = addGenesisAccount(doc, modules, { address: account, coins: [coin("unes", 5_000_000n)] });
    writeGenesisTx(folder, name, tx);
  }
  return collectGenesisTxs(doc, folder).doc;
}

describe("a new genesis", () => {
  test("has a random beacon, metadata of the denominations and vote extensions from the start", () => {
    const [one, other] = [fresh(), fresh()];
    const beaconOf = (doc: GenesisDoc): Uint8Array | undefined => {
      const { beacon } = (doc.app_state["inference"] as JsonObject)["beacon"] as JsonObject;
      return fromBase64(beacon as string);
    };
    expect(beaconOf(one)).toHaveLength(32);
    expect(beaconOf(one)).not.toEqual(beaconOf(other));
    expect(one.consensus_params["abci"]).toEqual({ vote_extensions_enable_height: "1" });
    const bank = one.app_state["bank"] as JsonObject;
    expect(bank["denom_metadata"]).toMatchObject([{ base: "unes", display: "nes" }]);
    const { params } = one.app_state["kernel"] as { params: { engines: string[] } };
    expect(params.engines.map((engine) => engine.split("/")[0]).toSorted()).toEqual([
      "ort-native",
      "ort-wasm",
      "quickjs",
    ]);
  });

  test.each(["", "aivm", "aivm-0", "aivm-", "1aivm-1", `${"a".repeat(49)}-1`, "aivm 1-1"])(
    "refuses the chain id %j",
    (chainId) => {
      expect(badChainId.is(caught(() => fresh(chainId)))).toBe(true);
    },
  );

  test("is read back as it was written", () => {
    const path = temporaryFile("genesis.json");
    writeGenesisDoc(path, fresh());
    const again = readGenesisDoc(path);
    writeGenesisDoc(`${path}.2`, again);
    expect(readFileSync(`${path}.2`, "utf8")).toBe(readFileSync(path, "utf8"));
  });
});

describe("accounts", () => {
  test("are added once", async () => {
    const { account } = await genesisTx("amy");
    const coins = [coin("unes", 7n)];
    const doc = addGenesisAccount(fresh(), modules, { address: account, coins });
    expect(doc.app_state["bank"]).toMatchObject({ balances: [{ address: account, coins }] });
    const again = caught(() => addGenesisAccount(doc, modules, { address: account, coins }));
    expect(accountExists.is(again)).toBe(true);
  });

  test.each([[[coin("unes", 0n)]], [[coin("unes", 1n), coin("atom", 1n)]]])(
    "with the coins %j are refused",
    async (coins) => {
      const { account } = await genesisTx("amy");
      const error = caught(() => addGenesisAccount(fresh(), modules, { address: account, coins }));
      expect(invalidGenesisFile.is(error)).toBe(true);
    },
  );

  test("with an operator's address are refused", () => {
    const address = formatAddress("operator", new Uint8Array(20) as never);
    const error = caught(() => addGenesisAccount(fresh(), modules, { address, coins: [] }));
    expect(error).toBeInstanceOf(ChainError);
  });
});

describe("genesis transactions", () => {
  test("make validators, in order of power, and name their peers", async () => {
    const folder = dirname(temporaryFile());
    let doc = fresh();
    for (const [index, name] of ["amy", "bob"].entries()) {
      const { account, tx } = await genesisTx(name, { stake: BigInt(index + 1) * 1_000_000n });
      doc = addGenesisAccount(doc, modules, {
        address: account,
        coins: [coin("unes", 5_000_000n)],
      });
      writeGenesisTx(folder, name, tx);
    }
    writeFileSync(join(folder, "notes.txt"), "not a transaction");
    const result = collectGenesisTxs(doc, folder);
    expect(result.peers).toEqual(["amy@127.0.0.1:26656", "bob@127.0.0.1:26656"]);
    const powers = validateGenesisDoc(result.doc).map(({ power }) => power);
    expect(powers.sort()).toEqual([1n, 2n]);
  });

  test("are collected anew each time", async () => {
    const doc = await collected("amy", "bob");
    const again = collectGenesisTxs(doc, "/nonexistent").doc;
    expect(again.app_state["genutil"]).toEqual({ gen_txs: [] });
  });

  test("of the same operator are refused", async () => {
    const folder = dirname(temporaryFile());
    const { tx } = await genesisTx("amy");
    writeGenesisTx(folder, "a", tx);
    writeGenesisTx(folder, "b", tx);
    const error = caught(() => collectGenesisTxs(fresh(), folder));
    expect(badGenesisTx.is(error)).toBe(true);
    expect(String(error)).toContain("gentx-a.json has operator nesavaloper1");
  });

  test("that create no validator are refused", async () => {
    const folder = dirname(temporaryFile());
    const { tx } = await genesisTx("amy");
    const json = structuredClone(tx) as { body: { messages: unknown[] } };
    json.body.messages.shift();
    writeGenesisTx(folder, "amy", json);
    const error = caught(() => collectGenesisTxs(fresh(), folder));
    expect(badGenesisTx.is(error)).toBe(true);
  });

  test("that are malformed are refused with file and field", () => {
    const folder = dirname(temporaryFile());
    writeGenesisTx(folder, "amy", { body: { memos: "x" } });
    const error = caught(() => collectGenesisTxs(fresh(), folder));
    expect(String(error)).toContain("gentx-amy.json.body.memos");
  });
});

describe("validation", () => {
  test("accepts a genesis that starts a chain", async () => {
    expect(validateGenesisDoc(await collected("amy"))).toHaveLength(1);
  });

  const params = (section: string, change: JsonObject) => (doc: GenesisDoc) => {
    const old = doc.consensus_params[section] as JsonObject;
    return {
      ...doc,
      consensus_params: { ...doc.consensus_params, [section]: { ...old, ...change } },
    };
  };
  const state = (section: string, change: JsonObject) => (doc: GenesisDoc) => {
    const old = doc.app_state[section] as JsonObject;
    return { ...doc, app_state: { ...doc.app_state, [section]: { ...old, ...change } } };
  };
  const bad: ReadonlyArray<readonly [string, (doc: GenesisDoc) => GenesisDoc]> = [
    ["a chain id is", (doc) => ({ ...doc, chain_id: "x" })],
    ["genesis_time: is not an RFC 3339 time", (doc) => ({ ...doc, genesis_time: "today" })],
    ["initial_height: is not a positive", (doc) => ({ ...doc, initial_height: "0" })],
    ["consensus_params.block.max_bytes: is not from", params("block", { max_bytes: "1000" })],
    ["consensus_params.block.max_bytes: is not a text", params("block", { max_bytes: 5_000_000 })],
    ["consensus_params.block.max_gas: is not a positive", params("block", { max_gas: "-2" })],
    ["vote_extensions_enable_height", params("abci", { vote_extensions_enable_height: "2" })],
    ["app_state.genutil.gen_txs: no transaction", state("genutil", { gen_txs: [] })],
    ["app_state.bank.balance", state("bank", { balance: [] })],
    ["app_state.ibc", (doc) => ({ ...doc, app_state: { ...doc.app_state, ibc: {} } })],
    ["genesis transaction failed (at gen_txs[0]", state("bank", { balances: [] })],
  ];
  test.each(bad)("names %s", async (sentence, change) => {
    const valid = await collected("amy");
    const error = caught(() => validateGenesisDoc(change(valid)));
    expect(error).toBeInstanceOf(ChainError);
    expect(String(error)).toContain(sentence);
  });

  test("refuses a transaction that was signed for another chain", async () => {
    const { account, tx } = await genesisTx("amy", { chainId: "other-1" });
    const coins = [coin("unes", 5_000_000n)];
    const doc = addGenesisAccount(fresh(), modules, { address: account, coins });
    const folder = dirname(temporaryFile());
    writeGenesisTx(folder, "amy", tx);
    const error = caught(() => validateGenesisDoc(collectGenesisTxs(doc, folder).doc));
    expect(String(error)).toContain("genesis transaction failed (at gen_txs[0]");
  });
});
