import { describe, expect, test } from "vitest";
import { coin } from "#core/primitives/coin.js";
import { accountText, DENOM, KernelFixture } from "#test/harness/kernelFixture.js";
import {
  invalidShadowPolicy,
  notOwner,
  shadowRequired,
  unknownKernel,
} from "../../types/registryErrors.js";

const COST = { blocks: 4n, gas: 1_000n, price: 100n };

/** A kernel of alice's with a head and a policy. */
function withPolicy(minRequests = 2, minAgreementBps = 7_500): KernelFixture {
  const kernels = new KernelFixture();
  active(kernels, "one");
  kernels.setShadowPolicy("alice", "digits", minRequests, minAgreementBps);
  return kernels;
}

function active(kernels: KernelFixture, seed: string): Uint8Array {
  const id = kernels.publishNew("alice", "digits", seed);
  kernels.settle(id);
  return id;
}

function headOf(kernels: KernelFixture): Uint8Array | undefined {
  return kernels.keeper.findHead(kernels.ctx, "digits")?.id;
}

/**
 * Lets a version run beside the head: `agreed` answers like the head's, `differing` others, `split`
 * none.
 */
function show(
  kernels: KernelFixture,
  versionId: Uint8Array,
  { agreed = 0, differing = 0, split = 0 },
): void {
  const { ctx, keeper } = kernels;
  kernels.startShadow("alice", versionId, { requests: agreed + differing + split });
  for (let index = 0; index < agreed + differing + split; index++) {
    keeper.payShadow(ctx, versionId, { price: coin(DENOM, 1n), module: "community" });
    const agrees = index < agreed;
    const answer = { agrees, fails: false, head: COST, shadow: COST };
    const kind = index < agreed + differing ? "answered" : "noAgreement";
    keeper.countShadow(ctx, versionId, kind === "answered" ? { kind, ...answer } : { kind });
  }
}

describe("a kernel with a shadow policy", () => {
  test("keeps its head when a version becomes active", () => {
    const kernels = withPolicy();
    const head = headOf(kernels);
    const next = active(kernels, "two");
    expect(headOf(kernels)).toEqual(head);
    expect(kernels.keeper.findVersion(kernels.ctx, next)).toMatchObject({ wasHead: false });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("refuses a head that never ran, runs still, or showed too little", () => {
    const kernels = withPolicy();
    const next = active(kernels, "two");
    const refused = (): void => {
      kernels.expectRefused(shadowRequired, () => {
        kernels.setHead("alice", next);
      });
    };
    refused();
    kernels.startShadow("alice", next);
    refused();
    kernels.stopShadow("alice", "digits");
    refused();
    show(kernels, next, { agreed: 1 });
    refused();
    show(kernels, next, { agreed: 2, differing: 1 });
    refused();
    show(kernels, next, { agreed: 2, split: 1 });
    refused();
  });

  test("takes a head that showed what is asked for, at the bound", () => {
    const kernels = withPolicy();
    const next = active(kernels, "two");
    show(kernels, next, { agreed: 3, differing: 1 });
    kernels.setHead("alice", next);
    expect(headOf(kernels)).toEqual(next);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("does not count what a version showed beside another head than the present one", () => {
    const kernels = withPolicy();
    const [two, three] = [active(kernels, "two"), active(kernels, "three")];
    show(kernels, two, { agreed: 4 });
    show(kernels, three, { agreed: 4 });
    kernels.setHead("alice", two);
    kernels.expectRefused(shadowRequired, () => {
      kernels.setHead("alice", three);
    });
    show(kernels, three, { agreed: 4 });
    kernels.setHead("alice", three);
    expect(headOf(kernels)).toEqual(three);
  });

  test("lets what was its head before become it again", () => {
    const kernels = withPolicy();
    const first = headOf(kernels)!;
    const next = active(kernels, "two");
    show(kernels, next, { agreed: 2 });
    kernels.setHead("alice", next);
    kernels.setHead("alice", first);
    kernels.setHead("alice", next);
    expect(headOf(kernels)).toEqual(next);
  });

  test("that loses its head prefers a version that may lead, and takes any before it has none", () => {
    const kernels = withPolicy();
    const first = headOf(kernels)!;
    const [two, three] = [active(kernels, "two"), active(kernels, "three")];
    show(kernels, two, { agreed: 2 });
    kernels.takeDown("carol", first);
    expect(headOf(kernels)).toEqual(two);
    kernels.deprecate("alice", two);
    expect(headOf(kernels)).toEqual(three);
    kernels.deprecate("alice", three);
    expect(headOf(kernels)).toBeUndefined();
    const four = active(kernels, "four");
    expect(headOf(kernels)).toEqual(four);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("keeps the policy when it is given away, and loses it with no requests", () => {
    const kernels = withPolicy();
    kernels.transfer("alice", "digits", accountText("bob"));
    const next = kernels.publishNew("bob", "digits", "two");
    kernels.settle(next);
    kernels.expectRefused(shadowRequired, () => {
      kernels.setHead("bob", next);
    });
    kernels.setShadowPolicy("bob", "digits", 0);
    kernels.setHead("bob", next);
    expect(headOf(kernels)).toEqual(next);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("a policy is refused", () => {
  test("of what is no kernel, another's, or out of bounds", () => {
    const kernels = withPolicy();
    const set =
      (name: string, kernel: string, requests: number, bps = 0) =>
      () => {
        kernels.setShadowPolicy(name, kernel, requests, bps);
      };
    kernels.expectRefused(unknownKernel, set("alice", "nothing", 1));
    kernels.expectRefused(notOwner, set("bob", "digits", 1));
    kernels.expectRefused(invalidShadowPolicy, set("alice", "digits", 0, 1));
    kernels.expectRefused(invalidShadowPolicy, set("alice", "digits", 1, 10_001));
    kernels.expectRefused(invalidShadowPolicy, set("alice", "digits", 1_001));
    kernels.expectRefused(invalidShadowPolicy, set("alice", "digits", 70_000));
    set("alice", "digits", 1_000, 10_000)();
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});
