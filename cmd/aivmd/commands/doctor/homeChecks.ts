import { existsSync, statSync } from "node:fs";
import { storeKeyList } from "#app/stores.js";
import { createStoreKeys } from "#app/stores.js";
import { openStoreReader } from "#core/store/multistore.js";
import { checkPorts } from "#node/comet/ports.js";
import { neededPorts } from "#node/daemon/neededPorts.js";
import { readValidatorKeys } from "#node/daemon/validatorKeys.js";
import { readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { readAppConfig } from "#node/home/appConfig.js";
import { readClientConfig } from "#node/home/clientConfig.js";
import { readCometConfig } from "#node/home/cometConfig.js";
import { homeLocked } from "#node/home/errors.js";
import { HomeLock } from "#node/home/homeLock.js";
import type { HomePaths } from "#node/home/homePaths.js";
import { failing, type Finding, findings, sentenceOf } from "./check.js";

/** Bits of a file's mode that give others than its owner anything. */
const FOR_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

/** Whether the home exists, and whether its secrets are its owner's alone. */
export function checkPermissions(home: HomePaths): Finding {
  const check = findings("home");
  if (!existsSync(home.configFolder)) {
    return check.warn(`${home.root} is no home yet`, "run `aivmd init`, or name another --home");
  }
  const secrets = [home.consensusKey, home.nodeKey, home.providerKey].filter(existsSync);
  const readable = secrets.filter((path) => (statSync(path).mode & FOR_OTHERS) !== 0);
  if (readable.length > 0) {
    return check.fail(`others may read ${readable.join(", ")}`, "run `chmod 600` on them");
  }
  const folders = [home.root, home.configFolder, home.dataFolder].filter(existsSync);
  const writable = folders.filter((path) => (statSync(path).mode & WRITABLE_BY_OTHERS) !== 0);
  if (writable.length > 0) {
    return check.fail(`others may write to ${writable.join(", ")}`, "run `chmod 700` on them");
  }
  return check.ok(home.root);
}

/** Whether settings, keys and genesis file can be read. */
export function checkFiles(home: HomePaths): Finding {
  return failing("settings and keys", () => {
    readAppConfig(home.appConfig);
    readCometConfig(home.cometConfig);
    readClientConfig(home.clientConfig);
    readValidatorKeys(home);
    const { chain_id: chainId } = readGenesisDoc(home.genesis);
    return findings("settings and keys").ok(`chain ${chainId}`);
  });
}

/** Whether a node runs on this home. */
export function isRunning(home: HomePaths): boolean {
  if (!existsSync(home.lock)) return false;
  try {
    HomeLock.acquire(home.lock).release();
    return false;
  } catch (error) {
    if (homeLocked.is(error)) return true;
    throw error;
  }
}

/** Whether the ports are free; those of a node that runs are its own. */
export async function checkFreePorts(home: HomePaths, running: boolean): Promise<Finding> {
  const check = findings("ports");
  if (running) return check.ok("the node of this home runs and has them");
  try {
    const ports = neededPorts(
      home,
      readAppConfig(home.appConfig),
      readCometConfig(home.cometConfig),
    );
    await checkPorts(ports);
    return check.ok(`${ports.map(({ endpoint }) => endpoint.port).join(", ")} are free`);
  } catch (error) {
    return check.fail(sentenceOf(error), "do as it says");
  }
}

/** Whether the state can be read by this program and is of the genesis file's chain. */
export function checkState(home: HomePaths): Finding {
  const check = findings("state");
  if (!existsSync(home.state)) return check.ok("none yet");
  return failing("state", () => {
    const stores = storeKeyList(createStoreKeys());
    const chainId = readGenesisDoc(home.genesis).chain_id;
    const reader = openStoreReader({ path: home.state, stores, chainId });
    const height = reader.committed()?.version ?? 0n;
    reader.close();
    return check.ok(`height ${height}`);
  });
}
