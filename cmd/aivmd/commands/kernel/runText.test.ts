import { describe, expect, it } from "vitest";
import { Result } from "#core/codec/generated/aivm/inference/v1.js";
import { Breakdown, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import { Terminal } from "../../terminal/terminal.js";
import { runJson, type RunReport, runText } from "./runText.js";

const terminal = new Terminal({
  stdout: { write: () => true },
  stderr: { write: () => true },
  output: "text",
  colours: { stdout: false, stderr: false },
});

const MEMBER = {
  operator: "nesavaloper1a",
  consensusAddress: "aa",
  power: 10n,
  status: "REVEALED",
  verdict: "right",
  commitHeight: 65n,
  revealHeight: 67n,
} as const;

const INFERENCE: Inference = {
  requestId: 7n,
  status: "FULFILLED",
  output: { label: ["3"], probs: [0.123456, 1] },
  outputs: [{ label: ["3"], probs: [0.123456, 1] }],
  result: Result.create({ seatsAgreed: 1, seatsTotal: 2 }),
  price: { price: 90n, escrowed: 95n, fees: {} as never },
  trace: {
    batchId: 2n,
    requestHeight: 62n,
    drawHeight: 63n,
    frozenHeight: 65n,
    resultHeight: 67n,
    members: [
      MEMBER,
      {
        ...MEMBER,
        operator: "nesavaloper1b",
        status: "ABSENT",
        verdict: "silent",
        commitHeight: undefined,
        revealHeight: undefined,
      },
    ],
    complete: true,
  },
  proof: { verified: true, height: 68n, appHash: Uint8Array.of(1, 2) },
};

const REPORT: RunReport = {
  // What is told of a quote.
  quoted: {
    price: { denom: "unes", amount: "90" },
    versionId: Uint8Array.of(9),
    manifest: { name: "digits" },
  } as never,
  inference: INFERENCE,
  breakdown: undefined,
  closesHeight: 72n,
};

describe("an answer for people", () => {
  it("shows outputs, proof, every step from R on, and what is held", () => {
    expect(runText(terminal, REPORT)).toBe(
      [
        "Answer",
        "label  3",
        "probs  0.1235 1",
        "",
        "Proof",
        "verified: the result is in the state of the chain that the genesis file begins,",
        "at height 68, by the app hash 0102",
        "in the header of height 69; it was written at height 67",
        "",
        "Trace",
        "block  height  what happened",
        "R          62  request 7",
        "R+1        63  draw of batch 2: 2 seats",
        "R+3        65  commitments are complete",
        "R+5        67  reveals: 1 of 2 seats agree",
        "",
        "member         power  committed  revealed  answer",
        "nesavaloper1a     10         65        67  right",
        "nesavaloper1b     10          –         –  silent",
        "",
        "Payments",
        "95unes are held until the challenge window closes at height 72; then `aivmd query reward breakdown 7` shows who was paid",
      ].join("\n"),
    );
  });

  it("shows who was paid once that is settled", () => {
    const breakdown = Breakdown.create({
      payouts: [
        { role: PayoutRole.MEMBER, address: "nesa1a", amount: "80" },
        { role: PayoutRole.COMMUNITY_POOL, address: "", amount: "15" },
      ],
    });
    expect(runText(terminal, { ...REPORT, breakdown })).toMatch(
      /to +amount +address\nmember +80unes +nesa1a\ncommunity pool +15unes$/,
    );
  });

  it("says that nothing is verified where nothing is", () => {
    const proof = { verified: false, height: 68n, appHash: undefined } as const;
    const text = runText(terminal, { ...REPORT, inference: { ...INFERENCE, proof } });
    expect(text).toContain("not verified: this is what the node says");
  });
});

describe("an answer as JSON", () => {
  it("has what programs look at on its first level", () => {
    expect(runJson(REPORT)).toMatchObject({
      request_id: 7n,
      status: "FULFILLED",
      kernel: "digits",
      outputs: [{ label: ["3"] }],
      price: "90unes",
      escrowed: "95unes",
      blocks: 5n,
      proof_verified: true,
      payments: null,
      payments_due_height: 72n,
    });
  });
});
