import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import { describe, expect, it } from "vitest";
import {
  BatchStatus,
  RequestStatus,
  SeatStatus,
  VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { nextBeacon, vrfAlpha } from "#modules/inference/types/beacon.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import { vrfVerify } from "#core/crypto/ecvrf.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import {
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  rewriting,
  seatOf,
  without,
} from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const WINDOW = 6n;

function start(validators = 4, target = 4) {
  const committee = { target, minimum: 1, maximum: 16 };
  return InferenceChain.start({
    validators,
    kernels: [testManifest({ name: "echo", committee })],
    inference: { challengeWindowBlocks: WINDOW },
  });
}

const injectedOf = (chain: InferenceChain, height: bigint) =>
  decodeInjected(chain.blocks.find((block) => block.height === height)!.txs[0]!);

describe("the beacon", () => {
  it("is chained from the proposer's proof, block by block", async () => {
    const chain = await start();
    const keeper = chain.node.wiring.keepers.inference;
    await chain.run(5);
    for (let height = 2n; height <= chain.height; height++) {
      const ctx = chain.node.context();
      const before = keeper.findBeacon(ctx, height - 1n)!;
      const { vrfProof } = injectedOf(chain, height);
      const alpha = vrfAlpha("aivm-test-1", height, before);
      const outputs = chain.network.nodes.map(({ validator }) =>
        vrfVerify(validator.vrfKey, alpha, vrfProof),
      );
      const [output] = outputs.filter((one) => one !== undefined);
      expect(keeper.findBeacon(ctx, height)).toEqual(nextBeacon(before, output!));
    }
    const beacons = eventsOf(chain, "inference.beacon_advanced").map((one) => one["beacon"]);
    expect(new Set(beacons).size).toBe(beacons.length);
    chain.expectSound();
  });

  it("does not depend on what the proposer orders or leaves out", async () => {
    const [plain, censored] = [await start(), await start()];
    const [victim] = plain.network.nodes;
    await plain.request("echo", [testInput(1)]);
    await censored.request("echo", [testInput(1)]);
    await plain.run(4);
    const hex = toHex(victim!.validator.address);
    await censored.run(4, { censor: (_, voter) => voter === hex });
    const beaconOf = (chain: InferenceChain) =>
      chain.node.wiring.keepers.inference.findBeacon(chain.node.context(), chain.height);
    expect(beaconOf(plain)).toEqual(beaconOf(censored));
  });
});

describe("a proposer that leaves out one member's extensions", () => {
  it("delays that member and harms nobody: others carry what it says", async () => {
    const chain = await start();
    const before = holdingsOf(chain);
    const [censor, victim] = chain.network.nodes;
    const [from, to] = [censor!, victim!].map(({ validator }) => toHex(validator.address));
    const options = {
      censor: (proposer: string, voter: string) => proposer === from && voter === to,
    };
    const ids: bigint[] = [];
    // So that the censor proposes at each height of the protocol once.
    for (let round = 0; round < 4; round++) {
      await chain.run(1, options);
      const message = chain.requestMessage("echo", [testInput(round)]);
      await chain.send(chain.user, [message], options);
      ids.push(BigInt(round + 1));
      await chain.run(9, options);
    }
    await chain.run(Number(WINDOW));
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    expect(faultLines(chain)).toEqual([]);
    for (const id of ids) {
      expect(seatOf(chain.getBatch(id), victim!).status).toBe(SeatStatus.REVEALED);
      expect(memberPay(chain, id, victim!.validator.account)).toBeGreaterThan(0n);
    }
    expect(gainOf(chain, before, victim!.validator.account).stake).toBe(0n);
    chain.expectSound();
  });

  it("cannot make it look absent even when it proposes all the time", async () => {
    const chain = await start();
    const [censor, victim] = chain.network.nodes;
    const before = holdingsOf(chain);
    const to = toHex(victim!.validator.address);
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    // The others' proposals fail: only the censor's blocks are decided.
    const only = { censor: (_: string, voter: string) => voter === to };
    for (let blocks = 0; blocks < 16; blocks++) {
      const from = toHex(censor!.validator.address);
      await chain.run(1, {
        ...only,
        tamper: (txs, proposer) => (proposer === from ? txs : []),
      });
    }
    await chain.runUntil(() => chain.haveEnded([id]), 10);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(seatOf(chain.getBatch(1n), victim!).status).toBe(SeatStatus.VACATED);
    await chain.run(Number(WINDOW));
    expect(faultLines(chain)).toEqual([]);
    expect(gainOf(chain, before, victim!.validator.account)).toEqual({ balance: 0n, stake: 0n });
    chain.expectSound();
  });
});

describe("a member that is down", () => {
  it("is vacated, not at fault: downtime is judged elsewhere", async () => {
    const chain = await start();
    const down = chain.network.nodes[3]!;
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    await chain.run(9, without(down));
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(seatOf(chain.getBatch(1n), down).status).toBe(SeatStatus.VACATED);
    await chain.run(Number(WINDOW));
    expect(faultLines(chain)).toEqual([]);
    expect(memberPay(chain, id, down.validator.account)).toBe(0n);
    chain.expectSound();
  });
});

