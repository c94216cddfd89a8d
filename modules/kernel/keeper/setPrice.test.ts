import { describe, expect, test } from "vitest";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { MsgSetPrice } from "#core/codec/generated/aivm/kernel/v1.js";
import { accountText, KernelFixture } from "#test/harness/kernelFixture.js";
import { invalidPrice, notOwner, unknownKernel } from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

function withVersion(): { kernels: KernelFixture; id: Uint8Array; own: bigint } {
  const kernels = new KernelFixture();
  const id = kernels.publishNew("alice", "digits");
  return { kernels, id, own: kernels.keeper.authorPrice(kernels.ctx, id) };
}

describe("a kernel's price", () => {
  test("is what a version's manifest says until its owner sets another, and again after that", () => {
    const { kernels, id, own } = withVersion();
    expect(own).toBe(BigInt(kernels.keeper.getManifest(kernels.ctx, id).price));
    kernels.setPrice("alice", "digits", "7");
    expect(kernels.keeper.authorPrice(kernels.ctx, id)).toBe(7n);
    kernels.setPrice("alice", "digits", "");
    expect(kernels.keeper.authorPrice(kernels.ctx, id)).toBe(own);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("may be nothing and the largest amount there is", () => {
    const { kernels, id } = withVersion();
    for (const price of [0n, (1n << 64n) - 1n]) {
      kernels.setPrice("alice", "digits", price.toString());
      expect(kernels.keeper.authorPrice(kernels.ctx, id)).toBe(price);
    }
  });

  test("stays when the kernel is given away, and in a genesis file", () => {
    const { kernels } = withVersion();
    kernels.setPrice("alice", "digits", "7");
    kernels.transfer("alice", "digits", accountText("bob"));
    const [kernel] = exportGenesis(kernels.ctx, kernels.keeper.state).kernels;
    expect(kernel).toMatchObject({ price: "7", owner: accountText("bob") });
  });
});

describe("a price is refused and changes nothing", () => {
  test("by anybody but the owner, and for a kernel that does not exist", () => {
    const { kernels } = withVersion();
    kernels.expectRefused(notOwner, () => {
      kernels.setPrice("bob", "digits", "1");
    });
    kernels.expectRefused(unknownKernel, () => {
      kernels.setPrice("alice", "nothing", "1");
    });
  });

  test.each(["-1", "1.5", "01", "1unes", " 1", (1n << 64n).toString()])("of %j", (price) => {
    const { kernels } = withVersion();
    kernels.expectRefused(invalidPrice, () => {
      kernels.setPrice("alice", "digits", price);
    });
  });

  test("by what is no account", () => {
    const { kernels } = withVersion();
    kernels.expectRefused(invalidAddress, () => {
      kernels.deliver(MsgSetPrice, { owner: "nobody", kernel: "digits", price: "1" });
    });
  });
});
