import { existsSync } from "node:fs";
import { storeKeyList } from "#app/stores.js";
import { wire, type Wiring } from "#app/wiring.js";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { noAggregator } from "#server/query/noAggregator.js";
import { awaitPreviousComet } from "../comet/previousComet.js";
import { type GenesisDoc, readGenesisDoc } from "../genesis/genesisDoc.js";
import { homeFile } from "../home/errors.js";
import { HomeLock } from "../home/homeLock.js";
import type { HomePaths } from "../home/homePaths.js";

/** The state of a node that does not run, and the means to read it. */
export interface HeldState {
  readonly store: Store;
  readonly wiring: Wiring;
  readonly genesis: GenesisDoc;
}

/**
 * Gives `work` the state of a home and keeps everybody else away meanwhile. Fails with `home/4` while
 * the node runs, `home/2` where there is no state, and with errors of the store.
 */
export async function withHeldState<T>(
  home: HomePaths,
  work: (state: HeldState) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(home.state)) {
    const advice = "`aivmd start` makes it; is --home the right folder?";
    throw homeFile({ path: home.state, problem: "does not exist", advice });
  }
  const lock = HomeLock.acquire(home.lock);
  try {
    await awaitPreviousComet(home.cometProcess);
    return await withStore(home, work);
  } finally {
    lock.release();
  }
}

async function withStore<T>(
  home: HomePaths,
  work: (state: HeldState) => T | Promise<T>,
): Promise<T> {
  const genesis = readGenesisDoc(home.genesis);
  const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
  const stores = storeKeyList(wiring.stores);
  const store = openStore({ path: home.state, stores, chainId: genesis.chain_id });
  try {
    return await work({ store, wiring, genesis });
  } finally {
    store.close();
  }
}
