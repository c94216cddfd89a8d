import { describe, expect, test } from "vitest";
import { Assurance, type Request } from "#core/codec/generated/aivm/inference/v1.js";
import { caught } from "#test/harness/caught.js";
import { ShadowChain } from "#test/harness/shadowChain.js";
import { invalidGenesis } from "../types/errors.js";
import { validateGenesis } from "../types/genesis.js";

describe("the invariants see", () => {
  /** A shadow request that is queued. */
  function queued(): { chain: ShadowChain; shadow: bigint } {
    const chain = new ShadowChain();
    chain.start();
    chain.ask();
    chain.runUntil(() => chain.shadowIds().length > 0);
    return { chain, shadow: chain.shadowIds()[0]! };
  }
  const kvOf = (chain: ShadowChain) => chain.ctx.kv(chain.keys.inference);

  test.each<readonly [string, string, (chain: ShadowChain, shadow: bigint) => void]>([
    [
      "a shadow request that is paid and awaited",
      "shadows",
      (chain, shadow) => {
        chain.keeper.setRequest(chain.ctx, { ...chain.request(shadow), paid: true });
      },
    ],
    [
      "a shadow request of another version",
      "shadows",
      (chain, shadow) => {
        const request = chain.request(shadow);
        chain.keeper.setRequest(chain.ctx, { ...request, versionId: chain.head });
      },
    ],
    [
      "a shadow request of nothing",
      "shadows",
      (chain, shadow) => {
        const nothing = { requestId: shadow + 7n, headPrice: "0" };
        chain.keeper.setRequest(chain.ctx, { ...chain.request(shadow), shadow: nothing });
      },
    ],
    [
      "a shadow request in the other queue",
      "queue",
      (chain, shadow) => {
        chain.keeper.setRequest(chain.ctx, { ...chain.request(shadow), shadow: undefined });
      },
    ],
    [
      "a queue of shadow requests that is miscounted",
      "queue",
      (chain) => {
        chain.keeper.tables.shadowQueueLength.set(kvOf(chain), 2n);
      },
    ],
    [
      "a shadow request that is lost",
      "queue",
      (chain, shadow) => {
        const { height } = chain.request(shadow);
        chain.keeper.tables.shadowQueue.delete(kvOf(chain), [height, shadow]);
        chain.keeper.tables.shadowQueueLength.set(kvOf(chain), 0n);
      },
    ],
  ])("%s", (_, invariant, damage) => {
    const { chain, shadow } = queued();
    expect(chain.brokenInvariants()).toEqual([]);
    damage(chain, shadow);
    const broken = chain.brokenInvariants().map((line) => line.split(":")[0]);
    expect(broken).toContain(invariant);
  });

  test("a genesis file whose shadow requests are not those that runs await", () => {
    const { chain, shadow } = queued();
    const genesis = chain.export();
    const requests = genesis.requests.map((entry) =>
      entry.request.id === shadow
        ? { ...entry, request: { ...entry.request, versionId: chain.head } }
        : entry,
    );
    const kv = kvOf(chain);
    for (const { key } of [...kv.iterate({})]) kv.delete(key);
    expect(
      invalidGenesis.is(
        caught(() => {
          chain.init({ ...genesis, requests });
        }),
      ),
    ).toBe(true);
  });

  test.each<readonly [string, (request: Request) => Partial<Request>]>([
    ["of two inputs", () => ({ inputCount: 2 })],
    ["under FULL", () => ({ assurance: Assurance.FULL })],
    ["with a priority fee", ({ fees }) => ({ fees: { ...fees, priority: "1" } })],
    ["of a later request", ({ id }) => ({ shadow: { requestId: id, headPrice: "0" } })],
    ["beside a price that is none", () => ({ shadow: { requestId: 1n, headPrice: "" } })],
  ])("a genesis file with a shadow request %s", (_, change) => {
    const { chain, shadow } = queued();
    const genesis = chain.export();
    const requests = genesis.requests.map((entry) =>
      entry.request.id === shadow
        ? { ...entry, request: { ...entry.request, ...change(entry.request) } }
        : entry,
    );
    expect(
      invalidGenesis.is(
        caught(() => {
          validateGenesis({ ...genesis, requests });
        }),
      ),
    ).toBe(true);
  });
});
