import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { formatAddress } from "#core/crypto/address.js";
import { findComet } from "#node/comet/cometBinary.js";
import { badChainId } from "#node/genesis/errors.js";
import { readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { validateGenesisDoc } from "#node/genesis/validateGenesis.js";
import { readAppConfig } from "#node/home/appConfig.js";
import { readClientConfig } from "#node/home/clientConfig.js";
import { readCometConfig } from "#node/home/cometConfig.js";
import { Keyring } from "#node/keyring/keyring.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { badValidatorCount, folderNotEmpty } from "./errors.js";
import { initTestnetFiles, type Testnet, type TestnetOptions } from "./initFiles.js";
import { TEST_STAKE } from "./testGenesis.js";

const CHAIN_ID = "aivm-files-1";

function options(change: Partial<TestnetOptions> = {}): TestnetOptions {
  return {
    folder: join(dirname(temporaryFile()), "network"),
    validators: 2,
    chainId: CHAIN_ID,
    time: new Date("2026-01-02T03:04:05Z"),
    comet: findComet(process.env),
    ...change,
  };
}

function keyringOf(net: Testnet, index: number): Keyring {
  return Keyring.open(net.nodes[index]!.home.root, "test", () => Promise.resolve(""));
}

describe("the files of a test network", () => {
  test("are a home for each validator and one genesis that starts a chain with all of them", async () => {
    const net = await initTestnetFiles(options({ validators: 3 }));
    const texts = net.nodes.map(({ home }) => readFileSync(home.genesis, "utf8"));
    expect(new Set(texts).size).toBe(1);
    const powers = validateGenesisDoc(readGenesisDoc(net.nodes[0]!.home.genesis));
    expect(powers.map(({ power }) => power)).toEqual([1, 2, 3].map(() => TEST_STAKE / 1_000_000n));
  });

  test("give node i its ports and the addresses of the others", async () => {
    const { nodes } = await initTestnetFiles(options());
    const [, second] = nodes;
    const comet = readCometConfig(second!.home.cometConfig);
    const app = readAppConfig(second!.home.appConfig);
    const client = readClientConfig(second!.home.clientConfig);
    const ports = [comet.p2p, comet.rpc, comet.metrics, app.telemetry.endpoint, client.node];
    expect(ports.map((endpoint) => endpoint?.port)).toEqual([26666, 26667, 26670, 9465, 26667]);
    expect([app.grpc.endpoint.port, app.api.endpoint.port]).toEqual([9091, 1318]);
    expect(client.chainId).toBe(CHAIN_ID);
    const peers = nodes.map(
      ({ home }) =>
        /^persistent_peers = "(.*)"$/m.exec(readFileSync(home.cometConfig, "utf8"))?.[1],
    );
    expect(peers).toEqual([
      expect.stringMatching(/^[0-9a-f]{40}@127\.0\.0\.1:26666$/),
      expect.stringMatching(/^[0-9a-f]{40}@127\.0\.0\.1:26656$/),
    ]);
  });

  test("hold an operator's key of each node's own and the key of the funded account", async () => {
    const net = await initTestnetFiles(options());
    const [first, second] = [keyringOf(net, 0), keyringOf(net, 1)];
    expect(first.list().map(({ name }) => name)).toEqual(["operator", "user"]);
    expect(first.get("operator").address).not.toEqual(second.get("operator").address);
    const user = formatAddress("account", second.get("user").address);
    expect(user).toBe(net.user.address);
    const bank = readGenesisDoc(net.nodes[0]!.home.genesis).app_state["bank"];
    expect((bank as JsonObject)["balances"]).toContainEqual({
      address: user,
      coins: [{ denom: "unes", amount: "10000000000000" }],
    });
  });

  test("are of the mnemonic, the ports, the settings and the genesis that are asked for", async () => {
    const mnemonic =
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    const ports = { p2p: 1, rpc: 2, cometMetrics: 3, telemetry: 4, grpc: 5, rest: 6 };
    const { nodes, user } = await initTestnetFiles(
      options({
        validators: 1,
        userMnemonic: mnemonic,
        ports: [ports],
        cometSettings: [["consensus.timeout_commit", "111ms"]],
        appSettings: [["inference.children", 2]],
        adaptGenesis: (doc) => ({ ...doc, genesis_time: "2027-01-01T00:00:00Z" }),
      }),
    );
    const { home } = nodes[0]!;
    expect(readCometConfig(home.cometConfig).rpc?.port).toBe(2);
    expect(readFileSync(home.cometConfig, "utf8")).toContain('timeout_commit = "111ms"');
    expect(readAppConfig(home.appConfig).inference.children).toBe(2);
    expect(readGenesisDoc(home.genesis).genesis_time).toBe("2027-01-01T00:00:00Z");
    expect(user.mnemonic).toBe(mnemonic);
  });
});

describe("files are refused and nothing is written", () => {
  test.each([0, 11, 1.5])("for %d validators", async (validators) => {
    const wrong = options({ validators });
    await expect(initTestnetFiles(wrong)).rejects.toSatisfy(badValidatorCount.is);
    expect(existsSync(wrong.folder)).toBe(false);
  });

  test("for a chain id that is none", async () => {
    const wrong = options({ chainId: "aivm" });
    await expect(initTestnetFiles(wrong)).rejects.toSatisfy(badChainId.is);
    expect(existsSync(wrong.folder)).toBe(false);
  });

  test("into a folder that holds something", async () => {
    const folder = dirname(temporaryFile());
    writeFileSync(join(folder, "note.txt"), "mine");
    await expect(initTestnetFiles(options({ folder }))).rejects.toSatisfy(folderNotEmpty.is);
    expect(readdirSync(folder)).toEqual(["note.txt"]);
  });
});
