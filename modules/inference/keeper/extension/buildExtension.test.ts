import { describe, expect, it } from "vitest";
import { Context } from "#core/baseapp/context.js";
import { VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import {
  decodeExtension,
  encodeExtension,
  payloadLength,
} from "#modules/inference/types/extension.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import { MAX_ENTRY_BYTES } from "#modules/inference/types/limits.js";
import { medianAggregator } from "#test/harness/aggregators.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import type { BlockOptions } from "#test/harness/memoryNetwork.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import { otherAnswer } from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { buildExtension } from "./buildExtension.js";

/** What a node would say about the block after the last one, if that carried nothing. */
function extensionOf(
  chain: InferenceChain,
  node: MemoryNode,
  carried?: VoteExtension,
  attached: ReadonlySet<bigint> = new Set(),
): VoteExtension {
  const header = {
    chainId: chain.network.chainId,
    height: chain.height + 1n,
    timeNs: chain.network.timeNs,
    proposerAddress: node.validator.address,
  };
  const ctx = new Context({ header, mode: "query", branch: node.store.branch() });
  const bytes = buildExtension(ctx, node.wiring.keepers.inference, {
    consensusAddress: node.validator.address,
    receipts: node.receipts,
    carried,
    attached,
  });
  return decodeExtension(bytes);
}

/** Blocks of proposers that keep the outputs they hold. */
const withoutAttached: BlockOptions = {
  tamper: ([first, ...rest]) => [
    encodeInjected({ ...decodeInjected(first!), payloads: [] }),
    ...rest,
  ],
};

const NAMES = ["ka", "kb", "kc", "kd", "ke", "kf", "kg", "kh"].map((name) => `${name}-kernel`);

/** As many batches as a provider holds seats: one for each of eight kernels. */
async function eightBatches() {
  const chain = await InferenceChain.start({
    validators: 2,
    kernels: NAMES.map((name) => testManifest({ name })),
  });
  await chain.send(
    chain.user,
    NAMES.map((name) => chain.requestMessage(name, [testInput(1)])),
    { gasLimit: 20_000_000n },
  );
  await chain.run(1);
  return chain;
}

describe("entries", () => {
  it("of all seats that a provider holds fit one extension, oldest first", async () => {
    const chain = await eightBatches();
    const { node } = chain;
    const commits = extensionOf(chain, node);
    expect(commits.commitments.map(({ batchId }) => batchId)).toEqual(
      NAMES.map((_, index) => BigInt(index + 1)),
    );
    expect(encodeExtension(commits).length).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    await chain.run(2);
    const reveals = extensionOf(chain, node);
    expect(reveals.reveals).toHaveLength(8);
    const entries = encodeExtension({ ...reveals, payloads: [] });
    expect(entries.length).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    await chain.run(2);
    expect(chain.haveEnded(NAMES.map((_, index) => BigInt(index + 1)))).toBe(true);
    chain.expectSound();
  });

  it("are left out once the block that is voted for carries them, one by one", async () => {
    const chain = await eightBatches();
    const all = extensionOf(chain, chain.node);
    const carried = { ...all, commitments: all.commitments.slice(0, 3) };
    const rest = extensionOf(chain, chain.node, carried);
    expect(rest.commitments).toEqual(all.commitments.slice(3));
  });

  it("of a seat say nothing that contradicts what it committed to", async () => {
    const chain = await eightBatches();
    await chain.run(2);
    const { node } = chain;
    node.receipts.forget();
    node.receipts.behaviour = { answer: (honest) => otherAnswer(honest, 5) };
    await node.work();
    expect(extensionOf(chain, node)).toEqual(VoteExtension.create());
  });
});

describe("payloads", () => {
  const startByCode = (payloadBytes: bigint) =>
    InferenceChain.start({
      validators: 2,
      kernels: [testManifest({ name: "sample", byCode: true, seed: SeedKind.MEMBER })],
      aggregator: medianAggregator,
      inference: { payloadBytes, maxBatchRequests: 1 },
    });

  it("stay within the parameter, whatever a node has to show", async () => {
    const chain = await startByCode(2_000n);
    const messages = Array.from({ length: 6 }, (_, index) =>
      chain.requestMessage("sample", [testInput(index)]),
    );
    await chain.send(chain.user, messages);
    let largest = 0;
    await chain.runUntil(() => chain.haveEnded([1n, 2n, 3n, 4n, 5n, 6n]), 40, {
      extension: (_, honest) => {
        largest = Math.max(largest, payloadLength(decodeExtension(honest)));
        return honest;
      },
    });
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThanOrEqual(2_000);
    chain.expectSound();
  });

  it("that do not fit any more are left out, and the entries stay", async () => {
    const chain = await startByCode(2_000n);
    const { node } = chain;
    await chain.request("sample", [testInput(1)]);
    await chain.run(3);
    const find = node.receipts.findFinished.bind(node.receipts);
    expect(extensionOf(chain, node).payloads).toHaveLength(1);
    // As if the parameter had been lowered since.
    node.receipts.findFinished = (id) => {
      const finished = find(id);
      return (
        finished && {
          ...finished,
          executions: finished.executions.map((list) =>
            list.map((one) => ({ ...one, output: new Uint8Array(3_000) })),
          ),
        }
      );
    };
    const said = extensionOf(chain, node);
    expect(said.payloads).toEqual([]);
    expect(said.reveals).toHaveLength(1);
  });

  it("are carried by nobody while proposers have the outputs, and by seat 0 otherwise", async () => {
    const committee = { target: 2, minimum: 1, maximum: 16 };
    for (const [validators, carriers] of [
      [2, 0],
      [5, 1],
    ] as const) {
      const chain = await InferenceChain.start({
        validators,
        kernels: [testManifest({ name: "echo", committee })],
      });
      await chain.request("echo", [testInput(1)]);
      await chain.run(3);
      const [first] = chain.getBatch(1n).seats;
      const carrying = chain.network.nodes.filter(
        (node) => extensionOf(chain, node).payloads.length > 0,
      );
      expect(carrying).toHaveLength(carriers);
      for (const { validator } of carrying) {
        expect(toHex(validator.address)).toBe(toHex(first!.consensusAddress));
      }
    }
  });

  it("that proposers all hold are theirs to attach for two blocks, then members carry them in turn", async () => {
    const chain = await InferenceChain.start({ validators: 2 });
    await chain.request("echo", [testInput(1)]);
    await chain.run(3);
    const said: Array<readonly [bigint, string]> = [];
    await chain.runUntil(() => chain.haveEnded([1n]), 12, {
      ...withoutAttached,
      extension: (voter, honest) => {
        const { payloads } = decodeExtension(honest);
        if (payloads.length > 0) said.push([chain.height + 1n, voter]);
        return honest;
      },
    });
    const { agreedHeight, seats } = chain.getBatch(1n);
    const [first, second] = seats.map(({ consensusAddress }) => toHex(consensusAddress));
    // Block +4 carries what the first said of +3; whoever votes for it does not know yet.
    expect(said).toEqual([
      [agreedHeight + 3n, first],
      [agreedHeight + 4n, second],
    ]);
    chain.expectSound();
  });

  it("that the block voted for attaches are not carried beside it", async () => {
    const chain = await InferenceChain.start({ validators: 2 });
    await chain.request("echo", [testInput(1)]);
    await chain.run(3);
    await chain.runUntil(() => chain.getBatch(1n).agreedHeight > 0n, 5, withoutAttached);
    await chain.run(2, withoutAttached);
    const carriers = (attached: ReadonlySet<bigint>) =>
      chain.network.nodes.filter(
        (node) => extensionOf(chain, node, undefined, attached).payloads.length > 0,
      );
    expect(carriers(new Set())).toHaveLength(1);
    expect(carriers(new Set([1n]))).toHaveLength(0);
  });
});
