import { describe, expect, test } from "vitest";
import type { Batch, ProviderLoad } from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";
import { loadBefore, releaseGas, releaseSeat } from "./reservation.js";

/** A batch whose seats reserve gas and payload bytes, and what follows a seat of it. */
function drawn() {
  const kernels = [testManifest({ name: "echo", byCode: true, gas: 700n })];
  const chain = new InferenceFixture({ kernels });
  chain.ask();
  chain.run();
  const batch = chain.batch(1n);
  const seat = batch.seats[0]!;
  const load = (): ProviderLoad => chain.keeper.load(chain.ctx, seat.consensusAddress);
  return { chain, batch, seat, load };
}

/** What one seat reserves. */
/** 256 bytes of output with 61 around them, and 24 of the request. */
const HELD = { reservedGas: 700n, openBatches: 1, reservedPayloadBytes: 303n };
const NOTHING = { reservedGas: 0n, openBatches: 0, reservedPayloadBytes: 0n };

describe("a seat", () => {
  test("reserves gas, a batch and payload bytes, and is filed under its validator", () => {
    const { chain, seat, load } = drawn();
    expect(load()).toMatchObject(HELD);
    expect(chain.keeper.owedBatchIds(chain.ctx, seat.consensusAddress)).toEqual([1n]);
    expect(chain.keeper.findSeatNumber(chain.ctx, seat.consensusAddress, 1n)).toBe(0);
  });

  test("frees its gas when it commits and the rest when it leaves", () => {
    const { chain, batch, seat, load } = drawn();
    releaseGas(chain.ctx, chain.keeper, batch, seat);
    expect(load()).toMatchObject({ ...HELD, reservedGas: 0n });
    const committed = { ...seat, commitment: new Uint8Array(32) };
    releaseSeat(chain.ctx, chain.keeper, batch, committed);
    expect(load()).toMatchObject(NOTHING);
    expect(chain.keeper.owedBatchIds(chain.ctx, seat.consensusAddress)).toEqual([]);
  });

  test("that never committed frees everything when it leaves, and nothing twice", () => {
    const { chain, batch, seat, load } = drawn();
    releaseSeat(chain.ctx, chain.keeper, batch, seat);
    expect(load()).toMatchObject(NOTHING);
    releaseSeat(chain.ctx, chain.keeper, batch, seat);
    expect(load()).toMatchObject(NOTHING);
  });

  test("cannot free what it does not hold", () => {
    const { chain, batch, seat } = drawn();
    const larger: Batch = { ...batch, gas: 701n };
    expect(() => {
      releaseGas(chain.ctx, chain.keeper, larger, seat);
    }).toThrow("what is freed was reserved");
  });
});

describe("the load before a block", () => {
  test("counts what the block has freed as reserved still", () => {
    const { chain, batch, seat, load } = drawn();
    releaseGas(chain.ctx, chain.keeper, batch, seat);
    const committed = { ...seat, commitment: new Uint8Array(32) };
    releaseSeat(chain.ctx, chain.keeper, batch, committed);
    expect(loadBefore(chain.ctx, load())).toMatchObject(HELD);
  });

  test("is the load itself in any later block", () => {
    const { chain, batch, seat, load } = drawn();
    releaseSeat(chain.ctx, chain.keeper, batch, seat);
    const later = chain.contextAt(chain.height + 1n);
    expect(loadBefore(later, load())).toEqual(load());
  });

  test("forgets what earlier blocks freed when a later one frees more", () => {
    const { chain, batch, seat, load } = drawn();
    releaseGas(chain.ctx, chain.keeper, batch, seat);
    const later = chain.contextAt(chain.height + 1n);
    releaseSeat(later, chain.keeper, batch, { ...seat, commitment: new Uint8Array(32) });
    expect(loadBefore(later, load())).toMatchObject({ ...HELD, reservedGas: 0n });
  });
});
