import { expect, test } from "vitest";
import { Data } from "#core/codec/generated/tendermint/types.js";
import { INERT_APPLICATION } from "./inertApplication.js";
import { proposalBytes, txsWithin } from "./proposalBytes.js";

test.each([0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
  "a transaction of %i bytes counts as it stands in a block",
  (length) => {
    const tx = new Uint8Array(length);
    expect(proposalBytes(tx)).toBe(BigInt(Data.encode({ txs: [tx] }).length));
  },
);

test("transactions are taken while they fit, and smaller ones after one that does not", () => {
  const txs = [100, 50, 200, 10].map((length) => new Uint8Array(length));
  const [a, b, , d] = txs;
  expect(txsWithin(txs, 166n)).toStrictEqual([a, b, d]);
  expect(txsWithin(txs, 165n)).toStrictEqual([a, b]);
  expect(txsWithin(txs, 0n)).toStrictEqual([]);
});

test("the inert application proposes what fits", () => {
  const { txs } = INERT_APPLICATION.prepareProposal({
    maxTxBytes: 12n,
    txs: [new Uint8Array(10), new Uint8Array(1)],
    lastCommit: { round: 0, votes: [] },
    misbehavior: [],
    height: 1n,
    timeNs: 0n,
    nextValidatorsHash: new Uint8Array(0),
    proposerAddress: new Uint8Array(0),
  });
  expect(txs).toStrictEqual([new Uint8Array(10)]);
});
