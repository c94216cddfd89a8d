import { describe, expect, test } from "vitest";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";
import { accountText, KernelFixture } from "#test/harness/kernelFixture.js";
import { notOwner, unknownKernel } from "../types/registryErrors.js";

/** A kernel of alice with an active version; returns its id. */
function withVersion(kernels: KernelFixture): Uint8Array {
  const id = kernels.publishNew("alice", "digits", "first");
  kernels.settle(id);
  return id;
}

describe("a kernel that was transferred", () => {
  test("is its new owner's to publish, deprecate and transfer, and no longer the old one's", () => {
    const kernels = new KernelFixture();
    const first = withVersion(kernels);
    kernels.transfer("alice", "digits", accountText("bob"));
    kernels.expectRefused(notOwner, () => {
      kernels.deprecate("alice", first);
    });
    const second = kernels.publishNew("bob", "digits", "second");
    kernels.settle(second);
    expect(kernels.keeper.findHead(kernels.ctx, "digits")?.id).toEqual(second);
    kernels.deprecate("bob", first);
    kernels.transfer("bob", "digits", accountText("alice"));
    kernels.setHead("alice", second);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("leaves the deposits where they are", () => {
    const kernels = new KernelFixture();
    withVersion(kernels);
    const held = kernels.moduleBalance("kernel");
    kernels.transfer("alice", "digits", accountText("bob"));
    expect(kernels.moduleBalance("kernel")).toBe(held);
  });
});

describe("a transfer is refused and changes nothing", () => {
  test("of a kernel that does not exist", () => {
    const kernels = new KernelFixture();
    kernels.expectRefused(unknownKernel, () => {
      kernels.transfer("alice", "digits", accountText("bob"));
    });
  });

  test("to anybody but the owner", () => {
    const kernels = new KernelFixture();
    withVersion(kernels);
    kernels.expectRefused(notOwner, () => {
      kernels.transfer("bob", "digits", accountText("carol"));
    });
  });

  test("to the account of a module, which could not give it back", () => {
    const kernels = new KernelFixture();
    withVersion(kernels);
    kernels.expectRefused(unauthorized, () => {
      kernels.transfer("alice", "digits", formatAddress("account", moduleAddress("kernel")));
    });
  });
});
