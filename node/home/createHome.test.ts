import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { caught } from "#test/harness/caught.js";
import { fakeComet } from "#test/harness/fakeComet.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { createGenesis, genesisModules } from "../genesis/createGenesis.js";
import { readGenesisDoc } from "../genesis/genesisDoc.js";
import { readAppConfig } from "./appConfig.js";
import { readClientConfig } from "./clientConfig.js";
import { readCometConfig } from "./cometConfig.js";
import { createHome, type NewHome } from "./createHome.js";
import { alreadyThere, homeFile } from "./errors.js";
import { homePaths } from "./homePaths.js";
import { createProviderKey, readProviderKey, writeProviderKey } from "./providerKey.js";

const GENESIS = createGenesis(genesisModules(), {
  chainId: "aivm-test-1",
  time: new Date("2026-01-02T03:04:05Z"),
  beacon: new Uint8Array(32),
});

function newHome(change: Partial<NewHome> = {}): NewHome {
  return {
    home: homePaths(join(dirname(temporaryFile()), "home")),
    comet: fakeComet(),
    moniker: "amy",
    keyringBackend: "test",
    genesis: GENESIS,
    overwrite: false,
    ...change,
  };
}

describe("a new home", () => {
  test("has settings that can be read, keys for their owner alone, and the genesis file", () => {
    const parts = newHome();
    const { home } = parts;
    expect(createHome(parts)).toBe("65f57b11ef666a4994c63d98644555187449e228");
    expect(readCometConfig(home.cometConfig)).toMatchObject({ moniker: "amy" });
    expect(readFileSync(home.cometConfig, "utf8")).toContain('db_dir = "data/comet"');
    expect(readAppConfig(home.appConfig).minGasPrices).toHaveLength(1);
    expect(readClientConfig(home.clientConfig)).toMatchObject({
      chainId: "aivm-test-1",
      keyringBackend: "test",
    });
    expect(readGenesisDoc(home.genesis)).toEqual(GENESIS);
    expect(statSync(home.providerKey).mode & 0o777).toBe(0o600);
  });

  test("is not made twice, unless settings may be replaced; keys are kept then", () => {
    const parts = newHome();
    const { home } = parts;
    createHome(parts);
    const provider = readProviderKey(home.providerKey);
    const error = caught(() => createHome({ ...parts, moniker: "bea" }));
    expect(alreadyThere.is(error)).toBe(true);
    expect(readCometConfig(home.cometConfig).moniker).toBe("amy");
    createHome({ ...parts, moniker: "bea", overwrite: true });
    expect(readCometConfig(home.cometConfig).moniker).toBe("bea");
    expect(readProviderKey(home.providerKey)).toEqual(provider);
  });

  test("is never made where a chain runs", () => {
    const parts = newHome({ overwrite: true });
    mkdirSync(parts.home.dataFolder, { recursive: true });
    writeFileSync(parts.home.state, "");
    expect(alreadyThere.is(caught(() => createHome(parts)))).toBe(true);
    expect(existsSync(parts.home.configFolder)).toBe(false);
  });

  test("takes keys that were brought along, and gives their validator a fresh sign state", () => {
    const [old, parts] = [newHome(), newHome()];
    createHome(old);
    mkdirSync(parts.home.configFolder, { recursive: true });
    const provider = createProviderKey();
    writeProviderKey(parts.home.providerKey, provider);
    writeFileSync(parts.home.consensusKey, readFileSync(old.home.consensusKey));
    createHome(parts);
    expect(readProviderKey(parts.home.providerKey)).toEqual(provider);
    expect(JSON.parse(readFileSync(parts.home.signState, "utf8"))).toMatchObject({ height: "0" });
  });

  test("refuses keys that cannot be used before anything is written", () => {
    const parts = newHome();
    mkdirSync(parts.home.configFolder, { recursive: true });
    writeFileSync(parts.home.consensusKey, "{}");
    expect(homeFile.is(caught(() => createHome(parts)))).toBe(true);
    expect(existsSync(parts.home.cometConfig)).toBe(false);
    expect(existsSync(parts.home.genesis)).toBe(false);
  });
});
