import { describe, expect, test } from "vitest";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { invalidAddress, unauthorized } from "#core/primitives/sdkErrors.js";
import { account, accountText, KernelFixture } from "#test/harness/kernelFixture.js";
import { invalidRoyalty, notOwner, unknownKernel } from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

function withKernels(): { kernels: KernelFixture; id: Uint8Array } {
  const kernels = new KernelFixture();
  const id = kernels.publishNew("alice", "digits");
  kernels.publishNew("bob", "parent");
  return { kernels, id };
}

const SHARES = [
  { address: accountText("carol"), kernel: "", bps: 2_500 },
  { address: "", kernel: "parent", bps: 1 },
];

describe("a royalty", () => {
  test("names accounts, and owners of kernels by their kernel", () => {
    const { kernels, id } = withKernels();
    expect(kernels.keeper.royaltiesOf(kernels.ctx, id)).toEqual([]);
    kernels.setRoyalty("alice", "digits", SHARES);
    expect(kernels.query("Royalty", { name: "digits" })).toEqual({ shares: SHARES });
    expect(kernels.keeper.royaltiesOf(kernels.ctx, id)).toEqual([
      { account: account("carol"), bps: 2_500n },
      { account: account("bob"), bps: 1n },
    ]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("of a kernel goes to whoever has the kernel now", () => {
    const { kernels, id } = withKernels();
    kernels.setRoyalty("alice", "digits", [{ kernel: "parent" }]);
    kernels.transfer("bob", "parent", accountText("carol"));
    const [share] = kernels.keeper.royaltiesOf(kernels.ctx, id);
    expect(share?.account).toEqual(account("carol"));
  });

  test("ends when the owner divides nothing, and may be all there is", () => {
    const { kernels, id } = withKernels();
    kernels.setRoyalty("alice", "digits", [{ kernel: "parent", bps: 10_000 }]);
    expect(kernels.keeper.royaltiesOf(kernels.ctx, id)).toHaveLength(1);
    kernels.setRoyalty("alice", "digits", []);
    expect(kernels.keeper.royaltiesOf(kernels.ctx, id)).toEqual([]);
    expect(kernels.query("Royalty", { name: "digits" })).toEqual({ shares: [] });
  });

  test("comes back from a genesis file as it is", () => {
    const { kernels } = withKernels();
    kernels.setRoyalty("alice", "digits", SHARES);
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    expect(genesis.royalties).toHaveLength(1);
    const again = new KernelFixture(genesis, kernels.moduleBalance("kernel"));
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
  });
});

describe("a royalty is refused and changes nothing", () => {
  test("by anybody but the owner, and for a kernel that does not exist", () => {
    const { kernels } = withKernels();
    kernels.expectRefused(notOwner, () => {
      kernels.setRoyalty("bob", "digits", SHARES);
    });
    kernels.expectRefused(unknownKernel, () => {
      kernels.setRoyalty("alice", "nothing", SHARES);
    });
  });

  test("for a kernel or an account that cannot be paid", () => {
    const { kernels } = withKernels();
    kernels.expectRefused(unknownKernel, () => {
      kernels.setRoyalty("alice", "digits", [{ kernel: "nothing" }]);
    });
    kernels.expectRefused(invalidAddress, () => {
      kernels.setRoyalty("alice", "digits", [{ address: "nobody" }]);
    });
    kernels.expectRefused(unauthorized, () => {
      const address = formatAddress("account", moduleAddress("kernel"));
      kernels.setRoyalty("alice", "digits", [{ address }]);
    });
  });

  const [carol, parent] = [{ address: accountText("carol") }, { kernel: "parent" }];
  test.each([
    ["of neither an account nor a kernel", [{}]],
    ["of both", [{ ...carol, ...parent }]],
    ["of nothing", [{ ...carol, bps: 0 }]],
    ["of more than the whole", [{ ...carol, bps: 10_001 }]],
    [
      "of more than the whole together",
      [
        { ...carol, bps: 5_000 },
        { ...parent, bps: 5_001 },
      ],
    ],
    ["of an account twice", [carol, parent, carol]],
    ["of a kernel twice", [parent, parent]],
    ["of too many", Array.from({ length: 17 }, (_, index) => ({ kernel: `kernel-${index}` }))],
  ])("%s", (_, shares) => {
    const { kernels } = withKernels();
    kernels.expectRefused(invalidRoyalty, () => {
      kernels.setRoyalty("alice", "digits", shares);
    });
  });
});
