import { describe, expect, test } from "vitest";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { KernelFixture } from "#test/harness/kernelFixture.js";
import { notActive, notOwner, unknownVersion } from "../types/registryErrors.js";

/** A kernel with active versions; returns their ids, oldest first. */
function withVersions(kernels: KernelFixture, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const id = kernels.publishNew("alice", "digits", `digits ${index}`);
    kernels.settle(id);
    return id;
  });
}

describe("deprecating", () => {
  test("the head hands over to the newest version that is still active", () => {
    const kernels = new KernelFixture();
    const [first, second, third] = withVersions(kernels, 3) as [Uint8Array, Uint8Array, Uint8Array];
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(third);
    kernels.deprecate("alice", second);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(third);
    kernels.deprecate("alice", third);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(first);
    expect(kernels.keeper.findVersion(kernels.ctx, third)?.status).toBe(VersionStatus.DEPRECATED);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("the last active version leaves the kernel without a head until another is active", () => {
    const kernels = new KernelFixture();
    const [only] = withVersions(kernels, 1) as [Uint8Array];
    kernels.deprecate("alice", only);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")).toBeUndefined();
    const next = kernels.publishNew("alice", "digits", "next");
    kernels.settle(next);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(next);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("the version keeps its artifacts and its deposit", () => {
    const kernels = new KernelFixture();
    const [only] = withVersions(kernels, 1) as [Uint8Array];
    const held = kernels.moduleBalance("kernel");
    kernels.deprecate("alice", only);
    expect(kernels.moduleBalance("kernel")).toBe(held);
    expect(kernels.keeper.getManifest(kernels.ctx, only).name).toBe("digits");
  });
});

describe("deprecating is refused and changes nothing", () => {
  test("for a version that does not exist", () => {
    const kernels = new KernelFixture();
    const work = (): void => {
      kernels.deprecate("alice", new Uint8Array(32));
    };
    kernels.expectRefused(unknownVersion, work);
  });

  test("to anybody but the owner", () => {
    const kernels = new KernelFixture();
    const [only] = withVersions(kernels, 1) as [Uint8Array];
    kernels.expectRefused(notOwner, () => {
      kernels.deprecate("bob", only);
    });
  });

  test("for a version that is not active", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.expectRefused(notActive, () => {
      kernels.deprecate("alice", id);
    });
    kernels.settle(id);
    kernels.deprecate("alice", id);
    kernels.expectRefused(notActive, () => {
      kernels.deprecate("alice", id);
    });
  });
});