/** What a copier says that knows all that its victim does: salt and root included. */
function copyOf(chain: InferenceChain, victim: MemoryNode): Uint8Array {
  const keeper = chain.node.wiring.keepers.inference;
  const batch = keeper.findBatch(chain.node.context(), 1n);
  const finished = victim.receipts.findFinished(1n);
  if (batch === undefined || finished === undefined) return new Uint8Array(0);
  const { commitment } = seatOf(batch, victim);
  const { batchRoot, salt, abstentions } = finished;
  const commits = batch.status === BatchStatus.COMMITTING && commitment.length > 0;
  const reveals = batch.status === BatchStatus.REVEALING;
  return encodeExtension(
    VoteExtension.create({
      commitments: commits ? [{ batchId: 1n, commitment }] : [],
      reveals: reveals ? [{ batchId: 1n, batchRoot, salt, abstentions }] : [],
    }),
  );
}

describe("a commitment", () => {
  it("that is copied from another member does not open for the copier", async () => {
    const chain = await start();
    const [victim, copier] = chain.network.nodes;
    copier!.receipts.behaviour = { runs: () => false };
    const id = await chain.request("echo", [testInput(1)]);
    const copied = toHex(copier!.validator.address);
    await chain.run(9, {
      extension: (voter, honest) => (voter === copied ? copyOf(chain, victim!) : honest),
    });
    expect(eventsOf(chain, "inference.committed")).toHaveLength(4);
    await chain.run(Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(faultLines(chain)).toEqual(["validator-1 INVALID"]);
    expect(memberPay(chain, id, copier!.validator.account)).toBe(0n);
    expect(memberPay(chain, id, victim!.validator.account)).toBeGreaterThan(0n);
    chain.expectSound();
  });

  it("that differs from the first is recorded, counts for nothing and is not punished", async () => {
    const chain = await start();
    const [twice, late] = chain.network.nodes;
    // The commit phase stays open for a block more.
    late!.receipts.behaviour = { runs: ({ slotHeight }) => chain.height > slotHeight + 1n };
    const before = holdingsOf(chain);
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    // A node restored from a backup commits again, to something else.
    const hex = toHex(twice!.validator.address);
    let spoken = 0;
    await chain.run(4, {
      extension: (voter, honest) => {
        if (voter !== hex || spoken++ !== 1) return honest;
        const commitment = new Uint8Array(32).fill(7);
        return encodeExtension(
          VoteExtension.create({ commitments: [{ batchId: 1n, commitment }] }),
        );
      },
    });
    expect(seatOf(chain.getBatch(1n), twice!).conflictingCommitment).toBe(true);
    expect(eventsOf(chain, "inference.commitment_conflicted")).toHaveLength(1);
    await chain.run(4 + Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(faultLines(chain)).toEqual([]);
    const pay = memberPay(chain, id, twice!.validator.account);
    expect(pay).toBeGreaterThan(0n);
    expect(gainOf(chain, before, twice!.validator.account)).toEqual({ balance: pay, stake: 0n });
    chain.expectSound();
  });
});

describe("outputs", () => {
  it("are attached by the proposer that has them, in the block of the agreement", async () => {
    const chain = await start();
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(5);
    expect(injectedOf(chain, chain.height).payloads).toHaveLength(1);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    const said = injectedOf(chain, chain.height).votes.map(({ extension }) =>
      decodeExtension(extension),
    );
    expect(said.flatMap(({ payloads }) => payloads)).toEqual([]);
    chain.expectSound();
  });

  it("come with the first seat's reveal when the committee is smaller than the set", async () => {
    const chain = await start(7, 3);
    for (let round = 0; round < 2; round++) {
      const id = await chain.request("echo", [testInput(round)]);
      await chain.run(5);
      expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
      const { votes, payloads } = injectedOf(chain, chain.height);
      const carried = votes.flatMap((vote) => decodeExtension(vote.extension).payloads);
      // Once, and not by the proposer as well.
      expect([carried.length, payloads.length]).toEqual([1, 0]);
    }
    chain.expectSound();
  });

  it("come from the next member when the first ones show none", async () => {
    const chain = await start();
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(4);
    const withheld = new Set(
      chain
        .getBatch(1n)
        .seats.slice(0, 2)
        .map((seat) => toHex(seat.consensusAddress)),
    );
    let carrier: string | undefined;
    await chain.runUntil(() => chain.haveEnded([id]), 8, {
      tamper: ([injected, ...txs]) => [
        encodeInjected({ ...decodeInjected(injected!), payloads: [] }),
        ...txs,
      ],
      extension: (voter, honest) => {
        const said = decodeExtension(honest);
        if (withheld.has(voter)) return encodeExtension({ ...said, payloads: [] });
        if (said.payloads.length > 0) carrier ??= voter;
        return honest;
      },
    });
    const third = chain.getBatch(1n).seats[2]!;
    expect(carrier).toBe(toHex(third.consensusAddress));
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });

  it("are readable as provisional before the last reveal is in, and stay the same", async () => {
    const chain = await start();
    const silent = chain.network.nodes[3]!;
    const id = await chain.request("echo", [testInput(1)]);
    const withheld = rewriting(silent, (said) => ({ ...said, reveals: [] }));
    await chain.run(5, withheld);
    const early = chain.getResult(id);
    expect(early).toMatchObject({ provisional: true, seatsAgreed: 0 });
    expect(chain.getRequest(id).status).toBe(RequestStatus.REVEALING);
    await chain.run(2, withheld);
    const final = chain.getResult(id);
    expect(final).toMatchObject({ provisional: false, seatsAgreed: 3, seatsTotal: 4 });
    expect(final.requestDigest).toEqual(early.requestDigest);
    expect(eventsOf(chain, "inference.result_written")).toMatchObject([
      { provisional: "true" },
      { provisional: "false" },
    ]);
    chain.expectSound();
  });
});
