import { describe, expect, test } from "vitest";
import {
  BatchStatus,
  ChallengeStatus,
  type Execution,
  type GenesisState,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import type { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { DENOM, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { RecordingAggregator } from "#test/harness/recordingAggregator.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { invalidGenesis } from "../types/errors.js";
import { defaultGenesis } from "../types/genesis.js";

const lie = (honest: Execution): Execution => {
  const told = executionOf(Uint8Array.of(66), undefined);
  return { ...told, receipt: { ...told.receipt, workDigest: honest.receipt.workDigest } };
};

/**
 * A chain in mid-flight: requests that are answered, pruned, under challenge, escalated, drawn and
 * queued; batches that commit, reveal, compare, are settled and closed; challenges open and lost;
 * faults; providers that decline or are unavailable.
 */
function midFlight(): InferenceFixture {
  const kernels = [
    testManifest({ name: "echo", committee: { target: 4, minimum: 1, maximum: 16 } }),
    testManifest({ name: "ensemble", byCode: true }),
  ];
  const chain = new InferenceFixture({
    validators: 6,
    kernels,
    inference: { retentionBlocks: 21n },
    aggregator: new RecordingAggregator(),
  });
  const first = chain.ask();
  chain.run(30);
  expect(chain.result(first)?.pruned).toBe(true);
  chain.mute.add(5);
  const [disputed, lost] = [chain.ask(), chain.ask({ inputs: [testInput(2), testInput(3)] })];
  chain.run(7);
  chain.challenge(lost);
  chain.mute.clear();
  for (const number of [0, 1, 2]) chain.behave(number, { answer: lie });
  chain.ask();
  chain.run(4);
  chain.behave(3, { declines: () => true });
  chain.ask();
  chain.run(2);
  chain.ask({ kernel: "ensemble", from: chain.other });
  chain.run(3);
  chain.mute.add(4);
  chain.run(2);
  chain.behave(5, { available: false });
  chain.ask();
  chain.run(1);
  chain.challenge(disputed, chain.user);
  chain.run(2);
  chain.ask({ priorityFee: 9n });
  return chain;
}

describe("a chain in mid-flight", () => {
  test("has something of everything that a section can hold", () => {
    const genesis = midFlight().export();
    const lists = [
      genesis.requests,
      genesis.batches,
      genesis.faults,
      genesis.challenges,
      genesis.providers,
      genesis.troubles,
    ];
    expect(lists.map((list) => list.length > 0)).not.toContain(false);
    const statuses = new Set(genesis.requests.map(({ request }) => request.status));
    expect(statuses.size).toBeGreaterThanOrEqual(4);
    const phases = new Set(genesis.batches.map(({ status }) => status));
    expect(phases).toEqual(
      new Set([
        BatchStatus.COMMITTING,
        BatchStatus.REVEALING,
        BatchStatus.COMPARING,
        BatchStatus.SETTLED,
        BatchStatus.CLOSED,
      ]),
    );
    const challenges = genesis.challenges.map(({ status }) => status);
    expect(challenges.toSorted()).toEqual([ChallengeStatus.OPEN, ChallengeStatus.LOST]);
  });

  test("is exported as it was read: the export of an import is the section", () => {
    const chain = midFlight();
    const genesis = chain.export();
    chain.reimport();
    expect(chain.export()).toEqual(genesis);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("goes on from its export as it would have without, block by block", () => {
    const [original, imported] = [midFlight(), midFlight()];
    imported.reimport();
    for (let block = 0; block < 60; block++) {
      original.run();
      imported.run();
      expect(imported.export()).toEqual(original.export());
      expect(imported.events).toEqual(original.events);
      expect(imported.brokenInvariants()).toEqual([]);
    }
    expect(original.moduleBalance("inference")).toBe(0n);
  });

  test("can be exported at any height, whatever it is waiting for", () => {
    const chain = midFlight();
    chain.ask({ kernel: "ensemble" });
    const waiting = { escalations: 0, agreedPayloads: 0, seatPayloads: 0 };
    for (let block = 0; block < 45; block++) {
      // Somebody commits and then falls silent, so that others wait.
      chain.mute.delete(4);
      if (block % 8 > 3) chain.mute.add(4);
      const genesis = chain.export();
      waiting.escalations += genesis.escalations.length;
      waiting.agreedPayloads += genesis.agreedPayloads.length;
      waiting.seatPayloads += genesis.seatPayloads.length;
      chain.reimport();
      expect(chain.export()).toEqual(genesis);
      chain.run();
    }
    expect(waiting.escalations * waiting.agreedPayloads * waiting.seatPayloads).not.toBe(0);
    const ends = chain.export().requests.map(({ request }) => request.status);
    expect(ends.filter((status) => status < RequestStatus.FULFILLED)).toEqual([]);
  });
});

describe("an import", () => {
  function refused(genesis: GenesisState, chain = new InferenceFixture()): ChainError {
    const error = caught(() => {
      chain.init(genesis);
    });
    expect(invalidGenesis.is(error), String(error)).toBe(true);
    return error as ChainError;
  }

  test("of a default section gives a chain without requests", () => {
    const chain = new InferenceFixture();
    expect(chain.export()).toEqual(defaultGenesis(DENOM));
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("is refused when the module's account does not hold what requests account for", () => {
    const chain = new InferenceFixture();
    chain.ask();
    const genesis = chain.export();
    const error = refused(genesis);
    expect(error.detail).toEqual({
      at: "inference",
      problem: "the module account holds 0unes, requests account for 2433unes",
    });
  });

  test("is refused when bonds are in coins that are not staked", () => {
    const genesis = defaultGenesis(DENOM);
    const params = { ...genesis.params, challengeBond: coin("uatom", 1n) };
    const { detail } = refused({ ...genesis, params });
    expect(detail["at"]).toBe("inference.params.challenge_bond");
  });
});
