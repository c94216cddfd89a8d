import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { homePaths, type HomePaths } from "#node/home/homePaths.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { fakeComet } from "#test/harness/fakeComet.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { registerInit } from "../init.js";
import { registerKeys } from "../keys/register.js";
import { registerGenesis } from "./register.js";

const GROUPS = [registerInit, registerKeys, registerGenesis];

interface Node {
  readonly home: HomePaths;
  /** Runs a command; words are split at blanks. */
  readonly run: (line: string) => Promise<CommandOutcome>;
}

function emptyHome(): Node {
  const home = homePaths(join(dirname(temporaryFile()), "home"));
  const environment = { COMETBFT: fakeComet() };
  const run = (line: string) =>
    runCommand(GROUPS, [...line.split(" "), "--home", home.root], "", environment);
  return { home, run };
}

async function initialised(): Promise<Node> {
  const node = emptyHome();
  await done(node, "init amy --chain-id aivm-test-1 --keyring-backend test");
  await done(node, "keys add amy");
  return node;
}

async function done({ run }: Node, line: string): Promise<string> {
  const { code, stdout, stderr } = await run(line);
  expect([line, code, stderr.includes("error:")]).toEqual([line, 0, false]);
  return stdout;
}

async function failed({ run, home }: Node, line: string): Promise<string> {
  const before = readFileSync(home.genesis, "utf8");
  const { code, stderr } = await run(line);
  expect(code).not.toBe(0);
  expect(readFileSync(home.genesis, "utf8")).toBe(before);
  return stderr;
}

function appState({ home }: Node): JsonObject {
  return (JSON.parse(readFileSync(home.genesis, "utf8")) as { app_state: JsonObject }).app_state;
}

describe("from nothing to a genesis file", () => {
  test("init, an account, a validator, and the file starts a chain", async () => {
    const node = await initialised();
    await done(node, "genesis add-account amy 5000000unes,7other");
    await done(node, "genesis gentx amy 2000000unes --ip 203.0.113.7 --commission-rate 0.05");
    await done(node, "genesis collect");
    expect(await done(node, "genesis validate")).toContain("starts with 1 validator");
    const { genutil, bank } = appState(node) as Record<string, JsonObject>;
    const [tx] = genutil!["gen_txs"] as JsonObject[];
    expect(tx).toMatchObject({
      body: {
        memo: "65f57b11ef666a4994c63d98644555187449e228@203.0.113.7:26656",
        messages: [
          {
            commission: { rate: "0.050000000000000000" },
            description: { moniker: "amy" },
            value: { denom: "unes", amount: "2000000" },
          },
          {},
        ],
      },
    });
    expect(bank).toMatchObject({ balances: [{ coins: [{ denom: "other" }, { denom: "unes" }] }] });
    expect(readFileSync(node.home.cometConfig, "utf8")).toContain('persistent_peers = ""');
  });

  test("a file that init takes is checked and names its chain", async () => {
    const node = await initialised();
    await done(node, "genesis add-account amy 5000000unes");
    await done(node, "genesis gentx amy 2000000unes");
    const other = emptyHome();
    const line = `init bea --genesis ${node.home.genesis}`;
    expect((await other.run(line)).stderr).toContain("no transaction creates a validator");
    await done(node, "genesis collect");
    expect((await other.run(`${line} --chain-id aivm-test-2`)).code).toBe(2);
    await done(other, line);
    expect(readFileSync(other.home.genesis, "utf8")).toBe(readFileSync(node.home.genesis, "utf8"));
  });

  test("init needs a chain id that is one", async () => {
    expect((await emptyHome().run("init amy")).code).toBe(2);
    const { code, stderr } = await emptyHome().run("init amy --chain-id nameless");
    expect([code, stderr]).toEqual([1, expect.stringContaining("genesisfile/4")]);
  });
});

describe("bad input leaves the genesis file as it was:", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ["genesis add-account bea 5unes", "neither an address nor the name of a key"],
    ["genesis add-account nesa1qqqq 5unes", "error: sdk/7 "],
    ["genesis add-account amy 5", "5: must be coins such as 5unes"],
    ["genesis add-account amy 5unes,6unes", "each denomination stands once"],
    ["genesis add-account amy 0unes", "coins are positive"],
    ["genesis gentx amy 5other", "a stake is a positive amount such as 100000000unes"],
    ["genesis gentx amy 0unes", "a stake is a positive amount"],
    ["genesis gentx bea 5unes", "error: keyring/2 "],
    ["genesis gentx amy 5unes --commission-rate 1.1", "It must be a decimal from 0 to 1"],
    ["genesis collect", "no transaction creates a validator"],
    ["genesis validate /nonexistent.json", "/nonexistent.json: does not exist"],
  ];
  test.each(cases)("%s", async (line, sentence) => {
    expect(await failed(await initialised(), line)).toContain(sentence);
  });

  test("an account that is there already", async () => {
    const node = await initialised();
    await done(node, "genesis add-account amy 5unes");
    expect(await failed(node, "genesis add-account amy 5unes")).toContain("genesisfile/3");
  });

  test("a validator without the coins that it stakes", async () => {
    const node = await initialised();
    await done(node, "genesis add-account amy 5unes");
    await done(node, "genesis gentx amy 2000000unes");
    expect(await failed(node, "genesis collect")).toContain("gen_txs[0]");
  });
});

test("collecting makes the others peers, and takes transactions from any folder", async () => {
  const [node, other] = [await initialised(), await initialised()];
  await done(node, "genesis add-account amy 5000000unes");
  await done(node, "genesis gentx amy 2000000unes --ip 203.0.113.7");
  const folder = join(other.home.root, "elsewhere");
  mkdirSync(folder);
  const file = "gentx-65f57b11ef666a4994c63d98644555187449e228.json";
  copyFileSync(join(node.home.genesisTxs, file), join(folder, file));
  copyFileSync(node.home.genesis, other.home.genesis);
  const text = await done(other, `genesis collect --gentx-dir ${folder} --output json`);
  // Both homes have the same node key, so nobody else is to be dialled.
  expect(JSON.parse(text)).toEqual({ validators: 1, peers: [] });
});
