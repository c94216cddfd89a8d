import { describe, expect, test } from "vitest";
import { ValidationReport, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { InvariantError } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import { caught } from "#test/harness/caught.js";
import {
  account,
  DENOM,
  FUNDS,
  KernelFixture,
  kernelParts,
  PARTS_BYTES,
  smallGenesis,
} from "#test/harness/kernelFixture.js";

const MEASURED = { accepted: true, modelGas: 77n, peakTensorBytes: 4_096n, bucketGas: [5n, 9n] };

describe("a version that passes its validation", () => {
  test("it is active with what was measured and becomes the head", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.settle(id, MEASURED);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")).toMatchObject({
      id,
      status: VersionStatus.ACTIVE,
      modelGas: 77n,
      peakTensorBytes: 4_096n,
      bucketGas: [5n, 9n],
      validationFee: coin(DENOM, 0n),
      deposit: coin(DENOM, PARTS_BYTES),
    });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("an older version that passes later does not become the head", () => {
    const kernels = new KernelFixture();
    const older = kernels.publishNew("alice", "digits", "older");
    const newer = kernels.publishNew("alice", "digits", "newer");
    kernels.settle(newer);
    kernels.settle(older);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(newer);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("a version that fails its validation", () => {
  test("it is rejected with the reason, its deposit returns, its artifacts will expire", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.beginBlock(20n);
    kernels.settle(id, { accepted: false, reason: "vector 0 differs" });
    expect(kernels.keeper.findVersion(kernels.ctx, id)).toMatchObject({
      status: VersionStatus.REJECTED,
      reason: "vector 0 differs",
      deposit: coin(DENOM, 0n),
      validationFee: coin(DENOM, 0n),
    });
    expect(kernels.keeper.findHead(kernels.ctx, "digits")).toBeUndefined();
    expect(kernels.balance("alice")).toBe(FUNDS - 1_000n);
    const model = sha256(kernelParts("digits").model);
    const artifact = kernels.keeper.state.artifacts.find(kernels.ctx, model);
    expect(artifact).toMatchObject({ references: 0n, expiryHeight: 120n });
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.beginBlock(120n);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, model)).toBeUndefined();
    expect(kernels.keeper.getManifest(kernels.ctx, id).name).toBe("digits");
  });

  test("artifacts that another version refers to stay", () => {
    const kernels = new KernelFixture();
    const parts = kernelParts("digits");
    const good = kernels.publishNew("alice", "digits");
    const manifest = kernels.keeper.getManifest(kernels.ctx, good);
    const bad = kernels.publish("alice", { ...manifest, description: "bad" }).versionId;
    kernels.settle(good);
    kernels.settle(bad, { accepted: false, reason: "no" });
    const artifact = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(parts.model));
    expect(artifact).toMatchObject({ references: 1n, expiryHeight: 0n });
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("the validation fee", () => {
  test("it is shared equally, the remainder goes to the community pool", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.settle(id, MEASURED, ["bob", "carol", "carol"].map(account));
    expect(kernels.balance("bob")).toBe(FUNDS + 333n);
    expect(kernels.balance("carol")).toBe(FUNDS + 666n);
    expect(kernels.moduleBalance("community")).toBe(1n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("without payees it goes to the community pool, whatever the outcome", () => {
    for (const accepted of [true, false]) {
      const kernels = new KernelFixture();
      kernels.settle(kernels.publishNew("alice", "digits"), { accepted, reason: "" });
      expect(kernels.moduleBalance("community")).toBe(1_000n);
      expect(kernels.brokenInvariants()).toEqual([]);
    }
  });

  test("more payees than coins get nothing each", () => {
    const kernels = new KernelFixture(smallGenesis({ validationFee: coin(DENOM, 2n) }));
    kernels.settle(kernels.publishNew("alice", "digits"), MEASURED, Array(3).fill(account("bob")));
    expect(kernels.balance("bob")).toBe(FUNDS);
    expect(kernels.moduleBalance("community")).toBe(2n);
  });

  test("a fee of nothing moves nothing", () => {
    const kernels = new KernelFixture(smallGenesis({ validationFee: coin(DENOM, 0n) }));
    kernels.settle(kernels.publishNew("alice", "digits"), MEASURED, [account("bob")]);
    expect(kernels.balance("bob")).toBe(FUNDS);
  });

  test("what was taken is paid out even if the parameter has changed", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    const { state } = kernels.keeper;
    const validationFee = coin(DENOM, 5n);
    state.setParams(kernels.ctx, { ...state.params(kernels.ctx), validationFee });
    kernels.settle(id, MEASURED, [account("bob")]);
    expect(kernels.balance("bob")).toBe(FUNDS + 1_000n);
  });
});

describe("a validation out of turn is a fault of the program", () => {
  const outcome = { report: ValidationReport.create(MEASURED), payees: [] };

  test("one that has not begun cannot be settled", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    const error = caught(() => {
      kernels.keeper.settleValidation(kernels.ctx, id, outcome);
    });
    expect(error).toBeInstanceOf(InvariantError);
  });

  test("one that is settled cannot begin or be settled again", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.settle(id);
    const { keeper, ctx } = kernels;
    expect(
      caught(() => {
        keeper.beginValidation(ctx, id);
      }),
    ).toBeInstanceOf(InvariantError);
    expect(
      caught(() => {
        keeper.settleValidation(ctx, id, outcome);
      }),
    ).toBeInstanceOf(InvariantError);
  });
});
