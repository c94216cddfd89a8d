import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import { beforeAll, describe, expect, it } from "vitest";
import type { ExtendedVote, PrepareProposalRequest } from "#core/abci/requests.js";
import { proposalBytes } from "#core/abci/proposalBytes.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import {
  decodeInjected,
  encodeInjected,
  INJECTED_PREFIX,
} from "#modules/inference/types/injected.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { idleExtension, resigned } from "#test/harness/injectedDraft.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import { testInput } from "#test/harness/testKernel.js";

/** Before block R+5 of a request: every member's vote carries a reveal. */
let chain: InferenceChain;
let votes: readonly ExtendedVote[];

beforeAll(async () => {
  chain = await InferenceChain.start({ validators: 4 });
  await chain.request("echo", [testInput(1)]);
  await chain.run(4);
  votes = chain.network.lastVotes;
  expect(votes.every(({ extension }) => extension.length > 0)).toBe(true);
});

function proposerOf(): MemoryNode {
  const { proposerAddress } = chain.network.draft();
  return chain.network.nodes.find(({ validator }) =>
    equalBytes(validator.address, proposerAddress),
  )!;
}

/** What the next proposer proposes, given these votes. */
function propose(
  changes: {
    readonly votes?: readonly ExtendedVote[];
    readonly txs?: readonly Uint8Array[];
    readonly maxTxBytes?: bigint;
  } = {},
) {
  const draft = chain.network.draft();
  const request: PrepareProposalRequest = {
    ...draft,
    txs: changes.txs ?? [],
    maxTxBytes: changes.maxTxBytes ?? 1_000_000n,
    lastCommit: { round: 0, votes: changes.votes ?? votes },
  };
  const { txs } = proposerOf().app.prepareProposal(request);
  const accepted = chain.network.nodes.map(
    ({ app }) => app.processProposal({ ...draft, txs }).status,
  );
  return { txs, accepted, injected: decodeInjected(txs[0]!) };
}

const indexes = (proposed: ReturnType<typeof propose>) =>
  proposed.injected.votes.map(({ index }) => index);

const ACCEPTED = ["accept", "accept", "accept", "accept"];

const replace = (place: number, change: (vote: ExtendedVote) => ExtendedVote) =>
  votes.map((vote, index) => (index === place ? change(vote) : vote));

describe("a proposer", () => {
  it("carries every vote that verifies and says something", () => {
    const proposed = propose();
    expect(indexes(proposed)).toEqual([0, 1, 2, 3]);
    expect(proposed.injected.payloads).toHaveLength(1);
    expect(proposed.accepted).toEqual(ACCEPTED);
  });

  it.each<[string, (vote: ExtendedVote) => ExtendedVote]>([
    ["whose signature is wrong", (vote) => ({ ...vote, extensionSignature: new Uint8Array(64) })],
    ["whose signature is missing", (vote) => ({ ...vote, extensionSignature: new Uint8Array(0) })],
    ["whose extension was changed", (vote) => ({ ...vote, extension: idleExtension() })],
    ["that does not decode", (vote) => resigned(chain, vote, utf8("garbage"))],
    ["that is too long", (vote) => resigned(chain, vote, new Uint8Array(2_000_000))],
    ["that says nothing", (vote) => resigned(chain, vote, new Uint8Array(0))],
    ["for nil", (vote) => ({ ...vote, flag: "nil" })],
    ["by somebody unknown", (vote) => ({ ...vote, consensusAddress: new Uint8Array(20) })],
  ])("leaves out a vote %s, which CometBFT need not have verified", (_, change) => {
    const proposed = propose({ votes: replace(1, change) });
    expect(indexes(proposed)).toEqual([0, 2, 3]);
    expect(proposed.accepted).toEqual(ACCEPTED);
    expect(proposerOf().faults).toEqual([]);
  });

  it("writes transaction 0 even when no vote is worth carrying", () => {
    const empty = votes.map((vote) => ({
      ...vote,
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    }));
    const proposed = propose({ votes: empty });
    expect(proposed.injected).toMatchObject({ votes: [], payloads: [] });
    expect(proposed.accepted).toEqual(ACCEPTED);
  });

  it("leaves mempool transactions out that look like transaction 0 or do not decode", () => {
    const { user, other } = chain;
    const amount = [coin("unes", 5n)];
    const message = pack(MsgSend, { fromAddress: user.text, toAddress: other.text, amount });
    const send = chain.sign(user, [message], 100_000n);
    const fake = encodeInjected({ vrfProof: new Uint8Array(80), votes: [], payloads: [] });
    const proposed = propose({ txs: [fake, INJECTED_PREFIX, utf8("no transaction"), send] });
    expect(proposed.txs.slice(1)).toEqual([send]);
    expect(proposed.accepted).toEqual(ACCEPTED);
  });
});

describe("when space is short, a proposer", () => {
  const sizeOf = (txs: readonly Uint8Array[]) =>
    txs.reduce((sum, tx) => sum + proposalBytes(tx), 0n);

  it("never exceeds it, whatever it is", () => {
    const whole = sizeOf(propose().txs);
    for (let maxTxBytes = 110n; maxTxBytes <= whole + 20n; maxTxBytes += 9n) {
      const proposed = propose({ maxTxBytes });
      expect(sizeOf(proposed.txs)).toBeLessThanOrEqual(maxTxBytes);
      expect(proposed.accepted).toEqual(ACCEPTED);
    }
  });

  it("leaves out the outputs first, and every vote stays", () => {
    const whole = sizeOf(propose().txs);
    const proposed = propose({ maxTxBytes: whole - 10n });
    expect(proposed.injected.payloads).toEqual([]);
    expect(indexes(proposed)).toEqual([0, 1, 2, 3]);
  });

  it("then leaves out the longest votes", () => {
    const { extension } = votes[2]!;
    const long = replace(2, (vote) => resigned(chain, vote, longer(extension)));
    const all = propose({ votes: long });
    const bare = encodeInjected({ ...all.injected, payloads: [] });
    const proposed = propose({ votes: long, maxTxBytes: BigInt(bare.length) });
    expect(indexes(proposed)).toEqual([0, 1, 3]);
    expect(proposed.accepted).toEqual(ACCEPTED);
  });

  it("leaves room for itself before any transaction of the mempool", () => {
    const { user, other } = chain;
    const amount = [coin("unes", 5n)];
    const message = pack(MsgSend, { fromAddress: user.text, toAddress: other.text, amount });
    const send = chain.sign(user, [message], 100_000n);
    const alone = sizeOf(propose().txs);
    const proposed = propose({ txs: [send], maxTxBytes: alone + proposalBytes(send) - 1n });
    expect(proposed.txs).toHaveLength(1);
    const fits = propose({ txs: [send], maxTxBytes: alone + proposalBytes(send) + 10n });
    expect(fits.txs).toHaveLength(2);
  });
});

/** The extension with a statement about other batches added. */
function longer(extension: Uint8Array): Uint8Array {
  const said = decodeExtension(extension);
  return encodeExtension({ ...said, declines: [700n, 701n, 702n] });
}
