import { describe, expect, test } from "vitest";
import {
  BatchKind,
  BatchStatus,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { Manifest, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { coin } from "#core/primitives/coin.js";
import { publishVersion } from "#modules/kernel/keeper/publishVersion.js";
import { releaseArtifact } from "#modules/kernel/keeper/releaseArtifact.js";
import { takeDownVersion } from "#modules/kernel/keeper/takeDownVersion.js";
import { beginBlock } from "#modules/kernel/keeper/block.js";
import {
  DENOM,
  FUNDS,
  type FixtureOptions,
  InferenceFixture,
} from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";

/** A chain on which a version waits for its validation job. */
function published(options: FixtureOptions = {}): { chain: InferenceFixture; id: Uint8Array } {
  const chain = new InferenceFixture(options);
  return { chain, id: publish(chain, "one") };
}

function publish(chain: InferenceFixture, description: string): Uint8Array {
  const manifest = Manifest.encode({ ...testManifest({ name: "echo" }), description });
  const message = { owner: chain.user.text, manifest, parents: [] };
  return publishVersion(chain.ctx, chain.kernel.state, message).versionId;
}

/** Takes the version down in the next block; then `after` acts, in the same. */
function takeDown(chain: InferenceFixture, versionId: Uint8Array, after?: () => void): void {
  const { state } = chain.kernel;
  chain.run(1, () => {
    beginBlock(chain.ctx, state);
    const { authority } = state.params(chain.ctx);
    takeDownVersion(chain.ctx, state, { authority, versionId, reason: "court order" });
    after?.();
  });
}

/** Runs a block as the chain does, the kernel module's beginning included. */
function runBlock(chain: InferenceFixture): void {
  chain.run(1, () => {
    beginBlock(chain.ctx, chain.kernel.state);
  });
}

function brokenInvariants(chain: InferenceFixture): string[] {
  return chain.brokenInvariants();
}

function expectOver(chain: InferenceFixture, id: Uint8Array): void {
  expect(chain.kernel.findVersion(chain.ctx, id)).toMatchObject({
    status: VersionStatus.REVOKED,
    validationFee: coin(DENOM, 0n),
    deposit: coin(DENOM, 0n),
  });
  expect(chain.balance(chain.user)).toBe(FUNDS);
  expect(chain.validators.map(({ account }) => chain.balance(account))).toEqual([0n, 0n, 0n, 0n]);
  expect(chain.faults()).toEqual([]);
  const kv = chain.ctx.kv(chain.keys.inference);
  for (const [, load] of chain.keeper.tables.providers.iterate(kv)) {
    expect([load.openBatches, load.reservedGas]).toEqual([0, 0n]);
  }
  expect(brokenInvariants(chain)).toEqual([]);
}

describe("a takedown of a version that is validated", () => {
  test("while it waits, in the block in which it would be drawn: the job is drawn and given up", () => {
    const { chain, id } = published();
    takeDown(chain, id);
    expect(chain.batch(1n)).toMatchObject({ kind: BatchKind.VALIDATION, versionId: id });
    expect(brokenInvariants(chain)).toEqual([]);
    chain.reimport();
    runBlock(chain);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expectOver(chain, id);
    runBlock(chain);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
  });

  test("while it waits behind another: it is never drawn, and the other is in its turn", () => {
    const chain = new InferenceFixture();
    const ids = ["one", "two"].map((name) => publish(chain, name));
    const [first, second] = ids.toSorted((a, b) => Buffer.compare(a, b)) as [
      Uint8Array,
      Uint8Array,
    ];
    takeDown(chain, second);
    expect(chain.batch(1n).versionId).toEqual(first);
    for (let block = 0; block < 8; block++) runBlock(chain);
    expect(chain.kernel.findVersion(chain.ctx, first)?.status).toBe(VersionStatus.ACTIVE);
    expect(chain.kernel.findVersion(chain.ctx, second)?.status).toBe(VersionStatus.REVOKED);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    expect(brokenInvariants(chain)).toEqual([]);
  });

  test("while it waits, in the block of its publication: the next slot draws nothing", () => {
    const chain = new InferenceFixture();
    const { state } = chain.kernel;
    const id = publish(chain, "one");
    const { authority } = state.params(chain.ctx);
    takeDownVersion(chain.ctx, state, { authority, versionId: id, reason: "court order" });
    runBlock(chain);
    expect(chain.keeper.findBatch(chain.ctx, 1n)).toBeUndefined();
    expectOver(chain, id);
  });

  test.each([
    [BatchStatus.COMMITTING, SeatStatus.WAITING],
    [BatchStatus.COMMITTING, SeatStatus.COMMITTED],
    [BatchStatus.REVEALING, SeatStatus.COMMITTED],
    [BatchStatus.REVEALING, SeatStatus.REVEALED],
  ])(
    "while its job is in phase %i with a seat in state %i: nobody is paid or at fault",
    (phase, seat) => {
      const { chain, id } = published();
      // The last validator is late, so that the others can be seen in every state.
      chain.behave(3, { runs: () => false });
      if (phase === BatchStatus.REVEALING) {
        chain.behave(3, {});
        chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === phase);
        chain.mute.add(3);
      }
      chain.runUntil(() => {
        const batch = chain.keeper.findBatch(chain.ctx, 1n);
        return batch?.status === phase && batch.seats.some(({ status }) => status === seat);
      });
      takeDown(chain, id);
      expect(chain.batch(1n).status).toBe(phase);
      expect(brokenInvariants(chain)).toEqual([]);
      runBlock(chain);
      expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
      expect(chain.eventTypes()).toContain("inference.batch_closed");
      expectOver(chain, id);
      chain.reimport();
      expect(brokenInvariants(chain)).toEqual([]);
    },
  );

  test("while seats that declined are to be redrawn: the redraw of its own block is as without it", () => {
    const { chain, id } = published();
    for (const number of [2, 3]) chain.behave(number, { declines: () => true });
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.pendingRedraws !== undefined);
    chain.runUntil(() =>
      chain.batch(1n).seats.some(({ status }) => status === SeatStatus.DECLINED),
    );
    takeDown(chain, id);
    runBlock(chain);
    expect(chain.batch(1n)).toMatchObject({ status: BatchStatus.CLOSED, pendingRedraws: 0 });
    expectOver(chain, id);
  });

  test("while it waits to be tried again, in its own time", () => {
    const { chain, id } = published({ inference: { maxGraceBlocks: 3n } });
    for (const number of chain.validators.keys()) chain.behave(number, { available: true });
    for (const number of chain.validators.keys()) chain.mute.add(number);
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.CLOSED);
    expect(chain.kernel.awaitingValidation(chain.ctx, 9)).toEqual([id]);
    const faults = chain.faults();
    takeDown(chain, id);
    runBlock(chain);
    expect(chain.kernel.awaitingValidation(chain.ctx, 9)).toEqual([]);
    expect(chain.kernel.findVersion(chain.ctx, id)?.status).toBe(VersionStatus.REVOKED);
    expect(chain.balance(chain.user)).toBe(FUNDS);
    for (let block = 0; block < 30; block++) runBlock(chain);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    expect(chain.faults()).toEqual(faults);
    expect(brokenInvariants(chain)).toEqual([]);
  });

  test("leaves what is asked of other versions alone, in one block with their answers", () => {
    const { chain, id } = published();
    const request = chain.ask({ from: chain.other });
    chain.runUntil(() => chain.request(request).status === RequestStatus.REVEALING);
    takeDown(chain, id);
    chain.runUntil(() => chain.request(request).paid);
    expect(chain.request(request).status).toBe(RequestStatus.FULFILLED);
    expect(chain.kernel.findVersion(chain.ctx, id)?.status).toBe(VersionStatus.REVOKED);
    expect(brokenInvariants(chain)).toEqual([]);
  });

  test("while its artifacts go in the same block", () => {
    const { chain, id } = published();
    const own = { ...testManifest({ name: "echo" }), description: "one" };
    takeDown(chain, id, () => {
      const [digest] = own.testVectors;
      // Genesis' own version refers to it still.
      expect(() => {
        releaseArtifact(chain.ctx, chain.kernel.state, {
          uploader: chain.user.text,
          digest: digest!,
        });
      }).toThrow();
    });
    runBlock(chain);
    expectOver(chain, id);
  });
});
