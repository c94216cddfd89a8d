import { noEarlierVersion } from "./errors.js";
import { diffTrees } from "./iavl/treeDiff.js";
import type { SavedNodes } from "./savedNodes.js";
import type { StateDatabase } from "./sqlite/stateDatabase.js";
import { treeOf } from "./versionReader.js";

/**
 * Takes the last version out of the database, in one transaction: entries go back to what the
 * trees of the version before hold, blobs to what was noted when they were changed.
 */
export function rollBackLast(database: StateDatabase, nodes: SavedNodes): void {
  database.write(() => {
    const last = database.versions.last();
    const target = last === undefined ? undefined : database.versions.find(last.version - 1);
    if (last === undefined || target === undefined) {
      throw noEarlierVersion({ version: last?.version ?? "none" });
    }
    restoreEntries(database, nodes, { from: last.version, target: target.version });
    for (const { store, key, value } of database.blobUndo.take(last.version)) {
      database.blobs.put(store, key, value);
    }
    database.nodes.deleteFrom(last.firstNode);
    database.orphans.delete(last.version);
    database.versions.delete(last.version, last.version);
  });
}

function restoreEntries(
  database: StateDatabase,
  nodes: SavedNodes,
  versions: { readonly from: number; readonly target: number },
): void {
  const targets = database.versions.roots(versions.target);
  for (const { store, node } of database.versions.roots(versions.from)) {
    // A store that the target version does not know was empty then.
    const target = targets.find((row) => row.store === store)?.node;
    for (const { key, value } of diffTrees(treeOf(nodes, node), treeOf(nodes, target))) {
      database.flat.put(store, key, value);
    }
  }
}
