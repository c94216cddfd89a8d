import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import { describe, expect, it } from "vitest";
import { App } from "#app/app.js";
import type { BlockRequest } from "#core/abci/requests.js";
import {
  Availability,
  BatchStatus,
  SeatStatus,
  VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import { MAX_ENTRY_BYTES } from "#modules/inference/types/limits.js";
import { TestValidator } from "#test/harness/identities.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { seatOf } from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

/** A chain on which a request is about to be answered, `blocks` after it was made. */
async function requested(blocks: number) {
  const chain = await InferenceChain.start({ validators: 4 });
  await chain.request("echo", [testInput(1)]);
  await chain.run(blocks);
  const node = chain.network.nodes[2]!;
  return { chain, node, draft: chain.network.draft() };
}

const said = (node: MemoryNode, request: BlockRequest) =>
  decodeExtension(node.app.extendVote(request).extension);

describe("a validator", () => {
  it("commits once its work is finished, reveals when the frozen set is in committed state", async () => {
    const { chain, node, draft } = await requested(1);
    expect(said(node, draft).commitments).toHaveLength(1);
    await chain.run(1);
    // Block R+3 carries every commitment and freezes the set: nothing is revealed for it yet.
    const freezing = chain.network.draft();
    expect(decodeInjected(freezing.txs[0]!).votes).toHaveLength(4);
    for (const one of chain.network.nodes) {
      expect(said(one, freezing)).toEqual(VoteExtension.create());
    }
    await chain.run(1);
    expect(chain.getBatch(1n).status).toBe(BatchStatus.REVEALING);
    expect(said(node, chain.network.draft()).reveals).toHaveLength(1);
  });

  it("does not reveal while others may still commit", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const [late, early] = chain.network.nodes;
    late!.receipts.behaviour = { runs: () => false };
    await chain.request("echo", [testInput(1)]);
    await chain.run(3);
    expect(seatOf(chain.getBatch(1n), early!).status).toBe(SeatStatus.COMMITTED);
    expect(chain.getBatch(1n).status).toBe(BatchStatus.COMMITTING);
    expect(early!.app.extendVote(chain.network.draft()).extension).toHaveLength(0);
  });

  it("leaks no reveal in rounds that fail", async () => {
    const { chain } = await requested(2);
    const leaked: number[] = [];
    await chain.run(1, {
      failedRounds: 3,
      extension: (_, honest) => {
        leaked.push(decodeExtension(honest).reveals.length);
        return honest;
      },
    });
    expect(leaked.length).toBe(4 * 4);
    expect(new Set(leaked)).toEqual(new Set([0]));
    await chain.run(2);
    expect(chain.haveEnded([1n])).toBe(true);
    chain.expectSound();
  });

  it("says the same as often as it is asked, round after round", async () => {
    for (const blocks of [1, 3]) {
      const { chain, node, draft } = await requested(blocks);
      const { extension } = node.app.extendVote(draft);
      expect(extension.length).toBeGreaterThan(0);
      for (let round = 0; round < 3; round++) {
        expect(node.app.extendVote(chain.network.draft()).extension).toEqual(extension);
      }
    }
  });

  it("commits to the same after it lost everything but its keys", async () => {
    const { chain, node, draft } = await requested(1);
    const { extension } = node.app.extendVote(draft);
    node.receipts.forget();
    expect(said(node, draft).commitments).toEqual([]);
    await node.receipts.work(node.context(), node.wiring.keepers.inference);
    expect(node.app.extendVote(draft).extension).toEqual(extension);
    await chain.run(4);
    expect(chain.haveEnded([1n])).toBe(true);
    expect(seatOf(chain.getBatch(1n), node).conflictingCommitment).toBe(false);
    chain.expectSound();
  });

  it("does not repeat what the block that is voted for carries, and repeats what it does not", async () => {
    const { chain, node } = await requested(2);
    const draft = chain.network.draft();
    expect(said(node, draft).commitments).toEqual([]);
    const injected = decodeInjected(draft.txs[0]!);
    const place = draft.lastCommit.votes.findIndex((vote) =>
      equalBytes(vote.consensusAddress, node.validator.address),
    );
    const votes = injected.votes.filter(({ index }) => index !== place);
    const censored = { ...draft, txs: [encodeInjected({ ...injected, votes })] };
    expect(said(node, censored).commitments).toHaveLength(1);
  });

  it("says nothing about work that is not finished, and does not wait for it", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const node = chain.network.nodes[2]!;
    node.receipts.behaviour = { runs: () => false };
    await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    const asked: string[] = [];
    const { receipts } = node;
    const find = receipts.findFinished.bind(receipts);
    receipts.findFinished = (id) => {
      asked.push(id.toString());
      return find(id);
    };
    receipts.work = () => {
      throw new Error("ExtendVote runs nothing");
    };
    expect(node.app.extendVote(chain.network.draft()).extension).toHaveLength(0);
    expect(node.faults).toEqual([]);
    // One look for each seat that it holds, whatever else there is.
    expect(new Set(asked)).toEqual(new Set(["1"]));
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it("without keys has nothing to say", async () => {
    const { chain, draft } = await requested(1);
    const { node } = chain;
    const app = new App({
      wiring: node.wiring,
      store: node.store,
      chainId: chain.network.chainId,
      validator: { consensusAddress: undefined, prove: () => undefined, receipts: node.receipts },
      queries: () => {
        throw new Error("no query");
      },
      onFault: (call, error) => {
        throw new Error(call, { cause: error });
      },
      onCommit: () => undefined,
    });
    expect(app.extendVote(draft).extension).toHaveLength(0);
  });
});

describe("whatever goes wrong, ExtendVote answers", () => {
  it("nothing when its receipts fail, and tells the operator", async () => {
    const { node, draft } = await requested(1);
    node.receipts.findFinished = () => {
      throw new Error("the disk is gone");
    };
    expect(node.app.extendVote(draft)).toEqual({ extension: new Uint8Array(0) });
    expect(node.faults.splice(0)).toEqual([expect.stringContaining("the disk is gone")]);
  });

  it("nothing when what it would say is refused by its peers", async () => {
    const { node, draft } = await requested(3);
    const find = node.receipts.findFinished.bind(node.receipts);
    // A disk that flips bits: the root no longer is what was committed to, the bitmap is absurd.
    node.receipts.findFinished = (id) => {
      const finished = find(id);
      return finished && { ...finished, abstentions: new Uint8Array(MAX_ENTRY_BYTES + 1) };
    };
    const { extension } = node.app.extendVote(draft);
    const verify = {
      hash: draft.hash,
      height: draft.height,
      validatorAddress: node.validator.address,
      extension,
    };
    expect(node.app.verifyVoteExtension(verify)).toEqual({ status: "accept" });
    expect(extension).toHaveLength(0);
    node.receipts.findFinished = (id) => {
      const finished = find(id);
      return finished && { ...finished, salt: finished.salt.subarray(1) };
    };
    expect(node.app.extendVote(draft).extension).toHaveLength(0);
  });

  it("nothing when a commitment would be malformed", async () => {
    const { node, draft } = await requested(1);
    node.receipts.isAvailable = () => false;
    node.receipts.findFinished = () => undefined;
    // A fault of this program that lists a seat twice.
    const { inference } = node.wiring.keepers;
    inference.owedBatchIds = () => [1n, 1n];
    expect(node.app.extendVote(draft).extension).toHaveLength(0);
    expect(node.faults.splice(0)).toEqual([expect.stringContaining("verifies")]);
  });

  it.each<[string, (request: BlockRequest) => BlockRequest]>([
    ["has no transactions", (request) => ({ ...request, txs: [] })],
    ["has garbage for transaction 0", (request) => ({ ...request, txs: [utf8("garbage")] })],
    [
      "has a last commit that does not name this validator",
      (request) => ({ ...request, lastCommit: { round: 0, votes: [] } }),
    ],
  ])("when the block %s", async (_, change) => {
    const { node, draft } = await requested(1);
    const extension = said(node, change(draft));
    expect(extension.commitments).toHaveLength(1);
    expect(node.faults).toEqual([]);
  });
});

describe("the first heights", () => {
  it("carry nothing at height 1, and what height 1's precommits say at height 2", async () => {
    const says = VoteExtension.create({ availability: Availability.UNAVAILABLE });
    const chain = await InferenceChain.start({
      validators: 4,
      first: { extension: () => encodeExtension(says) },
    });
    expect(decodeInjected(chain.blocks[0]!.txs[0]!)).toMatchObject({ votes: [], payloads: [] });
    await chain.run(1);
    expect(chain.height).toBe(2n);
    expect(decodeInjected(chain.blocks[1]!.txs[0]!).votes).toHaveLength(4);
    const { inference } = chain.node.wiring.keepers;
    const { validator } = chain.node;
    expect(inference.load(chain.node.context(), validator.address)).toMatchObject({
      unavailable: true,
      availabilityHeight: 2n,
    });
  });

  it("exist only on a chain whose extensions are enabled from its first height", () => {
    const chain = new MemoryNode("aivm-test-1", new TestValidator("one"));
    for (const voteExtensionsEnableHeight of [0n, 2n, 100n]) {
      const request = {
        chainId: "aivm-test-1",
        timeNs: 0n,
        initialHeight: 1n,
        consensusParams: { abci: { voteExtensionsEnableHeight } },
        validators: [],
        appState: utf8("{}"),
      };
      expect(() => chain.app.initChain(request)).toThrow("must be enabled from the initial height");
    }
  });

  it("and all others change no parameter of consensus: extensions stay enabled", async () => {
    const { chain } = await requested(5);
    for (const { outcome } of chain.blocks) {
      expect(outcome.consensusParamUpdates).toBeUndefined();
    }
  });
});

describe("an honest extension", () => {
  it("is accepted by every peer through the whole life of busy batches", async () => {
    const kernels = ["first", "second", "third"].map((name) => testManifest({ name }));
    const chain = await InferenceChain.start({ validators: 4, kernels });
    chain.network.nodes[3]!.receipts.behaviour = { answer: () => undefined };
    let longest = 0;
    for (let round = 0; round < 4; round++) {
      const messages = ["first", "second", "third"].map((name) =>
        chain.requestMessage(name, [testInput(round)]),
      );
      await chain.send(chain.user, messages, {
        extension: (_, honest) => {
          longest = Math.max(longest, honest.length);
          return honest;
        },
      });
      // Every node verified every extension: a refused one would have cost its vote.
      expect(chain.network.lastVotes.map(({ flag }) => flag)).toEqual(Array(4).fill("commit"));
    }
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(MAX_ENTRY_BYTES);
    expect(toHex(chain.node.app.info().lastBlockAppHash)).toHaveLength(64);
    chain.expectSound();
  });
});
