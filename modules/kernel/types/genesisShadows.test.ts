import { describe, expect, test } from "vitest";
import {
  type GenesisState,
  type ShadowPolicy,
  ShadowEnd,
  type ShadowRun,
  ShadowStatus,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { coin } from "#core/primitives/coin.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { DENOM, KernelFixture } from "#test/harness/kernelFixture.js";
import { exportGenesis } from "../keeper/genesis.js";
import { validateGenesis } from "./genesis.js";
import { invalidGenesis, invalidShadowPolicy } from "./registryErrors.js";

/** Kernel digits of three versions, the first the head; the second ran, the third is running. */
function sample(): { kernels: KernelFixture; second: Uint8Array; third: Uint8Array } {
  const kernels = new KernelFixture();
  const [head, second, third] = ["a", "b", "c"].map((seed) => {
    const id = kernels.publishNew("alice", "digits", seed);
    kernels.settle(id);
    return id;
  }) as [Uint8Array, Uint8Array, Uint8Array];
  kernels.setHead("alice", head);
  kernels.startShadow("alice", second, { requests: 1 });
  kernels.stopShadow("alice", "digits");
  kernels.startShadow("alice", third, { requests: 3 });
  const price = { price: coin(DENOM, 10n), module: "community" };
  kernels.keeper.payShadow(kernels.ctx, third, price);
  kernels.setShadowPolicy("alice", "digits", 3, 9_000);
  return { kernels, second, third };
}

const { kernels: KERNELS } = sample();
const GOOD = exportGenesis(KERNELS.ctx, KERNELS.keeper.state);

function withRun(place: number, changes: Partial<ShadowRun>): GenesisState {
  const shadowRuns = GOOD.shadowRuns.map((run, index) =>
    index === place ? { ...run, ...changes } : run,
  );
  return { ...GOOD, shadowRuns };
}

function withPolicies(...changes: ReadonlyArray<Partial<ShadowPolicy>>): GenesisState {
  const [policy] = GOOD.shadowPolicies;
  return { ...GOOD, shadowPolicies: changes.map((one) => ({ ...policy!, ...one })) };
}

/** The version that runs is deprecated, and nothing else is said of it. */
function deprecated(): GenesisState {
  const versions = GOOD.versions.map((entry, index) =>
    index === 2
      ? { ...entry, version: { ...entry.version, status: VersionStatus.DEPRECATED } }
      : entry,
  );
  return { ...GOOD, versions };
}

const HEAD = GOOD.kernels[0]!.headVersionId;
const NOBODY = new Uint8Array(32);

type Case = readonly [name: string, genesis: GenesisState, error?: ErrorFactory];

const CASES: readonly Case[] = [
  ["of no kernel", withRun(0, { kernelId: 9n })],
  ["of no version", withRun(0, { versionId: NOBODY })],
  ["of another number", withRun(0, { number: 7n })],
  ["beside nothing", withRun(0, { headVersionId: NOBODY })],
  ["of no requests", withRun(0, { requests: 0 })],
  ["with more queued than asked for", withRun(1, { queued: 4 })],
  ["with more ended than queued", withRun(1, { answered: 2 })],
  ["with more agreed than answered", withRun(1, { agreed: 1 })],
  ["with more failed than answered", withRun(1, { kernelFailed: 1 })],
  ["with a price that is none", withRun(1, { headPrice: "x" })],
  ["with a budget that is none", withRun(1, { budget: { denom: DENOM, amount: "-1" } })],
  ["with a budget of another denomination", withRun(1, { budget: coin("uatom", 1n) })],
  ["that is running, with an end", withRun(1, { end: ShadowEnd.STOPPED })],
  ["that is running with nothing left to repeat", withRun(1, { requests: 1 })],
  [
    "that is running beside another than the head",
    withRun(1, { headVersionId: GOOD.versions[1]!.version.id }),
  ],
  ["of a deprecated version that is running", deprecated()],
  ["that has ended without an end", withRun(0, { end: ShadowEnd.UNSPECIFIED })],
  ["that has ended with a budget", withRun(0, { budget: coin(DENOM, 1n) })],
  ["that has ended with something under way", withRun(0, { queued: 1 })],
  ["that drains with nothing under way", withRun(0, { status: ShadowStatus.DRAINING })],
  ["that has ended at no height", withRun(0, { endedHeight: 0n })],
  ["that began below 0", withRun(0, { startedHeight: -1n })],
  ["of an unknown state", withRun(0, { status: 9 as ShadowStatus })],
  ["of an unknown end", withRun(0, { end: 9 as ShadowEnd })],
  ["paid by nobody", withRun(0, { payer: "nobody" }), invalidAddress],
  ["out of order", { ...GOOD, shadowRuns: [...GOOD.shadowRuns].reverse() }],
  [
    "that is running beside another that is",
    withRun(0, {
      status: ShadowStatus.RUNNING,
      end: ShadowEnd.UNSPECIFIED,
      endedHeight: 0n,
    }),
  ],
  ["whose policy is of no kernel", withPolicies({ kernelId: 9n })],
  ["whose policy is there twice", withPolicies({}, {})],
  ["whose policy asks for nothing", withPolicies({ minRequests: 0 }), invalidShadowPolicy],
  [
    "whose policy asks for too much",
    withPolicies({ minAgreementBps: 10_001 }),
    invalidShadowPolicy,
  ],
];

describe("shadow runs of a kernel section", () => {
  test("are valid as a living chain has them", () => {
    expect(GOOD.shadowRuns.map(({ status }) => status)).toEqual([
      ShadowStatus.ENDED,
      ShadowStatus.RUNNING,
    ]);
    expect(
      caught(() => {
        validateGenesis(GOOD);
      }),
    ).toBeUndefined();
  });

  test.each(
    CASES.map(([name, genesis, expected]) => ({
      name,
      genesis,
      expected: expected ?? invalidGenesis,
    })),
  )("one $name is refused", ({ genesis, expected }) => {
    const refusal = caught(() => {
      validateGenesis(genesis);
    });
    expect(expected.is(refusal), String(refusal)).toBe(true);
  });

  test("count what was skipped no further than the field goes", () => {
    const skipped = (1n << 64n) - 1n;
    const kernels = new KernelFixture(withRun(1, { skipped }), KERNELS.moduleBalance("kernel"));
    const { versionId } = GOOD.shadowRuns[1]!;
    kernels.keeper.skipShadow(kernels.ctx, versionId);
    expect(kernels.shadowRun(versionId)?.skipped).toBe(skipped);
  });

  test("a head that a genesis file does not call one is one all the same", () => {
    const versions = GOOD.versions.map((entry) => ({
      ...entry,
      version: { ...entry.version, wasHead: false },
    }));
    const kernels = new KernelFixture({ ...GOOD, versions }, KERNELS.moduleBalance("kernel"));
    expect(kernels.keeper.findVersion(kernels.ctx, HEAD)?.wasHead).toBe(true);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("invariants of shadow runs", () => {
  type Corruption = readonly [string, string, (given: ReturnType<typeof sample>) => void];
  const change =
    (changes: Partial<ShadowRun>): Corruption[2] =>
    ({ kernels, third }) => {
      const run = kernels.shadowRun(third)!;
      kernels.keeper.state.tables.shadowRuns.set(
        kernels.ctx.kv(kernels.keys.state),
        [run.kernelId, run.number],
        { ...run, ...changes },
      );
    };
  const corruptions: readonly Corruption[] = [
    ["a budget that is not there", "escrow", change({ budget: coin(DENOM, 991n) })],
    ["more agreed than answered", "shadow-runs", change({ agreed: 1 })],
    ["an end of what is filed as running", "shadow-runs", change({ end: ShadowEnd.STOPPED })],
    [
      "a run that is running and not filed so",
      "shadow-runs",
      ({ kernels }) => {
        const kv = kernels.ctx.kv(kernels.keys.state);
        kernels.keeper.state.tables.runningShadows.delete(kv, 1n);
      },
    ],
    [
      "a policy of no kernel",
      "shadow-policies",
      ({ kernels }) => {
        const policy = { kernelId: 9n, minRequests: 1, minAgreementBps: 0 };
        kernels.keeper.state.shadows.setPolicy(kernels.ctx, policy);
      },
    ],
    [
      "a policy beyond everything",
      "shadow-policies",
      ({ kernels }) => {
        const policy = { kernelId: 1n, minRequests: 1, minAgreementBps: 10_001 };
        kernels.keeper.state.shadows.setPolicy(kernels.ctx, policy);
      },
    ],
    [
      "a head that was none",
      "heads",
      ({ kernels }) => {
        const { state } = kernels.keeper;
        const head = state.getVersion(kernels.ctx, HEAD);
        state.setVersion(kernels.ctx, { ...head, wasHead: false });
      },
    ],
    [
      "a version that waits in vain",
      "awaiting-validation",
      ({ kernels, third }) => {
        kernels.keeper.state.addRevokedWaiting(kernels.ctx, third);
      },
    ],
  ];

  test.each(corruptions)("%s breaks %s", (_, invariant, corrupt) => {
    const given = sample();
    expect(given.kernels.brokenInvariants()).toEqual([]);
    corrupt(given);
    const broken = given.kernels.brokenInvariants().map((line) => line.split(":")[0]);
    expect(broken).toContain(invariant);
  });
});
