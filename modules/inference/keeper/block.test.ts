import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { nextBeacon, vrfAlpha } from "../types/beacon.js";
import { advanceBeacon } from "./beacon.js";

describe("the beacon", () => {
  test("of a block chains the proposer's proof to the latest beacon before", () => {
    const chain = new InferenceFixture();
    const before = chain.keeper.previousBeacon(chain.ctx, 2n);
    chain.run();
    // The fixture's proofs have the hash of what they prove as their output.
    const output = sha256(vrfAlpha("aivm-test-1", 2n, before));
    expect(chain.keeper.findBeacon(chain.ctx, 2n)).toEqual(nextBeacon(before, output));
    expect(chain.events[0]).toMatchObject({ type: "inference.beacon_advanced" });
  });

  test("continues the last one when a block had none", () => {
    const chain = new InferenceFixture();
    chain.run();
    const last = chain.keeper.findBeacon(chain.ctx, 2n);
    chain.withoutInjected = true;
    chain.run();
    expect(chain.keeper.findBeacon(chain.ctx, 3n)).toBeUndefined();
    expect(chain.keeper.previousBeacon(chain.ctx, 4n)).toEqual(last);
  });

  test("is kept for a thousand heights", () => {
    const chain = new InferenceFixture();
    for (let height = 2n; height <= 1_005n; height++) {
      advanceBeacon(chain.contextAt(height), chain.keeper, new Uint8Array(64));
    }
    const kept = [...chain.keeper.tables.beacons.iterate(chain.ctx.kv(chain.keys.inference))];
    expect(kept[0]?.[0]).toBe(5n);
    expect(kept.at(-1)?.[0]).toBe(1_005n);
  });
});

test("the end of a block without requests changes nothing but the beacon", () => {
  const chain = new InferenceFixture();
  const before = chain.dump();
  chain.run();
  const changed = chain.dump().filter((entry) => !before.includes(entry));
  expect(changed).toHaveLength(1);
  expect(changed[0]).toMatch(/^inference\/03/);
});

test("a batch is settled, closed and paid in the one block that has its last reveal and outputs", () => {
  const chain = new InferenceFixture({ validators: 1 });
  chain.ask({ assurance: 2 });
  chain.run(5);
  const order = chain.eventTypes().filter((type) => type.startsWith("inference."));
  expect(order).toEqual([
    "inference.beacon_advanced",
    "inference.revealed",
    "inference.result_written",
    "inference.result_written",
    "inference.request_ended",
    "inference.batch_settled",
    "inference.batch_closed",
  ]);
});
