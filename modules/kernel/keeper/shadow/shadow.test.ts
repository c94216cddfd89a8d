import { describe, expect, test } from "vitest";
import {
  DataType,
  type Manifest,
  type QueryShadowRunResponse,
  type QueryShadowRunsResponse,
  ShadowEnd,
  ShadowStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { coin } from "#core/primitives/coin.js";
import { insufficientFunds, invalidCoins, keyNotFound } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import {
  accountText,
  bytesOf,
  DENOM,
  FUNDS,
  KernelFixture,
  kernelParts,
  manifestOf,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import {
  invalidDigest,
  invalidShadowRun,
  noShadowRun,
  notActive,
  notOwner,
  notShadowable,
  shadowUnderWay,
  unknownKernel,
  unknownVersion,
} from "../../types/registryErrors.js";
import { exportGenesis } from "../genesis.js";

/** A kernel of alice's with a head and a version that is not. */
function twoVersions(genesis = smallGenesis()): {
  kernels: KernelFixture;
  head: Uint8Array;
  next: Uint8Array;
} {
  const kernels = new KernelFixture(genesis);
  const head = active(kernels, "one");
  const next = active(kernels, "two");
  kernels.setHead("alice", head);
  return { kernels, head, next };
}

function active(kernels: KernelFixture, seed: string): Uint8Array {
  const id = kernels.publishNew("alice", "digits", seed);
  kernels.settle(id);
  return id;
}

/** A version like another, with changes, that has passed. */
function variant(kernels: KernelFixture, of: Uint8Array, changes: Partial<Manifest>): Uint8Array {
  const manifest = { ...kernels.keeper.getManifest(kernels.ctx, of), ...changes };
  const { versionId } = kernels.publish("alice", { ...manifest, description: "variant" });
  kernels.settle(versionId);
  return versionId;
}

const price = (amount: bigint) => ({ price: coin(DENOM, amount), module: "community" });

/** Queues shadow requests of a version, each for 100. */
function queue(kernels: KernelFixture, versionId: Uint8Array, count: number): void {
  for (let index = 0; index < count; index++) {
    kernels.keeper.payShadow(kernels.ctx, versionId, price(100n));
  }
}

const COST = { blocks: 4n, gas: 1_000n, price: 100n };
const AGREED = { kind: "answered", agrees: true, fails: false, head: COST, shadow: COST } as const;

function count(kernels: KernelFixture, versionId: Uint8Array, times: number): void {
  for (let index = 0; index < times; index++) {
    kernels.keeper.countShadow(kernels.ctx, versionId, AGREED);
  }
}

describe("a shadow run", () => {
  test("begins beside the head, with the owner's budget in escrow", () => {
    const { kernels, head, next } = twoVersions();
    const before = kernels.balance("alice");
    kernels.beginBlock(7n);
    kernels.startShadow("alice", next, { requests: 3, budget: 500n });
    expect(kernels.balance("alice")).toBe(before - 500n);
    expect(kernels.shadowRun(next)).toMatchObject({
      headVersionId: head,
      status: ShadowStatus.RUNNING,
      startedHeight: 7n,
      requests: 3,
      budget: coin(DENOM, 500n),
    });
    expect(kernels.keeper.findShadow(kernels.ctx, head)?.id).toEqual(next);
    expect(kernels.keeper.findShadow(kernels.ctx, next)).toBeUndefined();
    expect(kernels.ctx.events.at(-1)).toMatchObject({ type: "kernel.shadow_started" });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("of all its requests gives back what is left, and ends with the last of them", () => {
    const { kernels, next } = twoVersions();
    const before = kernels.balance("alice");
    const pool = kernels.moduleBalance("community");
    kernels.startShadow("alice", next, { requests: 3, budget: 500n });
    queue(kernels, next, 3);
    expect(kernels.balance("alice")).toBe(before - 300n);
    expect(kernels.moduleBalance("community")).toBe(pool + 300n);
    const draining = { status: ShadowStatus.DRAINING, end: ShadowEnd.COMPLETE, queued: 3 };
    expect(kernels.shadowRun(next)).toMatchObject(draining);
    expect(kernels.brokenInvariants()).toEqual([]);
    count(kernels, next, 1);
    kernels.keeper.countShadow(kernels.ctx, next, { kind: "noAgreement" });
    const fails = { ...AGREED, agrees: false, fails: true };
    kernels.keeper.countShadow(kernels.ctx, next, fails);
    expect(kernels.shadowRun(next)).toMatchObject({
      status: ShadowStatus.ENDED,
      end: ShadowEnd.COMPLETE,
      endedHeight: 1n,
      answered: 2,
      agreed: 1,
      kernelFailed: 1,
      noAgreement: 1,
      dropped: 0,
      headBlocks: 8n,
      shadowGas: 2_000n,
      headPrice: "200",
    });
    const ended = kernels.ctx.events.at(-1)!;
    expect(
      Object.fromEntries(ended.attributes.map(({ key, value }) => [key, value])),
    ).toMatchObject({ kernel: "digits", end: "COMPLETE", answered: "2", agreed: "1" });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("ends when its budget does not pay for another request", () => {
    const { kernels, next } = twoVersions();
    const before = kernels.balance("alice");
    kernels.startShadow("alice", next, { requests: 9, budget: 250n });
    queue(kernels, next, 2);
    expect(kernels.keeper.payShadow(kernels.ctx, next, price(100n))).toBeUndefined();
    const spent = { status: ShadowStatus.DRAINING, end: ShadowEnd.BUDGET_SPENT, queued: 2 };
    expect(kernels.shadowRun(next)).toMatchObject(spent);
    expect(kernels.balance("alice")).toBe(before - 200n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("ends when what it would have to pay is not what it has", () => {
    const { kernels, next } = twoVersions();
    kernels.startShadow("alice", next);
    const other = { price: coin("uatom", 1n), module: "community" };
    expect(kernels.keeper.payShadow(kernels.ctx, next, other)).toBeUndefined();
    expect(kernels.shadowRun(next)?.end).toBe(ShadowEnd.BUDGET_SPENT);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("that is stopped awaits what is under way, and gives back the rest at once", () => {
    const { kernels, next } = twoVersions();
    const before = kernels.balance("alice");
    kernels.startShadow("alice", next);
    queue(kernels, next, 2);
    kernels.stopShadow("alice", "digits");
    expect(kernels.balance("alice")).toBe(before - 200n);
    const draining = { status: ShadowStatus.DRAINING, end: ShadowEnd.STOPPED };
    expect(kernels.shadowRun(next)).toMatchObject(draining);
    expect([...kernels.keeper.pendingShadows(kernels.ctx)]).toEqual([[next, 2]]);
    count(kernels, next, 1);
    kernels.keeper.countShadow(kernels.ctx, next, { kind: "dropped" });
    expect(kernels.shadowRun(next)).toMatchObject({ status: ShadowStatus.ENDED, dropped: 1 });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("notes answers of the head that are not repeated", () => {
    const { kernels, next } = twoVersions();
    kernels.startShadow("alice", next);
    kernels.keeper.skipShadow(kernels.ctx, next);
    expect(kernels.shadowRun(next)).toMatchObject({ skipped: 1n, queued: 0 });
  });

  test("sums up gas that no number holds to the largest that one does", () => {
    const { kernels, next } = twoVersions();
    kernels.startShadow("alice", next);
    queue(kernels, next, 2);
    const shadow = { ...COST, gas: (1n << 64n) - 5n };
    for (let index = 0; index < 2; index++) {
      kernels.keeper.countShadow(kernels.ctx, next, { ...AGREED, shadow });
    }
    expect(kernels.shadowRun(next)?.shadowGas).toBe((1n << 64n) - 1n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("makes room for the next one of its version when it has ended", () => {
    const { kernels, next } = twoVersions();
    kernels.startShadow("alice", next);
    queue(kernels, next, 1);
    kernels.stopShadow("alice", "digits");
    kernels.expectRefused(shadowUnderWay, () => {
      kernels.startShadow("alice", next);
    });
    count(kernels, next, 1);
    kernels.startShadow("alice", next, { requests: 5 });
    expect(kernels.shadowRun(next)).toMatchObject({ requests: 5, answered: 0, queued: 0 });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("of one version may begin while the last of another's is under way", () => {
    const { kernels, head, next } = twoVersions();
    const third = active(kernels, "three");
    kernels.setHead("alice", head);
    kernels.startShadow("alice", next);
    queue(kernels, next, 1);
    kernels.stopShadow("alice", "digits");
    kernels.startShadow("alice", third);
    count(kernels, next, 1);
    expect(kernels.shadowRun(next)?.status).toBe(ShadowStatus.ENDED);
    expect(kernels.shadowRun(third)?.status).toBe(ShadowStatus.RUNNING);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("what happens to the kernel ends the run:", () => {
  type Ending = readonly [
    name: string,
    end: (kernels: KernelFixture, ids: { head: Uint8Array; next: Uint8Array }) => void,
    why: ShadowEnd,
  ];
  const endings: readonly Ending[] = [
    [
      "it is given away",
      (kernels) => {
        kernels.transfer("alice", "digits", accountText("bob"));
      },
      ShadowEnd.STOPPED,
    ],
    [
      "the version becomes the head",
      (kernels, { next }) => {
        kernels.setHead("alice", next);
      },
      ShadowEnd.HEAD_MOVED,
    ],
    ["another version becomes active", (kernels) => active(kernels, "new"), ShadowEnd.HEAD_MOVED],
    [
      "the head is deprecated",
      (kernels, { head }) => {
        kernels.deprecate("alice", head);
      },
      ShadowEnd.HEAD_MOVED,
    ],
    [
      "the head is taken down",
      (kernels, { head }) => {
        kernels.takeDown("carol", head);
      },
      ShadowEnd.HEAD_MOVED,
    ],
    [
      "the version is deprecated",
      (kernels, { next }) => {
        kernels.deprecate("alice", next);
      },
      ShadowEnd.NOT_ACTIVE,
    ],
    [
      "the version is taken down",
      (kernels, { next }) => {
        kernels.takeDown("carol", next);
      },
      ShadowEnd.NOT_ACTIVE,
    ],
  ];
  test.each(endings)("%s", (_, end, why) => {
    const { kernels, head, next } = twoVersions();
    kernels.startShadow("alice", next, { budget: 700n });
    queue(kernels, next, 1);
    end(kernels, { head, next });
    expect(kernels.shadowRun(next)).toMatchObject({
      status: ShadowStatus.DRAINING,
      end: why,
      budget: coin(DENOM, 0n),
    });
    expect(kernels.keeper.findShadow(kernels.ctx, head)).toBeUndefined();
    expect(kernels.brokenInvariants()).toEqual([]);
    count(kernels, next, 1);
    expect(kernels.shadowRun(next)).toMatchObject({ status: ShadowStatus.ENDED, end: why });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("and the payer gets what is left, whoever owns the kernel by then", () => {
    const { kernels, next } = twoVersions();
    const before = kernels.balance("alice");
    kernels.startShadow("alice", next, { budget: 700n });
    kernels.transfer("alice", "digits", accountText("bob"));
    expect([kernels.balance("alice"), kernels.balance("bob")]).toEqual([before, FUNDS]);
    expect(kernels.shadowRun(next)?.status).toBe(ShadowStatus.ENDED);
  });
});

describe("a shadow run is refused", () => {
  test("of a version that is none, another's, not active or the head", () => {
    const { kernels, head, next } = twoVersions();
    const waiting = kernels.publishNew("alice", "digits", "three");
    const unknown = new Uint8Array(32);
    kernels.expectRefused(invalidDigest, () => {
      kernels.startShadow("alice", new Uint8Array(3));
    });
    kernels.expectRefused(unknownVersion, () => {
      kernels.startShadow("alice", unknown);
    });
    kernels.expectRefused(notOwner, () => {
      kernels.startShadow("bob", next);
    });
    kernels.expectRefused(notActive, () => {
      kernels.startShadow("alice", waiting);
    });
    kernels.expectRefused(notShadowable, () => {
      kernels.startShadow("alice", head);
    });
  });

  const other = {
    name: "x",
    dataType: DataType.INT64,
    shape: [],
    maxBytes: 0n,
    allowNonFinite: false,
  };
  test.each<readonly [string, Partial<Manifest>, RegExp]>([
    ["takes other inputs", { inputs: [other] }, /takes other inputs than the head/],
    ["gives other outputs", { outputs: [other] }, /gives other outputs than the head/],
    ["gives more outputs", { outputs: [other, { ...other, name: "y" }] }, /gives other outputs/],
  ])("of a version that %s", (_, changes, problem) => {
    const { kernels, head } = twoVersions();
    const next = variant(kernels, head, changes);
    kernels.setHead("alice", head);
    const start = (): void => {
      kernels.startShadow("alice", next);
    };
    kernels.expectRefused(notShadowable, start);
    expect(String(caught(start))).toMatch(problem);
  });

  test("of a version whose committee's answers may lawfully differ, and beside such a head", () => {
    const parts = { ...kernelParts("ensemble"), aggregation: bytesOf("aggregation", 50) };
    const kernels = new KernelFixture(smallGenesis({ codeAggregationKernels: ["digits"] }));
    const head = active(kernels, "one");
    for (const bytes of Object.values(parts)) kernels.upload("alice", bytes);
    const { versionId: byCode } = kernels.publish("alice", manifestOf("digits", parts));
    kernels.settle(byCode);
    const start = (id: Uint8Array) => () => {
      kernels.startShadow("alice", id);
    };
    kernels.expectRefused(notShadowable, start(head));
    kernels.setHead("alice", head);
    kernels.expectRefused(notShadowable, start(byCode));
  });

  test("while another version of the kernel has one", () => {
    const { kernels, head, next } = twoVersions();
    const third = variant(kernels, next, {});
    kernels.setHead("alice", head);
    kernels.startShadow("alice", next);
    kernels.expectRefused(shadowUnderWay, () => {
      kernels.startShadow("alice", third);
    });
    kernels.expectRefused(shadowUnderWay, () => {
      kernels.startShadow("alice", next);
    });
  });

  test("of no or too many requests, without a budget, and beyond the owner's means", () => {
    const { kernels, next } = twoVersions(smallGenesis({ maxShadowRequests: 20 }));
    const start = (given: { requests?: number; budget?: bigint }) => () => {
      kernels.startShadow("alice", next, given);
    };
    kernels.expectRefused(invalidShadowRun, start({ requests: 0 }));
    kernels.expectRefused(invalidShadowRun, start({ requests: 21 }));
    kernels.expectRefused(invalidCoins, start({ budget: 0n }));
    kernels.expectRefused(insufficientFunds, start({ budget: kernels.balance("alice") + 1n }));
    start({ requests: 20, budget: kernels.balance("alice") })();
    expect(kernels.balance("alice")).toBe(0n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("on a chain that allows none", () => {
    const { kernels, next } = twoVersions(smallGenesis({ maxShadowRequests: 0 }));
    kernels.expectRefused(invalidShadowRun, () => {
      kernels.startShadow("alice", next, { requests: 1 });
    });
  });

  test("and cannot be stopped where there is none, or by another", () => {
    const { kernels, next } = twoVersions();
    kernels.expectRefused(unknownKernel, () => {
      kernels.stopShadow("alice", "nothing");
    });
    kernels.expectRefused(noShadowRun, () => {
      kernels.stopShadow("alice", "digits");
    });
    kernels.startShadow("alice", next);
    kernels.expectRefused(notOwner, () => {
      kernels.stopShadow("bob", "digits");
    });
    kernels.stopShadow("alice", "digits");
    kernels.expectRefused(noShadowRun, () => {
      kernels.stopShadow("alice", "digits");
    });
  });
});

describe("reports", () => {
  test("are read by version and by kernel, in pages, with the policy", () => {
    const { kernels, head, next } = twoVersions();
    const id = next;
    expect(keyNotFound.is(caught(() => kernels.query("ShadowRun", { id })))).toBe(true);
    kernels.startShadow("alice", next, { requests: 4 });
    const { run } = kernels.query("ShadowRun", { id }) as QueryShadowRunResponse;
    expect(run).toMatchObject({ versionId: next, headVersionId: head, requests: 4 });
    const all = kernels.query("ShadowRuns", { name: "digits" }) as QueryShadowRunsResponse;
    expect([all.policy, all.runs]).toEqual([undefined, [run]]);
    kernels.setShadowPolicy("alice", "digits", 4, 9_900);
    const with1 = kernels.query("ShadowRuns", { name: "digits" }) as QueryShadowRunsResponse;
    expect(with1.policy).toMatchObject({ minRequests: 4, minAgreementBps: 9_900 });
    expect(keyNotFound.is(caught(() => kernels.query("ShadowRuns", { name: "no" })))).toBe(true);
  });

  test("survive an export in the middle of a run, with its budget", () => {
    const { kernels, next } = twoVersions();
    kernels.setShadowPolicy("alice", "digits", 2);
    kernels.startShadow("alice", next);
    queue(kernels, next, 1);
    const genesis = exportGenesis(kernels.ctx, kernels.keeper.state);
    const held = kernels.moduleBalance("kernel");
    const again = new KernelFixture(genesis, held);
    expect(exportGenesis(again.ctx, again.keeper.state)).toEqual(genesis);
    expect(again.brokenInvariants()).toEqual([]);
    count(again, next, 1);
    again.stopShadow("alice", "digits");
    expect(again.shadowRun(next)).toMatchObject({ status: ShadowStatus.ENDED, answered: 1 });
    expect(again.brokenInvariants()).toEqual([]);
  });
});
