import { describe, expect, it } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import {
  decodeInjected,
  encodeInjected,
  INJECTED_PREFIX,
} from "#modules/inference/types/injected.js";
import { TestValidator } from "#test/harness/identities.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { answering, eventsOf } from "#test/harness/protocolRecord.js";
import { testInput } from "#test/harness/testKernel.js";

/** Ways to spoil transaction 0 of a block that carries reveals and outputs, with the reason. */
const SPOILED: ReadonlyArray<readonly [string, string, (tx: Uint8Array) => readonly Uint8Array[]]> =
  [
    ["is missing", "the prefix is missing", () => []],
    ["is garbage", "the prefix is missing", () => [utf8("garbage")]],
    ["does not decode", "malformed", () => [concatBytes(INJECTED_PREFIX, utf8("garbage"))]],
    [
      "has no valid VRF proof",
      "the VRF proof is invalid",
      (tx) => [encodeInjected({ ...decodeInjected(tx), vrfProof: new Uint8Array(80) })],
    ],
    [
      "has votes twice",
      "votes do not ascend",
      (tx) => {
        const injected = decodeInjected(tx);
        const [vote] = injected.votes;
        return [encodeInjected({ ...injected, votes: [vote!, ...injected.votes] })];
      },
    ],
    [
      "has a vote without a valid signature",
      "an extension signature is invalid",
      (tx) => {
        const injected = decodeInjected(tx);
        const votes = injected.votes.map((vote) => ({ ...vote, signature: new Uint8Array(64) }));
        return [encodeInjected({ ...injected, votes })];
      },
    ],
    [
      "has false outputs",
      "a payload is not what was agreed, or not new",
      (tx) => {
        const injected = decodeInjected(tx);
        const payloads = injected.payloads.map((payload) => ({ ...payload, requests: [] }));
        return [encodeInjected({ ...injected, payloads })];
      },
    ],
  ];

async function beforeAnswer() {
  const chain = await InferenceChain.start({ validators: 4 });
  const id = await chain.request("echo", [testInput(1)]);
  await chain.run(4);
  return { chain, id };
}

function sendTx(chain: InferenceChain): Uint8Array {
  const { user, other } = chain;
  const amount = [coin("unes", 5n)];
  const message = pack(MsgSend, { fromAddress: user.text, toAddress: other.text, amount });
  return chain.sign(user, [message], 100_000n);
}

describe("a decided block whose transaction 0", () => {
  it.each(SPOILED)(
    "%s is executed without it: no beacon, no slot, no votes",
    async (_, reason, spoil) => {
      const { chain, id } = await beforeAnswer();
      const keeper = chain.node.wiring.keepers.inference;
      await chain.run(1, {
        unchecked: true,
        tamper: ([first]) => {
          const [bad, ...rest] = spoil(first!);
          return bad === undefined ? [] : [bad, sendTx(chain), ...rest];
        },
      });
      const [skipped] = eventsOf(chain, "inference.injected_skipped");
      expect(skipped?.["reason"]).toContain(reason);
      expect(keeper.findBeacon(chain.node.context(), chain.height)).toBeUndefined();
      // Nothing of it was applied.
      expect(chain.getBatch(1n).seats.every(({ batchRoot }) => batchRoot.length === 0)).toBe(true);
      expect(chain.getRequest(id).status).toBe(RequestStatus.REVEALING);
      const { txResults } = chain.blocks.at(-1)!.outcome;
      expect(txResults.slice(1).map(({ code }) => code)).toEqual(txResults.length > 1 ? [0] : []);
      chain.expectSound();

      // The chain goes on from the beacon before; what was not carried is said again.
      await chain.run(3);
      expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
      expect(chain.faults()).toEqual([]);
      expect(keeper.findBeacon(chain.node.context(), chain.height)).toBeDefined();
      chain.expectSound();
    },
  );

  it("is bad draws nothing in its block, and the queue is drawn in the next", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const id = await chain.request("echo", [testInput(1)]);
    const spoil = { unchecked: true, tamper: () => [utf8("garbage")] };
    await chain.run(1, spoil);
    expect(chain.getRequest(id).status).toBe(RequestStatus.QUEUED);
    await chain.run(1);
    expect(chain.getRequest(id)).toMatchObject({
      status: RequestStatus.COMMITTING,
      slotHeight: chain.height,
    });
    chain.expectSound();
  });

  it("is repeated behind itself fails there as a transaction that does not decode", async () => {
    const { chain, id } = await beforeAnswer();
    await chain.run(1, { unchecked: true, tamper: ([first]) => [first!, first!, INJECTED_PREFIX] });
    const { txResults } = chain.blocks.at(-1)!.outcome;
    expect(txResults.map(({ codespace, code }) => [codespace, code])).toEqual([
      ["", 0],
      ["sdk", 2],
      ["sdk", 2],
    ]);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });
});

describe("a transaction that looks like transaction 0", () => {
  it("is refused by CheckTx, whatever follows the prefix", async () => {
    const { chain } = await beforeAnswer();
    const [first] = chain.network.draft().txs;
    for (const tx of [first!, INJECTED_PREFIX, concatBytes(INJECTED_PREFIX, utf8("x"))]) {
      for (const kind of ["new", "recheck"] as const) {
        const verdict = chain.node.app.checkTx({ tx, kind });
        expect(verdict).toMatchObject({ codespace: "sdk", code: 2 });
        expect(verdict.log).toContain("only a proposer writes transaction 0");
      }
    }
  });
});

describe("what a block does", () => {
  it("depends on the block and the state alone: a node that saw no vote comes to the same", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const { nodes } = chain.network;
    nodes[1]!.receipts.behaviour = answering(1);
    nodes[2]!.receipts.behaviour = { available: false };
    await chain.requestEach("echo", [[testInput(1)], [testInput(2)]]);
    await chain.run(9);
    expect(chain.haveEnded([1n, 2n])).toBe(true);

    // It has no keys, no receipts, and is asked nothing but to execute: block sync and replay.
    const late = new MemoryNode(chain.network.chainId, new TestValidator("late"));
    late.receipts.findFinished = () => {
      throw new Error("execution asks for no receipts");
    };
    late.initChain(chain.genesis, 1_700_000_000n * 1_000_000_000n);
    for (const { request, outcome } of chain.blocks) {
      const own = late.app.finalizeBlock(request);
      expect(toHex(own.appHash)).toBe(toHex(outcome.appHash));
      expect(own.txResults).toEqual(outcome.txResults);
      late.app.commit();
    }
    expect(late.faults).toEqual([]);
  });
});
