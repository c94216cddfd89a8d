import { beforeAll, describe, expect, it } from "vitest";
import type { BlockRequest } from "#core/abci/requests.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { vrfAlpha } from "#modules/inference/types/beacon.js";
import {
  decodeInjected as decodeTx0,
  encodeInjected,
  INJECTED_PREFIX,
} from "#modules/inference/types/injected.js";
import { wholePayload } from "#modules/inference/types/payload.js";
import { TestValidator } from "#test/harness/identities.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { idleExtension, InjectedDraft } from "#test/harness/injectedDraft.js";
import { outputless, rewriting } from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

/**
 * Block R+5 of a request: its transaction 0 carries every member's reveal, which agree, and the
 * outputs. Nothing here decides a block, so all cases share one chain.
 */
let chain: InferenceChain;
let draft: InjectedDraft;

beforeAll(async () => {
  chain = await InferenceChain.start({
    validators: 4,
    kernels: [testManifest({ name: "echo" }), testManifest({ name: "other" })],
  });
  await chain.send(chain.user, [
    chain.requestMessage("echo", [testInput(1)]),
    chain.requestMessage("other", [testInput(2)]),
  ]);
  await chain.run(4);
  draft = new InjectedDraft(chain, [sendTx()]);
  expect(draft.injected.votes).toHaveLength(4);
  expect(draft.injected.payloads).toHaveLength(2);
});

function sendTx(gasLimit = 100_000n): Uint8Array {
  const { user, other } = chain;
  const amount = [coin("unes", 5n)];
  const message = pack(MsgSend, { fromAddress: user.text, toAddress: other.text, amount });
  return chain.sign(user, [message], gasLimit);
}

function withVotes(tx: Uint8Array, votes: ReturnType<typeof decodeTx0>["votes"]): Uint8Array {
  return encodeInjected({ ...decodeTx0(tx), votes });
}

/** Every node refuses the block, by a verdict and not by an error, and keeps its state. */
function expectRefused(request: BlockRequest) {
  for (const node of chain.network.nodes) {
    const before = toHex(node.app.info().lastBlockAppHash);
    expect(node.app.processProposal(request)).toEqual({ status: "reject" });
    expect(node.app.processProposal(request)).toEqual({ status: "reject" });
    expect(toHex(node.app.info().lastBlockAppHash)).toBe(before);
    expect(node.faults).toEqual([]);
  }
  // What was refused leaves nothing behind that would refuse the honest block.
  expect(chain.node.app.processProposal(draft.request)).toEqual({ status: "accept" });
}

describe("an honest proposal", () => {
  it("is accepted by every node, each time it is asked", () => {
    for (const node of chain.network.nodes) {
      expect(node.app.processProposal(draft.request)).toEqual({ status: "accept" });
      expect(node.app.processProposal(draft.request)).toEqual({ status: "accept" });
      expect(node.faults).toEqual([]);
    }
  });

  it("is accepted whatever votes it leaves out", () => {
    for (let kept = 0; kept <= 4; kept++) {
      const votes = draft.injected.votes.slice(0, kept);
      // Three of four reveal the root that the payloads are under.
      const payloads = kept >= 3 ? draft.injected.payloads : [];
      const request = draft.withInjected({ votes, payloads });
      expect(chain.node.app.processProposal(request)).toEqual({ status: "accept" });
    }
  });

  it("is judged by committed state alone: powers that the commit claims change nothing", () => {
    const votes = draft.request.lastCommit.votes.map((vote) => ({ ...vote, power: 1_000_000n }));
    const request = { ...draft.request, lastCommit: { ...draft.request.lastCommit, votes } };
    expect(chain.node.app.processProposal(request)).toEqual({ status: "accept" });
  });

  it("is judged without the node's own receipts", () => {
    const { receipts } = chain.node;
    const original = receipts.findFinished.bind(receipts);
    receipts.findFinished = () => {
      throw new Error("nobody asks");
    };
    expect(chain.node.app.processProposal(draft.request)).toEqual({ status: "accept" });
    receipts.findFinished = original;
    expect(chain.node.faults).toEqual([]);
  });
});

