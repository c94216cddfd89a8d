import { expect, test } from "vitest";
import { Evidence } from "#core/codec/generated/tendermint/types.js";
import type { JsonObject } from "#core/codec/json.js";
import { SdkError } from "#sdk/errors.js";
import { JsonCursor } from "#sdk/rpc/jsonCursor.js";
import { COMET_RPC } from "#test/vectors/cometRpcVectors.js";
import { readEvidence } from "./evidence.js";

const HASH = "AB".repeat(32);
const TIME = "2026-11-21T09:00:45.1574913Z";

function read(json: JsonObject): Evidence {
  const malformed = (at: string, problem: string) =>
    new SdkError("RPC_MALFORMED", { method: "block", at, problem });
  const evidence = readEvidence(new JsonCursor(json, "$", malformed));
  return Evidence.decode(Evidence.encode(evidence));
}

function vote(round: number): JsonObject {
  return {
    type: 2,
    height: "9",
    round,
    block_id: { hash: HASH, parts: { total: 1, hash: HASH } },
    timestamp: TIME,
    validator_address: "AB".repeat(20),
    validator_index: 3,
    signature: "AQI=",
    extension: null,
    extension_signature: "Aw==",
  };
}

test("two votes of one validator are read", () => {
  const value = {
    vote_a: vote(0),
    vote_b: vote(1),
    TotalVotingPower: "40",
    ValidatorPower: "10",
    Timestamp: TIME,
  };
  const evidence = read({ type: "tendermint/DuplicateVoteEvidence", value });
  expect(evidence.duplicateVoteEvidence).toMatchObject({
    voteA: { type: 2, height: 9n, round: 0, validatorIndex: 3 },
    voteB: { round: 1, extensionSignature: Uint8Array.of(3) },
    totalVotingPower: 40n,
    validatorPower: 10n,
  });
});

test("an attack on light clients is read", () => {
  const { calls } = COMET_RPC;
  const signed = (calls["commit2"]!.body["result"] as JsonObject)["signed_header"]!;
  const { validators } = calls["validators2"]!.body["result"] as { validators: JsonObject[] };
  const set = { validators, proposer: validators[0]! };
  const value = {
    ConflictingBlock: { signed_header: signed, validator_set: set },
    CommonHeight: "1",
    ByzantineValidators: validators,
    TotalVotingPower: "10",
    Timestamp: TIME,
  };
  const evidence = read({ type: "tendermint/LightClientAttackEvidence", value });
  expect(evidence.lightClientAttackEvidence).toMatchObject({
    conflictingBlock: {
      signedHeader: { header: { height: 2n }, commit: { height: 2n } },
      validatorSet: { validators: [{ votingPower: 10n }], proposer: { votingPower: 10n } },
    },
    commonHeight: 1n,
    byzantineValidators: [{ votingPower: 10n }],
  });
});

test("evidence of another kind is refused with its name", () => {
  expect(() => read({ type: "tendermint/Other", value: {} })).toThrow(/unknown type of evidence/);
});
