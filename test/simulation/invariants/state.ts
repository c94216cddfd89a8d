import { toHex } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";

/** Every invariant that a module states of itself. */
export function checkModules(world: World): void {
  const ctx = world.context();
  for (const { name, check } of world.network.observer.wiring.modules.invariants()) {
    const problem = check(ctx);
    demand(problem === undefined, name, () => problem ?? "");
  }
}

const supplies = new WeakMap<object, bigint>();

/** Nothing mints: penalties burn, so that the supply never grows. */
export function checkSupply(world: World): void {
  const supply = world.keepers.bank.supply(world.context(), "unes");
  const before = supplies.get(world.network) ?? supply;
  demand(supply <= before, "supply-never-grows", () => `from ${before} to ${supply}`);
  supplies.set(world.network, supply);
}

/** The validator set that state keeps for the next heights is the one CometBFT has. */
export function checkSets(world: World): void {
  const ctx = world.context();
  const { staking } = world.keepers;
  for (const height of [world.height, world.height + 1n, world.height + 2n]) {
    const kept = staking
      .consensusSet(ctx, height)
      .map(({ consensusAddress, power }) => `${toHex(consensusAddress)}=${power}`);
    const real = world.network.sets.at(height).map(({ hex, power }) => `${hex}=${power}`);
    demand(
      kept.join() === real.join(),
      "validator-sets-agree",
      () => `${height}: ${kept.join()} / ${real.join()}`,
    );
  }
  checkQueueOrder(world);
}

/** The queue is in order of fee, then height, then id, as the requests say. */
function checkQueueOrder(world: World): void {
  const { inference } = world.keepers;
  const ctx = world.context();
  const queued = [...inference.tables.queue.iterate(ctx.kv(inference.storeKey))].map(([, , id]) =>
    inference.getRequest(ctx, id),
  );
  for (const [index, next] of queued.entries()) {
    const last = queued[index - 1];
    if (last === undefined) continue;
    const order =
      compareBig(BigInt(next.fees.priority), BigInt(last.fees.priority)) ||
      compareBig(last.height, next.height) ||
      compareBig(last.id, next.id);
    demand(order < 0, "queue-is-ordered", () => `request ${next.id} is behind ${last.id}`);
  }
}
