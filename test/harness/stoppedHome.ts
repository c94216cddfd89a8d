import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { storeKeyList } from "#app/stores.js";
import { wire } from "#app/wiring.js";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import { toHex } from "#core/primitives/bytes.js";
import { openStore } from "#core/store/multistore.js";
import { createGenesis, genesisModules } from "#node/genesis/createGenesis.js";
import { writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { type HomePaths, homePaths } from "#node/home/homePaths.js";
import { inertAggregator } from "./aggregators.js";
import { temporaryFile } from "./temporaryFile.js";

/** Its chain. */
export const CHAIN_ID = "aivm-test-1";

/** A home of a node that does not run, whose state has so many versions, and their app hashes. */
export function homeWith(versions: number): {
  readonly home: HomePaths;
  readonly hashes: string[];
} {
  const home = homePaths(join(dirname(temporaryFile()), "home"));
  mkdirSync(home.dataFolder, { recursive: true });
  const time = new Date("2026-01-02T03:04:05Z");
  writeGenesisDoc(home.genesis, createGenesis(genesisModules(), { chainId: CHAIN_ID, time }));
  const store = openState(home);
  const hashes: string[] = [];
  for (let version = 1n; version <= BigInt(versions); version++) {
    const branch = store.branch();
    chainState.setBlockTime(branch.kv(CHAIN_STORE), version);
    store.stage(branch, version);
    hashes.push(toHex(store.commit().appHash));
  }
  store.close();
  return { home, hashes };
}

/** Opens its state. */
export function openState(home: HomePaths) {
  const { stores } = wire({
    aggregator: inertAggregator,
    minGasPrices: [],
    onFault: () => undefined,
  });
  return openStore({ path: home.state, stores: storeKeyList(stores), chainId: CHAIN_ID });
}
