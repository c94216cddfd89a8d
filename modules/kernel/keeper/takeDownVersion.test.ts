import { describe, expect, test } from "vitest";
import { type QueryVersionResponse, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import { DENOM, FUNDS, KernelFixture, kernelParts } from "#test/harness/kernelFixture.js";
import {
  invalidDigest,
  invalidReason,
  notActive,
  notAuthority,
  notRevocable,
  unknownVersion,
} from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

function withActive(kernels: KernelFixture, seed = "digits"): Uint8Array {
  const id = kernels.publishNew("alice", "digits", seed);
  kernels.settle(id);
  return id;
}

function headOf(kernels: KernelFixture): Uint8Array | undefined {
  return kernels.keeper.findHead(kernels.ctx, "digits")?.id;
}

describe("a version that is taken down", () => {
  test("is over for good, says why, and its deposit returns", () => {
    const kernels = new KernelFixture();
    const id = withActive(kernels);
    kernels.beginBlock(20n);
    kernels.takeDown("carol", id, "court order 12/2026");
    const { version } = kernels.query("Version", { id }) as QueryVersionResponse;
    expect(version).toMatchObject({
      status: VersionStatus.REVOKED,
      reason: "court order 12/2026",
      revokedHeight: 20n,
      deposit: coin(DENOM, 0n),
    });
    expect(kernels.balance("alice")).toBe(FUNDS - 1_000n);
    expect(kernels.keeper.getManifest(kernels.ctx, id).name).toBe("digits");
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("takes its artifacts with it, unless another version refers to them", () => {
    const kernels = new KernelFixture();
    const id = withActive(kernels);
    const manifest = { ...kernels.keeper.getManifest(kernels.ctx, id), description: "again" };
    const other = kernels.publish("alice", manifest).versionId;
    const find = () =>
      kernels.keeper.state.artifacts.find(kernels.ctx, sha256(kernelParts("digits").model));
    kernels.takeDown("carol", id);
    expect(find()).toMatchObject({ references: 1n, expiryHeight: 0n });
    kernels.settle(other);
    kernels.takeDown("carol", other);
    expect(find()).toMatchObject({ references: 0n, expiryHeight: 101n });
    kernels.beginBlock(101n);
    expect(find()).toBeUndefined();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("hands the head to the newest version that is active, or to none", () => {
    const kernels = new KernelFixture();
    const [first, second] = [withActive(kernels, "one"), withActive(kernels, "two")];
    kernels.takeDown("carol", second);
    expect(headOf(kernels)).toEqual(first);
    kernels.takeDown("carol", first);
    expect(headOf(kernels)).toBeUndefined();
    expect(kernels.brokenInvariants()).toEqual([]);
    const third = withActive(kernels, "three");
    expect(headOf(kernels)).toEqual(third);
  });

  test("that is not the head, be it deprecated, leaves the head alone", () => {
    const kernels = new KernelFixture();
    const [first, second] = [withActive(kernels, "one"), withActive(kernels, "two")];
    kernels.deprecate("alice", first);
    kernels.takeDown("carol", first);
    expect(headOf(kernels)).toEqual(second);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("comes back from a genesis file as it is", () => {
    const kernels = new KernelFixture();
    kernels.takeDown("carol", withActive(kernels));
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    const again = new KernelFixture(genesis, kernels.moduleBalance("kernel"));
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
  });

  test("may be a parent, and never the head or deprecated again", () => {
    const kernels = new KernelFixture();
    const id = withActive(kernels);
    kernels.takeDown("carol", id);
    kernels.expectRefused(notActive, () => {
      kernels.setHead("alice", id);
    });
    kernels.expectRefused(notActive, () => {
      kernels.deprecate("alice", id);
    });
    withActive(kernels, "two");
    const manifest = { ...kernels.keeper.getManifest(kernels.ctx, headOf(kernels)!) };
    kernels.publish("alice", { ...manifest, description: "child" }, [id]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("a version that is taken down while it is validated", () => {
  test("gives fee and deposit back, and waits no more when the next block begins", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.takeDown("carol", id, "court order");
    expect(kernels.keeper.findVersion(kernels.ctx, id)).toMatchObject({
      status: VersionStatus.REVOKED,
      reason: "court order",
      revokedHeight: 1n,
      deposit: coin(DENOM, 0n),
      validationFee: coin(DENOM, 0n),
    });
    expect(kernels.balance("alice")).toBe(FUNDS);
    expect(kernels.moduleBalance("kernel")).toBe(0n);
    expect(headOf(kernels)).toBeUndefined();
    // The slot of this block draws as if nothing had happened.
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 9)).toEqual([id]);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.beginBlock();
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 9)).toEqual([]);
    expect([...kernels.keeper.state.revokedWaiting(kernels.ctx)]).toEqual([]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("is drawn in its own block all the same, and leaves nothing in the queue", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.takeDown("carol", id);
    kernels.keeper.beginValidation(kernels.ctx, id);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.beginBlock();
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 9)).toEqual([]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("gives fee and deposit back while its job is under way, or waits to be tried again", () => {
    for (const isPostponed of [false, true]) {
      const kernels = new KernelFixture();
      const id = kernels.publishNew("alice", "digits");
      kernels.keeper.beginValidation(kernels.ctx, id);
      if (isPostponed) kernels.keeper.postponeValidation(kernels.ctx, id, 9n);
      kernels.takeDown("carol", id);
      expect(kernels.balance("alice")).toBe(FUNDS);
      expect(kernels.brokenInvariants()).toEqual([]);
      kernels.beginBlock();
      expect(kernels.keeper.awaitingValidation(kernels.ctx, 9)).toEqual([]);
      expect(kernels.brokenInvariants()).toEqual([]);
    }
  });

  test("is exported as it is before it leaves the queue", () => {
    const kernels = new KernelFixture();
    kernels.takeDown("carol", kernels.publishNew("alice", "digits"));
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    const again = new KernelFixture(genesis);
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
    expect(again.brokenInvariants()).toEqual([]);
    again.beginBlock();
    expect(again.keeper.awaitingValidation(again.ctx, 9)).toEqual([]);
    expect(again.brokenInvariants()).toEqual([]);
  });
});

describe("a takedown is refused and changes nothing", () => {
  test("by anybody but the authority, the owner included", () => {
    const kernels = new KernelFixture();
    const id = withActive(kernels);
    for (const name of ["alice", "bob"]) {
      kernels.expectRefused(notAuthority, () => {
        kernels.takeDown(name, id);
      });
    }
  });

  test("of a version that does not exist, or whose id is none", () => {
    const kernels = new KernelFixture();
    kernels.expectRefused(unknownVersion, () => {
      kernels.takeDown("carol", new Uint8Array(32));
    });
    kernels.expectRefused(invalidDigest, () => {
      kernels.takeDown("carol", new Uint8Array(31));
    });
  });

  test("of a version that is rejected or taken down already", () => {
    const kernels = new KernelFixture();
    const rejected = kernels.publishNew("alice", "digits", "rejected");
    kernels.settle(rejected, { accepted: false, reason: "no" });
    const revoked = withActive(kernels);
    kernels.takeDown("carol", revoked);
    for (const id of [rejected, revoked]) {
      kernels.expectRefused(notRevocable, () => {
        kernels.takeDown("carol", id);
      });
    }
  });

  test("without a reason, and with more than 256 bytes of it", () => {
    const kernels = new KernelFixture();
    const id = withActive(kernels);
    for (const reason of ["", "x".repeat(257), "é".repeat(129)]) {
      kernels.expectRefused(invalidReason, () => {
        kernels.takeDown("carol", id, reason);
      });
    }
    kernels.takeDown("carol", id, "é".repeat(128));
  });
});
