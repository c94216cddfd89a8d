import { describe, expect, test } from "vitest";
import { BatchKind, BatchStatus, FaultKind } from "#core/codec/generated/aivm/inference/v1.js";
import {
  Manifest,
  ValidationReport,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { DENOM, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { batchRoot, requestLeaf } from "../types/digests.js";

const FEE = 1_001n;

/** A chain on which a version that waits for its validation was published a block ago. */
function published(
  count = 1,
  changes: Partial<Manifest> = {},
): { chain: InferenceFixture; ids: Uint8Array[] } {
  const chain = new InferenceFixture();
  const { state } = chain.kernel;
  const template = chain.kernel.findHead(chain.ctx, "echo")!;
  const ids = Array.from({ length: count }, (_, index) => {
    const manifest = Manifest.encode({
      ...testManifest({ name: "echo" }),
      ...changes,
      description: `another ${index}`,
    });
    const version: Version = {
      ...template,
      id: sha256(manifest),
      number: BigInt(index + 2),
      manifestHash: sha256(manifest),
      status: VersionStatus.VALIDATING,
      validationFee: coin(DENOM, FEE),
      publishedHeight: chain.height,
      validationHeight: chain.height,
    };
    state.addVersion(chain.ctx, version, manifest);
    state.addWaiting(chain.ctx, version);
    chain.bank.sendToModule(chain.ctx, chain.user.address, "kernel", [coin(DENOM, FEE)]);
    return version.id;
  });
  return { chain, ids };
}

const versionOf = (chain: InferenceFixture, id: Uint8Array): Version =>
  chain.kernel.findVersion(chain.ctx, id)!;

function runUntilClosed(chain: InferenceFixture, id: bigint): void {
  chain.runUntil(() => chain.keeper.findBatch(chain.ctx, id)?.status === BatchStatus.CLOSED);
}

describe("a validation job", () => {
  test("is drawn for all providers in the block after publication, one a block", () => {
    const { chain, ids } = published(2);
    chain.run();
    expect(chain.batch(1n)).toMatchObject({
      kind: BatchKind.VALIDATION,
      requestIds: [],
      versionId: ids.toSorted((a, b) => Buffer.compare(a, b))[0],
      gas: 1_000_000n,
    });
    expect(chain.batch(1n).seats).toHaveLength(4);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    chain.run();
    expect(chain.batch(2n).kind).toBe(BatchKind.VALIDATION);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("waits until those who are available have enough power", () => {
    const { chain } = published();
    chain.staking.extraPower = 1_000n;
    chain.run(2);
    expect(chain.keeper.findBatch(chain.ctx, 1n)).toBeUndefined();
    chain.staking.extraPower = 0n;
    chain.run();
    expect(chain.batch(1n).kind).toBe(BatchKind.VALIDATION);
  });

  test("makes the version ACTIVE with what was measured and shares the fee among the right", () => {
    const { chain, ids } = published();
    chain.run(5);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    const active = { status: VersionStatus.ACTIVE, modelGas: 500_000n };
    expect(versionOf(chain, ids[0]!)).toMatchObject(active);
    expect(chain.validators.map(({ account }) => chain.balance(account))).toEqual([
      250n,
      250n,
      250n,
      250n,
    ]);
    expect(chain.reward.communityPool(chain.ctx)).toBe(1n);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("makes it REJECTED with the reason on which providers agree", () => {
    const { chain, ids } = published();
    for (const number of [0, 1, 2, 3]) {
      chain.behave(number, {
        report: (honest) => ({ ...honest, accepted: false, reason: "vector 3 differs" }),
      });
    }
    chain.run(5);
    const rejected = { status: VersionStatus.REJECTED, reason: "vector 3 differs" };
    expect(versionOf(chain, ids[0]!)).toMatchObject(rejected);
  });

  test("punishes who reports otherwise at once and does not pay it", () => {
    const { chain, ids } = published();
    chain.behave(2, { report: (honest) => ({ ...honest, modelGas: 1n }) });
    chain.runUntil(() => versionOf(chain, ids[0]!).status === VersionStatus.ACTIVE);
    expect(chain.faults()).toMatchObject([{ kind: FaultKind.WRONG, batchId: 1n }]);
    expect(chain.balance(chain.validators[2]!.account)).toBe(0n);
    expect(chain.balance(chain.validators[0]!.account)).toBe(333n);
  });

  test("of the native engine punishes nobody, since processors may judge a vector otherwise", () => {
    const near = testManifest({ name: "echo", epsilon: 10_000n });
    const { chain, ids } = published(1, { ...near, modelEngine: NATIVE_ENGINE });
    const reason = "test vector 0 gives an output farther than the tolerance from the promised one";
    chain.behave(2, { report: () => ValidationReport.create({ accepted: false, reason }) });
    chain.runUntil(() => versionOf(chain, ids[0]!).status === VersionStatus.ACTIVE);
    runUntilClosed(chain, 1n);
    expect(chain.faults()).toEqual([]);
    expect(chain.balance(chain.validators[2]!.account)).toBe(0n);
    expect(chain.balance(chain.validators[0]!.account)).toBe(333n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("without agreement is a rejection, is not compared, and nobody is paid or punished", () => {
    const { chain, ids } = published();
    for (const number of [0, 1]) {
      chain.behave(number, { report: (honest) => ({ ...honest, modelGas: 1n }) });
    }
    chain.run(5);
    expect(versionOf(chain, ids[0]!)).toMatchObject({
      status: VersionStatus.REJECTED,
      reason: "providers do not agree on the validation",
    });
    expect(chain.faults()).toEqual([]);
    expect(chain.reward.communityPool(chain.ctx)).toBe(FEE);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("that too few answered in time is drawn again, later and with a longer grace", () => {
    const { chain, ids } = published();
    for (const number of [0, 1]) chain.behave(number, { declines: () => true });
    runUntilClosed(chain, 1n);
    const retried = versionOf(chain, ids[0]!);
    expect(retried).toMatchObject({
      status: VersionStatus.VALIDATING,
      validationAttempts: 1,
      validationHeight: chain.height + 12n,
      validationFee: coin(DENOM, FEE),
    });
    expect(chain.events.map(({ type }) => type)).toContain("kernel.validation_postponed");
    expect(chain.brokenInvariants()).toEqual([]);
    chain.behave(0, {});
    chain.behave(1, {});
    chain.run(12);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    chain.run();
    expect(chain.batch(2n)).toMatchObject({
      kind: BatchKind.VALIDATION,
      versionId: ids[0],
      phaseHeight: chain.height + 2n + 12n,
    });
    chain.run(5);
    expect(versionOf(chain, ids[0]!).status).toBe(VersionStatus.ACTIVE);
    expect(chain.validators.map(({ account }) => chain.balance(account))).toEqual([
      250n,
      250n,
      250n,
      250n,
    ]);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is drawn again when one answer differs and the silent could still have agreed", () => {
    const { chain, ids } = published();
    chain.behave(0, { declines: () => true });
    chain.behave(1, { report: (honest) => ({ ...honest, modelGas: 1n }) });
    runUntilClosed(chain, 1n);
    expect(versionOf(chain, ids[0]!).status).toBe(VersionStatus.VALIDATING);
    expect(chain.faults()).toEqual([]);
  });

  test("is a rejection when not even the silent could have made an agreement", () => {
    const { chain, ids } = published();
    chain.behave(0, { declines: () => true });
    chain.behave(1, { report: (honest) => ({ ...honest, modelGas: 1n }) });
    chain.behave(2, { report: (honest) => ({ ...honest, modelGas: 2n }) });
    runUntilClosed(chain, 1n);
    expect(versionOf(chain, ids[0]!)).toMatchObject({
      status: VersionStatus.REJECTED,
      reason: "providers do not agree on the validation",
    });
  });

  test("ends after three that too few answered, with a reason of its own and unpaid", () => {
    const { chain, ids } = published();
    for (const number of [0, 1, 2, 3]) chain.behave(number, { declines: () => true });
    chain.runUntil(() => versionOf(chain, ids[0]!).status === VersionStatus.REJECTED);
    expect(versionOf(chain, ids[0]!)).toMatchObject({
      reason: "too few providers answered the validation job in time, 3 times",
      validationAttempts: 3,
      validationFee: coin(DENOM, 0n),
    });
    expect(chain.keeper.findBatch(chain.ctx, 4n)).toBeUndefined();
    expect(chain.reward.communityPool(chain.ctx)).toBe(FEE);
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is not drawn again in the block that ended it, and others go before it", () => {
    const { chain, ids } = published(2);
    for (const number of [0, 1, 2, 3]) {
      chain.behave(number, { declines: ({ id }) => id === 1n });
    }
    runUntilClosed(chain, 1n);
    const [first] = ids.toSorted((a, b) => Buffer.compare(a, b));
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 3n) !== undefined);
    expect(chain.batch(2n).versionId).not.toEqual(first);
    expect(chain.batch(3n).versionId).toEqual(first);
  });

  test("that fails, or whose report is no report, is a rejection", () => {
    const given = [
      [new Uint8Array([0xff]), "the validation report is malformed"],
      [undefined, "the validation job failed"],
    ] as const;
    for (const [output, reason] of given) {
      const { chain, ids } = published();
      for (const receipts of chain.receipts) {
        const findFinished = receipts.findFinished.bind(receipts);
        receipts.findFinished = (batchId) => {
          const finished = findFinished(batchId);
          return finished && replaceOnly(finished, output);
        };
      }
      chain.run(5);
      expect(versionOf(chain, ids[0]!)).toMatchObject({ status: VersionStatus.REJECTED, reason });
    }
  });
});

type Finished = NonNullable<ReturnType<InferenceFixture["receipts"][number]["findFinished"]>>;

/** The finished job with another output, or with a failure in place of one. */
function replaceOnly(finished: Finished, output: Uint8Array | undefined): Finished {
  const honest = executionOf(
    output ?? ValidationReport.encode(ValidationReport.create()),
    undefined,
  );
  const failed = {
    receipt: {
      ...honest.receipt,
      status: 5 as const,
      outputSize: 0n,
      outputDigest: new Uint8Array(0),
    },
    output: new Uint8Array(0),
  };
  const execution = output === undefined ? failed : honest;
  const leaf = requestLeaf([execution.receipt], false);
  return { ...finished, leaves: [leaf], batchRoot: batchRoot([leaf]), executions: [[execution]] };
}
