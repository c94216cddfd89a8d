import { describe, expect, it } from "vitest";
import { Assurance, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { eventsOf, holdingsOf } from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const GAS = 1_000_000n;
const committeeOf = (target: number) => ({ target, minimum: 1, maximum: 16 });

describe("capacity", () => {
  it("is reserved at every member until it has committed, and a slot draws within it", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      inference: {
        maxBatchGas: GAS,
        providerGas: 2n * GAS,
        slotGas: 10n * GAS,
      },
    });
    const keeper = chain.node.wiring.keepers.inference;
    const loads = () =>
      chain.network.nodes.map(({ validator }) =>
        keeper.load(chain.node.context(), validator.address),
      );
    const many = Array.from({ length: 5 }, (_, index) => [testInput(index)]);
    const ids = await chain.requestEach("echo", many);
    await chain.run(1);
    expect(loads().map(({ reservedGas }) => reservedGas)).toEqual(Array(4).fill(2n * GAS));
    expect(keeper.queueLength(chain.node.context())).toBe(3n);
    // Committed in R+3; what that block freed is drawn on from R+4 on, whatever its proposer knew.
    await chain.run(2);
    expect(loads().map(({ reservedGas }) => reservedGas)).toEqual(Array(4).fill(0n));
    expect(keeper.queueLength(chain.node.context())).toBe(3n);
    await chain.run(1);
    expect(keeper.queueLength(chain.node.context())).toBe(1n);
    await chain.runUntil(() => chain.haveEnded(ids), 12);
    expect(loads().map(({ openBatches }) => openBatches)).toEqual(Array(4).fill(0));
    chain.expectSound();
  });

  it("that is short lengthens the queue and makes nobody late", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      inference: {
        maxBatchGas: 2n * GAS,
        providerGas: 2n * GAS,
        slotGas: 4n * GAS,
        providerBatches: 2,
        challengeWindowBlocks: 3n,
      },
    });
    const before = holdingsOf(chain);
    const ids: bigint[] = [];
    let longest = 0n;
    const keeper = chain.node.wiring.keepers.inference;
    for (let round = 0; round < 5; round++) {
      const some = Array.from({ length: 4 }, (_, index) => [testInput(4 * round + index)]);
      ids.push(...(await chain.requestEach("echo", some)));
      const length = keeper.queueLength(chain.node.context());
      longest = length > longest ? length : longest;
      for (const { validator } of chain.network.nodes) {
        const load = keeper.load(chain.node.context(), validator.address);
        expect(load.reservedGas).toBeLessThanOrEqual(2n * GAS);
        expect(load.openBatches).toBeLessThanOrEqual(2);
      }
      chain.expectSound();
    }
    expect(longest).toBeGreaterThan(8n);
    await chain.runUntil(() => chain.haveEnded(ids), 80);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    expect(chain.faults()).toEqual([]);
    const drawn = eventsOf(chain, "inference.batch_drawn").flatMap((one) =>
      one["request_ids"]!.split(",").map(BigInt),
    );
    expect(drawn).toEqual(ids);
    for (const { validator } of chain.network.nodes) {
      const { name } = validator.account;
      expect(holdingsOf(chain).get(name)?.stake).toBe(before.get(name)?.stake);
    }
    chain.expectSound();
  });

  it("of the queue is bounded: more is refused before any escrow", async () => {
    const chain = await InferenceChain.start({
      validators: 1,
      inference: { maxQueueRequests: 3, maxBatchGas: GAS, slotGas: GAS },
    });
    const message = chain.requestMessage("echo", [testInput(1)]);
    const first = await chain.send(chain.user, [message, message, message]);
    expect(first.code).toBe(0);
    const before = chain.balance(chain.other);
    const more = chain.requestMessage("echo", [testInput(2)], { from: chain.other });
    // One was drawn since, so one fits and the second does not: the transaction fails as a whole.
    const refused = await chain.send(chain.other, [more, more]);
    expect(refused).toMatchObject({ codespace: "inference", code: 8 });
    expect(chain.balance(chain.other)).toBe(before - 1_000n);
    chain.expectSound();
  });
});

describe("a batch", () => {
  it("joins requests of one version and assurance and nothing else", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      kernels: [testManifest({ name: "echo" }), testManifest({ name: "other" })],
    });
    const messages = [
      chain.requestMessage("echo", [testInput(1)]),
      chain.requestMessage("other", [testInput(2)]),
      chain.requestMessage("echo", [testInput(3)], { assurance: Assurance.FULL }),
      chain.requestMessage("echo", [testInput(4)]),
      chain.requestMessage("other", [testInput(5)]),
    ];
    await chain.send(chain.user, messages);
    await chain.run(5);
    const drawn = eventsOf(chain, "inference.batch_drawn");
    expect(drawn.map(({ kind, request_ids }) => [kind, request_ids])).toEqual([
      ["COMMITTEE", "1,4"],
      ["COMMITTEE", "2,5"],
      ["FULL", "3"],
    ]);
    expect(chain.haveEnded([1n, 2n, 3n, 4n, 5n])).toBe(true);
    chain.expectSound();
  });

  it("answers many requests with one commitment and one reveal of constant size", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const many = Array.from({ length: 20 }, (_, index) => [testInput(index)]);
    const ids = await chain.requestEach("echo", many);
    const lengths: number[] = [];
    await chain.run(5, {
      extension: (_, honest) => {
        lengths.push(honest.length);
        return honest;
      },
    });
    expect(chain.haveEnded(ids)).toBe(true);
    expect(eventsOf(chain, "inference.committed")).toHaveLength(4);
    expect(Math.max(...lengths)).toBeLessThan(100);
    chain.expectSound();
  });
});

describe("committees of one slot", () => {
  it("are disjoint while there are enough providers", async () => {
    const kernels = ["first", "second", "third"].map((name) =>
      testManifest({ name, committee: committeeOf(2) }),
    );
    const chain = await InferenceChain.start({ validators: 6, kernels });
    const messages = ["first", "second", "third"].map((name) =>
      chain.requestMessage(name, [testInput(1)]),
    );
    await chain.send(chain.user, messages);
    await chain.run(1);
    const seats = [1n, 2n, 3n].flatMap((id) =>
      chain.getBatch(id).seats.map((seat) => toHex(seat.consensusAddress)),
    );
    expect(seats).toHaveLength(6);
    expect(new Set(seats).size).toBe(6);
    await chain.run(5);
    expect(chain.haveEnded([1n, 2n, 3n])).toBe(true);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("share members when there are not, and still answer", async () => {
    const kernels = ["first", "second"].map((name) =>
      testManifest({ name, committee: committeeOf(3) }),
    );
    const chain = await InferenceChain.start({ validators: 4, kernels });
    const messages = ["first", "second"].map((name) => chain.requestMessage(name, [testInput(1)]));
    await chain.send(chain.user, messages);
    await chain.run(8);
    const seats = [1n, 2n].flatMap((id) =>
      chain.getBatch(id).seats.map((seat) => toHex(seat.consensusAddress)),
    );
    expect(seats).toHaveLength(6);
    expect(chain.haveEnded([1n, 2n])).toBe(true);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});
