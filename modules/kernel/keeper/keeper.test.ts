import { describe, expect, test } from "vitest";
import { GasMeter } from "#core/baseapp/gas.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { InvariantError } from "#core/primitives/assert.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { caught } from "#test/harness/caught.js";
import { account, KernelFixture, kernelParts } from "#test/harness/kernelFixture.js";
import { exportGenesis } from "./genesis.js";

describe("what inference asks of kernels", () => {
  test("an unknown name or id has no version", () => {
    const kernels = new KernelFixture();
    expect(kernels.keeper.findHead(kernels.ctx, "nothing")).toBeUndefined();
    expect(kernels.keeper.findHead(kernels.ctx, "")).toBeUndefined();
    expect(kernels.keeper.findVersion(kernels.ctx, new Uint8Array(32))).toBeUndefined();
    expect(kernels.keeper.findVersion(kernels.ctx, new Uint8Array(0))).toBeUndefined();
  });

  test("the owner of a version is the owner of its kernel", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    expect(kernels.keeper.getOwner(kernels.ctx, id)).toEqual(account("alice"));
  });

  test("a suspended version says until when", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.keeper.suspend(kernels.ctx, id, 500n);
    expect(kernels.keeper.findVersion(kernels.ctx, id)?.suspendedUntil).toBe(500n);
  });

  test("reading a manifest costs the same gas whether or not it was decoded before", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    const gasOf = (): bigint => {
      const gas = new GasMeter(1_000_000n);
      kernels.keeper.getManifest(kernels.contextAt(1n, gas), id);
      return gas.used;
    };
    const first = gasOf();
    expect(first).toBeGreaterThan(1_000n);
    expect(gasOf()).toBe(first);
  });
});

describe("the queue for validation jobs", () => {
  test("versions wait by height of publication, then by id, at most as many as asked for", () => {
    const kernels = new KernelFixture();
    const early = ["a", "b", "c"].map((seed) => kernels.publishNew("alice", "digits", seed));
    kernels.beginBlock(2n);
    const late = kernels.publishNew("bob", "iris");
    const expected = [...early.sort(compareBytes), late];
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 10)).toEqual(expected);
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 2)).toEqual(expected.slice(0, 2));
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 0)).toEqual([]);
  });

  test("one that has begun waits no longer; the others keep their turn", () => {
    const kernels = new KernelFixture();
    const first = kernels.publishNew("alice", "digits");
    kernels.beginBlock(2n);
    const second = kernels.publishNew("bob", "iris");
    kernels.keeper.beginValidation(kernels.ctx, second);
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 10)).toEqual([first]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("one whose job came to nothing waits behind those whose turn is before, with its fee", () => {
    const kernels = new KernelFixture();
    const first = kernels.publishNew("alice", "digits");
    const held = kernels.moduleBalance("kernel");
    kernels.keeper.beginValidation(kernels.ctx, first);
    kernels.keeper.postponeValidation(kernels.ctx, first, 9n);
    kernels.beginBlock(2n);
    const second = kernels.publishNew("bob", "iris");
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 10)).toEqual([second, first]);
    expect(kernels.keeper.findVersion(kernels.ctx, first)).toMatchObject({
      status: VersionStatus.VALIDATING,
      validationAttempts: 1,
      validationHeight: 9n,
    });
    expect(kernels.moduleBalance("kernel")).toBeGreaterThan(held);
    expect(kernels.brokenInvariants()).toEqual([]);
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    const again = new KernelFixture(genesis, kernels.moduleBalance("kernel"));
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
    kernels.settle(first);
    expect(kernels.keeper.findVersion(kernels.ctx, first)?.validationAttempts).toBe(2);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("its models have the bytes of their artifacts, none when they are gone", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    const { length } = kernelParts("digits").model;
    expect(kernels.keeper.modelBytes(kernels.ctx, id)).toBe(BigInt(length));
    kernels.beginBlock(20n);
    kernels.settle(id, { accepted: false });
    kernels.beginBlock(120n);
    expect(kernels.keeper.modelBytes(kernels.ctx, id)).toBe(0n);
  });

  test("one that waits, or is settled, cannot be postponed", () => {
    const kernels = new KernelFixture();
    const { keeper, ctx } = kernels;
    const id = kernels.publishNew("alice", "digits");
    const postpone = (): unknown =>
      caught(() => {
        keeper.postponeValidation(ctx, id, 9n);
      });
    expect(postpone()).toBeInstanceOf(InvariantError);
    kernels.settle(id);
    expect(postpone()).toBeInstanceOf(InvariantError);
  });
});
