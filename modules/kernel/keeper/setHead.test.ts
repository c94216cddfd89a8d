import { describe, expect, test } from "vitest";
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

function headOf(kernels: KernelFixture): Uint8Array | undefined {
  return kernels.keeper.findHead(kernels.ctx, "digits")?.id;
}

describe("the head", () => {
  test("may be rolled back to an older version and set again", () => {
    const kernels = new KernelFixture();
    const [first, second] = withVersions(kernels, 2) as [Uint8Array, Uint8Array];
    kernels.setHead("alice", first);
    expect(headOf(kernels)).toEqual(first);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.setHead("alice", second);
    expect(headOf(kernels)).toEqual(second);
  });

  test("moves to a version that becomes active after it was chosen", () => {
    const kernels = new KernelFixture();
    const [first] = withVersions(kernels, 2) as [Uint8Array];
    kernels.setHead("alice", first);
    const third = kernels.publishNew("alice", "digits", "third");
    kernels.settle(third);
    expect(headOf(kernels)).toEqual(third);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("that was chosen hands over to the newest active version when it is deprecated", () => {
    const kernels = new KernelFixture();
    const [first, , third] = withVersions(kernels, 3) as [Uint8Array, Uint8Array, Uint8Array];
    kernels.setHead("alice", first);
    kernels.deprecate("alice", first);
    expect(headOf(kernels)).toEqual(third);
  });

  test("that was chosen stays when another version is deprecated", () => {
    const kernels = new KernelFixture();
    const [first, second] = withVersions(kernels, 3) as [Uint8Array, Uint8Array];
    kernels.setHead("alice", first);
    kernels.deprecate("alice", second);
    expect(headOf(kernels)).toEqual(first);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("choosing a head is refused and changes nothing", () => {
  test("for a version that does not exist", () => {
    const kernels = new KernelFixture();
    kernels.expectRefused(unknownVersion, () => {
      kernels.setHead("alice", new Uint8Array(32));
    });
  });

  test("to anybody but the owner", () => {
    const kernels = new KernelFixture();
    const [first] = withVersions(kernels, 2) as [Uint8Array];
    kernels.expectRefused(notOwner, () => {
      kernels.setHead("bob", first);
    });
  });

  test("for a version that is being validated, was rejected or is deprecated", () => {
    const kernels = new KernelFixture();
    const [first] = withVersions(kernels, 2) as [Uint8Array];
    kernels.deprecate("alice", first);
    const rejected = kernels.publishNew("alice", "digits", "rejected");
    kernels.settle(rejected, { accepted: false, reason: "no" });
    const waiting = kernels.publishNew("alice", "digits", "waiting");
    for (const id of [first, rejected, waiting]) {
      kernels.expectRefused(notActive, () => {
        kernels.setHead("alice", id);
      });
    }
  });
});
