import { describe, expect, test } from "vitest";
import {
  Assurance,
  MsgChallenge,
  MsgRequestInference,
} from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import { invalidAddress, invalidCoins } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { TestAccount } from "#test/harness/identities.js";
import { invalidInputs, notMinorityMember, notRunnable } from "./errors.js";
import { validateChallenge, validateRequestInference } from "./msgs.js";

const ACCOUNT = new TestAccount("user");
const DIGEST = new Uint8Array(32);

const ASKED = MsgRequestInference.create({
  requester: ACCOUNT.text,
  kernel: "digits",
  inputs: [Uint8Array.of(1)],
  assurance: Assurance.COMMITTEE,
  maxPrice: coin("unes", 10n),
  priorityFee: coin("unes", 0n),
});
const CHALLENGE = MsgChallenge.create({ challenger: ACCOUNT.text, requestId: 1n });

describe("a request passes", () => {
  const many = Array.from({ length: 256 }, () => Uint8Array.of(1));
  test.each<readonly [string, Partial<MsgRequestInference>]>([
    ["by name", {}],
    ["by version, with or without a name", { kernel: "", versionId: DIGEST }],
    ["by both", { versionId: DIGEST }],
    ["at full assurance", { assurance: Assurance.FULL }],
    ["with 256 inputs", { inputs: many }],
    ["without a tip", { priorityFee: { denom: "", amount: "" } }],
    [
      "with the largest amounts",
      { maxPrice: coin("unes", 2n ** 64n - 1n), priorityFee: coin("unes", 2n ** 64n - 1n) },
    ],
  ])("%s", (_, changes) => {
    validateRequestInference({ ...ASKED, ...changes });
  });
});

describe("a request is refused", () => {
  const many = Array.from({ length: 257 }, () => Uint8Array.of(1));
  test.each<readonly [string, Partial<MsgRequestInference>, ErrorFactory]>([
    ["by nobody", { requester: "" }, invalidAddress],
    ["by an operator's address", { requester: ACCOUNT.operator }, invalidAddress],
    ["without a kernel", { kernel: "" }, notRunnable],
    ["with a short version id", { versionId: new Uint8Array(31) }, notRunnable],
    ["with a long version id and a name", { versionId: new Uint8Array(33) }, notRunnable],
    ["without inputs", { inputs: [] }, invalidInputs],
    ["with 257 inputs", { inputs: many }, invalidInputs],
    ["without an assurance", { assurance: Assurance.UNSPECIFIED }, invalidInputs],
    ["with an unknown assurance", { assurance: 3 as Assurance }, invalidInputs],
    ["without a maximum price", { maxPrice: { denom: "", amount: "" } }, invalidCoins],
    [
      "with a price that is no number",
      { maxPrice: { denom: "unes", amount: "1.5" } },
      invalidCoins,
    ],
    ["with a negative price", { maxPrice: { denom: "unes", amount: "-1" } }, invalidCoins],
    ["with a price beyond 2^64", { maxPrice: coin("unes", 2n ** 64n) }, invalidCoins],
    ["with a tip in no denomination", { priorityFee: { denom: "", amount: "5" } }, invalidCoins],
    ["with a tip of no amount", { priorityFee: { denom: "unes", amount: "" } }, invalidCoins],
    ["with a tip beyond 2^64", { priorityFee: coin("unes", 2n ** 64n) }, invalidCoins],
    ["with a tip in another denomination", { priorityFee: coin("uatom", 1n) }, invalidCoins],
  ])("%s", (_, changes, error) => {
    const thrown = caught(() => {
      validateRequestInference({ ...ASKED, ...changes });
    });
    expect(error.is(thrown), String(thrown)).toBe(true);
  });
});

describe("a challenge", () => {
  test.each<readonly [string, Partial<MsgChallenge>]>([
    ["with a bond", {}],
    ["as a member with its digests", { asMember: true, requestDigests: [DIGEST, DIGEST] }],
  ])("passes %s", (_, changes) => {
    validateChallenge({ ...CHALLENGE, ...changes });
  });

  test.each<readonly [string, Partial<MsgChallenge>, ErrorFactory]>([
    ["by nobody", { challenger: "" }, invalidAddress],
    ["by an operator's address", { challenger: ACCOUNT.operator }, invalidAddress],
    ["with digests beside a bond", { requestDigests: [DIGEST] }, notMinorityMember],
    [
      "with a short digest",
      { asMember: true, requestDigests: [new Uint8Array(31)] },
      notMinorityMember,
    ],
  ])("is refused %s", (_, changes, error) => {
    const thrown = caught(() => {
      validateChallenge({ ...CHALLENGE, ...changes });
    });
    expect(error.is(thrown), String(thrown)).toBe(true);
  });
});
