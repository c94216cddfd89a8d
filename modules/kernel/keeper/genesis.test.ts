import { describe, expect, test } from "vitest";
import type { GenesisState } from "#core/codec/generated/aivm/kernel/v1.js";
import { caught } from "#test/harness/caught.js";
import {
  bytesOf,
  chunksOf,
  KernelFixture,
  kernelParts,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { sha256 } from "#core/crypto/hash.js";
import { invalidGenesis } from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

/** A chain with something of everything that a section holds. */
function populated(): KernelFixture {
  const kernels = new KernelFixture();
  const [active, deprecated, rejected] = ["a", "b", "c"].map((seed) =>
    kernels.publishNew("alice", "digits", seed),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  for (const id of [active, deprecated]) kernels.settle(id);
  kernels.deprecate("alice", deprecated);
  kernels.settle(rejected, { accepted: false, reason: "no" });
  kernels.beginBlock(5n);
  const begun = kernels.publishNew("bob", "iris", "d");
  kernels.keeper.beginValidation(kernels.ctx, begun);
  const { description, ...manifest } = kernels.keeper.getManifest(kernels.ctx, begun);
  kernels.publish("bob", { ...manifest, description: `${description} waits` }, [begun]);
  kernels.keeper.suspend(kernels.ctx, active, 77n);
  const bytes = bytesOf("open", 3_000);
  for (const name of ["alice", "carol"]) {
    kernels.create(name, sha256(bytes), 3_000n);
    kernels.chunk(name, sha256(bytes), { index: 1, data: chunksOf(bytes)[1]! });
  }
  kernels.create("carol", sha256(kernelParts("e").model), 1_500n);
  kernels.release("carol", kernels.upload("carol", bytesOf("gone", 2_000)));
  return kernels;
}

function exported(kernels: KernelFixture): GenesisState {
  return exportGenesis(kernels.ctx, kernels.keeper.state);
}

describe("genesis", () => {
  test("what was exported builds the same state, which exports the same", () => {
    const before = populated();
    const genesis = exported(before);
    const after = new KernelFixture(genesis, before.moduleBalance("kernel"));
    expect(exported(after)).toEqual(genesis);
    expect(after.brokenInvariants()).toEqual([]);
    expect(genesis.versions.length).toBe(5);
    expect(genesis.artifacts.length).toBe(15);
  });

  test("the chain goes on from it as it would have gone on", () => {
    const before = populated();
    const after = new KernelFixture(exported(before), before.moduleBalance("kernel"));
    for (const kernels of [before, after]) {
      kernels.ctx = kernels.contextAt(10n);
      const [waiting] = kernels.keeper.awaitingValidation(kernels.ctx, 1) as [Uint8Array];
      kernels.settle(waiting);
      kernels.upload("alice", bytesOf("open", 3_000));
      kernels.publishNew("carol", "wine");
      kernels.beginBlock(101n);
    }
    expect(exported(after)).toEqual(exported(before));
    expect(after.brokenInvariants()).toEqual([]);
  });

  test("an empty section builds an empty state", () => {
    expect(exported(new KernelFixture(smallGenesis()))).toEqual(smallGenesis());
  });

  test("a module account with more or less than the deposits is refused", () => {
    const before = populated();
    const genesis = exported(before);
    const held = before.moduleBalance("kernel");
    for (const wrong of [held - 1n, held + 1n]) {
      const error = caught(() => new KernelFixture(genesis, wrong));
      expect(invalidGenesis.is(error)).toBe(true);
    }
  });
});