describe("a proposal whose transaction 0 is malformed is refused:", () => {
  it("1 the block is empty", () => {
    expectRefused(draft.withTxs([]));
  });

  it("1 the prefix is missing", () => {
    const [first, ...rest] = draft.request.txs;
    expectRefused(draft.withTxs(rest));
    expectRefused(draft.withTxs([first!.subarray(INJECTED_PREFIX.length), ...rest]));
  });

  it("1 the prefix names another format", () => {
    const [first, ...rest] = draft.request.txs;
    const other = first!.slice();
    other[INJECTED_PREFIX.length - 1] = 2;
    expectRefused(draft.withTxs([other, ...rest]));
  });

  it("1 the bytes do not decode", () => {
    expectRefused(draft.withTxs([concatBytes(INJECTED_PREFIX, utf8("not a message"))]));
    const [first] = draft.request.txs;
    expectRefused(draft.withTxs([first!.subarray(0, first!.length - 1)]));
  });

  it("1 the bytes are not the canonical ones: unknown field, trailing default, other order", () => {
    const [first] = draft.request.txs;
    const unknown = Uint8Array.from([0x78, 0x01]);
    const emptyPayloads = Uint8Array.from([0x12, 0x00]);
    expectRefused(draft.withTxs([concatBytes(first!, unknown)]));
    expectRefused(draft.withTxs([concatBytes(first!, emptyPayloads)]));
    const { vrfProof, votes, payloads } = draft.injected;
    const late = encodeInjected({ vrfProof, votes: [], payloads: [] });
    const early = encodeInjected({ vrfProof: new Uint8Array(0), votes, payloads });
    const swapped = concatBytes(early, late.subarray(INJECTED_PREFIX.length));
    expectRefused(draft.withTxs([swapped]));
  });

  it("2 the VRF proof is empty, cut or changed", () => {
    const { vrfProof } = draft.injected;
    expectRefused(draft.withInjected({ vrfProof: new Uint8Array(0) }));
    expectRefused(draft.withInjected({ vrfProof: vrfProof.subarray(0, 79) }));
    const flipped = vrfProof.slice();
    flipped[40] = flipped[40]! ^ 1;
    expectRefused(draft.withInjected({ vrfProof: flipped }));
  });

  it("2 the VRF proof is another validator's", () => {
    const { proposer, request } = draft;
    const other = chain.network.nodes.find(({ validator }) => validator !== proposer)!;
    const keeper = chain.node.wiring.keepers.inference;
    const beacon = keeper.findBeacon(chain.node.context(), chain.height)!;
    const alpha = vrfAlpha(chain.network.chainId, request.height, beacon);
    expect(proposer.prove(alpha)).toEqual(draft.injected.vrfProof);
    expectRefused(draft.withInjected({ vrfProof: other.validator.prove(alpha) }));
  });

  it("2 the VRF proof is for another height, another chain or another beacon", () => {
    const { proposer, request } = draft;
    const keeper = chain.node.wiring.keepers.inference;
    const beacon = keeper.findBeacon(chain.node.context(), chain.height)!;
    const older = keeper.findBeacon(chain.node.context(), chain.height - 1n)!;
    const alphas = [
      vrfAlpha(chain.network.chainId, request.height + 1n, beacon),
      vrfAlpha("aivm-test-2", request.height, beacon),
      vrfAlpha(chain.network.chainId, request.height, older),
    ];
    for (const alpha of alphas) {
      expectRefused(draft.withInjected({ vrfProof: proposer.prove(alpha) }));
    }
  });

  it("2 the proposer is no validator", () => {
    const stranger = new TestValidator("stranger");
    expectRefused({ ...draft.request, proposerAddress: stranger.address });
  });

  it("3 votes are carried at the initial height", async () => {
    const bad = { ...draft.injected.votes[0]!, index: 0 };
    const first = { tamper: ([injected]: readonly Uint8Array[]) => [withVotes(injected!, [bad])] };
    const started = InferenceChain.start({ validators: 4, first });
    await expect(started).rejects.toThrow("no proposal was accepted");
  });

  it("4 vote indexes do not ascend, or a vote is there twice", () => {
    const { votes } = draft.injected;
    expectRefused(draft.withInjected({ votes: [...votes].reverse() }));
    expectRefused(draft.withInjected({ votes: [votes[0]!, ...votes] }));
    expectRefused(draft.withVote(1, { ...votes[0]!, index: 1 }));
  });

  it("4 a vote index lies beyond the last commit", () => {
    expectRefused(draft.withVote(3, { index: 4 }));
    expectRefused(draft.withVote(3, { index: 4_294_967_295 }));
  });

  it.each(["absent", "nil"] as const)("4 a carried vote's flag is %s", (flag) => {
    const votes = draft.request.lastCommit.votes.map((vote, index) =>
      index === 2 ? { ...vote, flag } : vote,
    );
    expectRefused({ ...draft.request, lastCommit: { ...draft.request.lastCommit, votes } });
  });

  it("5 a carried extension is empty", () => {
    const by = draft.voterAt(0);
    expectRefused(draft.withVote(0, draft.signed(new Uint8Array(0), { by })));
  });

  it("5 a carried extension is too long", () => {
    const by = draft.voterAt(0);
    const commitments = Array.from({ length: 8 }, (_, index) => ({
      batchId: BigInt(index + 1),
      commitment: new Uint8Array(150),
    }));
    const long = VoteExtension.encode(VoteExtension.create({ commitments }));
    expectRefused(draft.withVote(0, draft.signed(long, { by })));
    expectRefused(draft.withVote(0, draft.signed(new Uint8Array(400_000), { by })));
  });

  it("5 a carried extension is not canonical", () => {
    const by = draft.voterAt(0);
    const { extension } = draft.injected.votes[0]!;
    const trailing = concatBytes(extension, Uint8Array.from([0x78, 0x01]));
    expectRefused(draft.withVote(0, draft.signed(trailing, { by })));
    const declines = VoteExtension.encode(VoteExtension.create({ declines: [2n, 1n] }));
    expectRefused(draft.withVote(0, draft.signed(declines, { by })));
    expectRefused(draft.withVote(0, draft.signed(utf8("garbage"), { by })));
  });

  it("6 an extension signature is cut, changed or missing", () => {
    const { signature } = draft.injected.votes[1]!;
    const flipped = signature.slice();
    flipped[3] = flipped[3]! ^ 1;
    for (const bad of [new Uint8Array(0), signature.subarray(0, 63), flipped]) {
      expectRefused(draft.withVote(1, { signature: bad }));
    }
  });

  it("6 an extension is signed by another validator, or changed after it was signed", () => {
    const { extension } = draft.injected.votes[1]!;
    expectRefused(draft.withVote(1, draft.signed(extension, { by: draft.voterAt(0) })));
    expectRefused(draft.withVote(1, { extension: idleExtension() }));
  });

  it("6 an extension is signed for another height, another round or another chain", () => {
    const by = draft.voterAt(1);
    const { extension } = draft.injected.votes[1]!;
    const { height } = draft.request;
    const bad = [
      draft.signed(extension, { by, height }),
      draft.signed(extension, { by, height: height - 2n }),
      draft.signed(extension, { by, round: 1 }),
      draft.signed(extension, { by, chainId: "aivm-test-2" }),
    ];
    for (const vote of bad) expectRefused(draft.withVote(1, vote));
  });

  it("6 an extension is signed for a round that did not decide", async () => {
    const own = await InferenceChain.start({ validators: 4 });
    await own.request("echo", [testInput(1)]);
    await own.run(1);
    await own.run(1, { failedRounds: 2 });
    const next = new InjectedDraft(own);
    expect(next.request.lastCommit.round).toBe(2);
    expect(next.injected.votes).toHaveLength(4);
    expect(own.node.app.processProposal(next.request)).toEqual({ status: "accept" });
    const { extension } = next.injected.votes[1]!;
    for (const round of [0, 1, 3]) {
      const bad = next.withVote(1, next.signed(extension, { by: next.voterAt(1), round }));
      expect(own.node.app.processProposal(bad)).toEqual({ status: "reject" });
    }
  });

  it("6 extensions of an earlier height are carried again", () => {
    const earlier = chain.blocks.map(({ txs }) => decodeTx0(txs[0]!).votes);
    const old = earlier.find((votes) => votes.length > 0)!;
    expectRefused(draft.withInjected({ votes: old, payloads: [] }));
  });

  it("6 a vote stands in the commit for somebody who is no validator", () => {
    const stranger = new TestValidator("stranger");
    const votes = draft.request.lastCommit.votes.map((vote, index) =>
      index === 3 ? { ...vote, consensusAddress: stranger.address } : vote,
    );
    const { extension } = draft.injected.votes[3]!;
    const request = draft.withVote(3, draft.signed(extension, { by: stranger }));
    expectRefused({ ...request, lastCommit: { ...request.lastCommit, votes } });
  });

  it("7 payloads do not ascend, or one is there twice", () => {
    const [first, second] = draft.injected.payloads;
    expectRefused(draft.withInjected({ payloads: [second!, first!] }));
    expectRefused(draft.withInjected({ payloads: [first!, first!] }));
  });

  it("7 a payload is of a batch that does not exist", () => {
    const [first, second] = draft.injected.payloads;
    expectRefused(draft.withInjected({ payloads: [first!, { ...second!, batchId: 99n }] }));
  });

  it("7 a payload's contents are not what was agreed", () => {
    const [first, second] = draft.injected.payloads;
    const [request] = first!.requests;
    const [execution] = request!.executions;
    const receipt = { ...execution!.receipt, gasUsed: execution!.receipt.gasUsed + 1n };
    const bad = [
      [{ ...request!, executions: [{ ...execution!, receipt }] }],
      [{ ...request!, executions: [{ ...execution!, output: utf8("another output") }] }],
      [{ ...request!, executions: [{ ...execution!, output: new Uint8Array(0) }] }],
      [{ ...request!, executions: [execution!, execution!] }],
      [{ ...request!, position: 1 }],
      [],
    ];
    for (const requests of bad) {
      expectRefused(draft.withInjected({ payloads: [{ ...first!, requests }, second!] }));
    }
  });

  it("7 a payload comes before the votes of this block agree", () => {
    const votes = draft.injected.votes.slice(0, 2);
    expectRefused(draft.withInjected({ votes }));
  });

  it("7 a payload is in state already", async () => {
    const own = await InferenceChain.start({ validators: 4 });
    await own.request("echo", [testInput(1)]);
    const silent = own.network.nodes[3]!;
    const withheld = rewriting(silent, (said) => ({ ...said, reveals: [] }));
    // The outputs are in state, the batch waits for the last reveal.
    await own.run(5, withheld);
    const { payloads } = new InjectedDraft(own).injected;
    expect(payloads).toEqual([]);
    const shown = decodeTx0(own.blocks.at(-1)!.txs[0]!).payloads;
    expect(shown).toHaveLength(1);
    const next = new InjectedDraft(own);
    const request = next.withInjected({ payloads: shown });
    for (const node of own.network.nodes) {
      expect(node.app.processProposal(request)).toEqual({ status: "reject" });
      expect(node.app.processProposal(next.request)).toEqual({ status: "accept" });
    }
  });

  it("8 payloads take more bytes than the parameter allows, right as each of them is", async () => {
    const plain = testManifest({ name: "tight" });
    const own = await InferenceChain.start({
      validators: 4,
      kernels: [{ ...plain, limits: { ...plain.limits, outputBytes: 40n } }],
      // Outputs of one request a slot.
      inference: { payloadBytes: 130n },
    });
    const asked = Array.from({ length: 6 }, (_, index) => [testInput(index)]);
    await own.requestEach("tight", asked);
    // All are agreed on, and no outputs were shown.
    await own.run(10, outputless(own));
    const next = new InjectedDraft(own);
    // The honest proposer attaches as many as fit.
    const { payloads } = next.injected;
    expect(payloads.length).toBeGreaterThan(1);
    expect(payloads.length).toBeLessThan(asked.length);
    const missing = BigInt(payloads.length + 1);
    const more = wholePayload(own.node.receipts.findFinished(missing)!);
    const judge = (request: BlockRequest) => own.node.app.processProposal(request).status;
    const instead = [...payloads.slice(0, -1), more];
    expect(judge(next.withInjected({ payloads: instead }))).toBe("accept");
    expect(judge(next.withInjected({ payloads: [...payloads, more] }))).toBe("reject");
  });
});

describe("a proposal is refused", () => {
  it("when a second transaction looks like transaction 0", () => {
    const [first, ...rest] = draft.request.txs;
    expectRefused(draft.withTxs([first!, ...rest, first!]));
    expectRefused(draft.withTxs([first!, INJECTED_PREFIX, ...rest]));
  });

  it("when a transaction does not decode", () => {
    const [first, ...rest] = draft.request.txs;
    expectRefused(draft.withTxs([first!, ...rest, utf8("no transaction")]));
  });

  it("when anything in it makes the check itself fail, and says so to the operator", () => {
    const { inference } = chain.node.wiring.keepers;
    const params = inference.params.bind(inference);
    inference.params = () => {
      throw new Error("a fault of this program");
    };
    expect(chain.node.app.processProposal(draft.request)).toEqual({ status: "reject" });
    inference.params = params;
    expect(chain.node.faults.splice(0)).toHaveLength(1);
    expect(chain.node.app.processProposal(draft.request)).toEqual({ status: "accept" });
  });
});
