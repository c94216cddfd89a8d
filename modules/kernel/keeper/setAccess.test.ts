import { describe, expect, test } from "vitest";
import { MsgSetAccess } from "#core/codec/generated/aivm/kernel/v1.js";
import { formatAddress } from "#core/crypto/address.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { uint64ToBytes } from "#core/primitives/bytes.js";
import { compareText } from "#core/primitives/sorted.js";
import { truncatedHash } from "#core/crypto/address.js";
import { account, accountText, KernelFixture } from "#test/harness/kernelFixture.js";
import { MAX_ALLOWED } from "../types/access.js";
import { invalidAccess, notOwner, unknownKernel } from "../types/registryErrors.js";
import { exportGenesis } from "./genesis.js";

function withKernel(): { kernels: KernelFixture; id: Uint8Array } {
  const kernels = new KernelFixture();
  const id = kernels.publishNew("alice", "digits");
  kernels.settle(id);
  return { kernels, id };
}

function whoMayRun(kernels: KernelFixture, id: Uint8Array): string[] {
  return ["alice", "bob", "carol"].filter((name) =>
    kernels.keeper.mayRun(kernels.ctx, id, account(name)),
  );
}

describe("access to a kernel", () => {
  test("is everybody's, until its owner names accounts", () => {
    const { kernels, id } = withKernel();
    expect(whoMayRun(kernels, id)).toEqual(["alice", "bob", "carol"]);
    expect(kernels.query("Access", { name: "digits" })).toEqual({ restricted: false, allowed: [] });
    kernels.setAccess("alice", "digits", ["bob"]);
    expect(whoMayRun(kernels, id)).toEqual(["alice", "bob"]);
    const answer = { restricted: true, allowed: [accountText("bob")] };
    expect(kernels.query("Access", { name: "digits" })).toEqual(answer);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("is the owner's alone with an empty list, and everybody's again without one", () => {
    const { kernels, id } = withKernel();
    kernels.setAccess("alice", "digits", []);
    expect(whoMayRun(kernels, id)).toEqual(["alice"]);
    kernels.setAccess("alice", "digits", undefined);
    expect(whoMayRun(kernels, id)).toEqual(["alice", "bob", "carol"]);
  });

  test("stays as it is when the kernel is given away, but for the owner", () => {
    const { kernels, id } = withKernel();
    kernels.setAccess("alice", "digits", ["bob"]);
    kernels.transfer("alice", "digits", accountText("carol"));
    expect(whoMayRun(kernels, id)).toEqual(["bob", "carol"]);
  });

  test("comes back from a genesis file as it is", () => {
    const { kernels } = withKernel();
    kernels.setAccess("alice", "digits", ["carol", "bob"]);
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    expect(genesis.access).toHaveLength(1);
    const again = new KernelFixture(genesis, kernels.moduleBalance("kernel"));
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
  });
});

describe("an access list is refused and changes nothing", () => {
  const deliver = (kernels: KernelFixture, changes: Partial<MsgSetAccess>) => () =>
    kernels.deliver(MsgSetAccess, {
      owner: accountText("alice"),
      kernel: "digits",
      restricted: true,
      allowed: [],
      ...changes,
    });

  test("of a kernel that does not exist or is another's", () => {
    const { kernels } = withKernel();
    kernels.expectRefused(unknownKernel, deliver(kernels, { kernel: "nothing" }));
    kernels.expectRefused(notOwner, deliver(kernels, { owner: accountText("bob") }));
  });

  test("of too many accounts, not in order, twice, in upper case, or no addresses", () => {
    const { kernels } = withKernel();
    const many = Array.from({ length: MAX_ALLOWED + 1 }, (_, index) =>
      formatAddress("account", truncatedHash(uint64ToBytes(BigInt(index)))),
    ).sort(compareText);
    const [first, second] = many as [string, string];
    kernels.expectRefused(invalidAccess, deliver(kernels, { allowed: many }));
    kernels.expectRefused(invalidAccess, deliver(kernels, { allowed: [second, first] }));
    kernels.expectRefused(invalidAccess, deliver(kernels, { allowed: [first, first] }));
    kernels.expectRefused(invalidAccess, deliver(kernels, { allowed: [first.toUpperCase()] }));
    kernels.expectRefused(invalidAddress, deliver(kernels, { allowed: ["bob"] }));
    deliver(kernels, { allowed: many.slice(1) })();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("of a kernel that everybody may run", () => {
    const { kernels } = withKernel();
    const allowed = [accountText("bob")];
    kernels.expectRefused(invalidAccess, deliver(kernels, { restricted: false, allowed }));
  });
});
