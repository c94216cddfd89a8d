import { storeKeyList } from "#app/stores.js";
import { Context } from "#core/baseapp/context.js";
import type { JsonObject } from "#core/codec/json.js";
import { openStore } from "#core/store/multistore.js";
import { looseWiring } from "../scenario/start.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";

/** A chain that begins with the exported state has that state, and every invariant holds of it. */
export function checkExport(world: World): void {
  const exported = exportOf(world);
  const wiring = looseWiring();
  const { chainId } = world;
  const store = openStore({ memory: true, stores: storeKeyList(wiring.stores), chainId });
  const branch = store.branch();
  const { header } = world.context();
  const begun = { ...header, height: header.height + 1n };
  const genesis = new Context({ header: begun, mode: "genesis", branch });
  wiring.modules.initGenesis(genesis, new Map(Object.entries(exported)));
  const ctx = new Context({ header, mode: "query", branch });
  const again = wiring.modules.exportGenesis(ctx);
  for (const [name, section] of Object.entries(exported)) {
    const [before, after] = [section, again[name]].map((json) => JSON.stringify(json));
    demand(before === after, "exports-rebuild", () => `${name} differs:\n${before}\n${after}`);
  }
  for (const { name, check } of wiring.modules.invariants()) {
    const problem = check(ctx);
    demand(problem === undefined, "exports-rebuild", () => `${name}: ${problem ?? ""}`);
  }
  store.close();
}

/** As a genesis file has it, through JSON text. */
function exportOf(world: World): JsonObject {
  const { modules } = world.network.observer.wiring;
  return JSON.parse(JSON.stringify(modules.exportGenesis(world.context()))) as JsonObject;
}
