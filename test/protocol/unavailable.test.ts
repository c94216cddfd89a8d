import { describe, expect, it } from "vitest";
import {
  Availability,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import {
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  rewriting,
  seatOf,
} from "#test/harness/protocolRecord.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const WINDOW = 6n;

/** Five validators; committees of three leave two to redraw from. */
function start(validators = 5, target = 3) {
  const committee = { target, minimum: 1, maximum: 16 };
  return InferenceChain.start({
    validators,
    kernels: [testManifest({ name: "echo", committee })],
    inference: { challengeWindowBlocks: WINDOW },
  });
}

const operators = (chain: InferenceChain, batchId = 1n) =>
  chain.getBatch(batchId).seats.map((seat) => seat.operatorAddress);

/** Nodes by the seat they were drawn for. */
const drawnNodes = (chain: InferenceChain, batchId = 1n) =>
  operators(chain, batchId).map((operator) =>
    chain.network.nodes.find(({ validator }) => validator.account.operator === operator)!,
  );

describe("a member that declines", () => {
  it("is replaced once, without fault and without pay", async () => {
    const chain = await start();
    const before = holdingsOf(chain);
    let declined = 0;
    // Whoever is asked first.
    for (const { receipts } of chain.network.nodes) {
      receipts.behaviour = { declines: () => declined++ === 0 };
    }
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    const [, ...others] = drawnNodes(chain);
    await chain.run(3);
    const batch = chain.getBatch(1n);
    const gone = batch.seats.filter(({ status }) => status === SeatStatus.DECLINED);
    expect(gone).toHaveLength(1);
    expect(batch.seats).toHaveLength(4);
    expect(batch.seats[3]).toMatchObject({ redrawn: true, status: SeatStatus.WAITING });
    // Declined in block R+3, so that the beacon of R+3 was known: drawn with that of R+4.
    expect(batch.seats[3]?.drawnHeight).toBe(batch.declineHeight + 1n);
    await chain.runUntil(() => chain.haveEnded([id]), 8);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(id)).toMatchObject({ seatsAgreed: 3, seatsTotal: 3 });
    await chain.run(Number(WINDOW));
    expect(chain.faults()).toEqual([]);
    const decliner = drawnNodes(chain).find(
      (node) => seatOf(chain.getBatch(1n), node).status === SeatStatus.DECLINED,
    )!;
    expect(gainOf(chain, before, decliner.validator.account)).toEqual({ balance: 0n, stake: 0n });
    expect(others.some(({ validator }) => memberPay(chain, id, validator.account) > 0n)).toBe(true);
    expect(eventsOf(chain, "inference.seat_vacated")).toMatchObject([{ reason: "declined" }]);
    expect(eventsOf(chain, "inference.seat_redrawn")).toHaveLength(1);
    chain.expectSound();
  });

  it("in place of another is not replaced again: its seat counts as disagreeing", async () => {
    // Two are drawn, two replace them, and two more could be asked.
    const chain = await start(6, 2);
    for (const { receipts } of chain.network.nodes) receipts.behaviour = { declines: () => true };
    const id = await chain.request("echo", [testInput(1)]);
    await chain.runUntil(() => chain.haveEnded([id]), 20);
    const batch = chain.getBatch(1n);
    expect(batch.seats).toHaveLength(4);
    expect(batch.seats.every(({ status }) => status === SeatStatus.DECLINED)).toBe(true);
    expect(batch.seats.filter(({ redrawn }) => redrawn)).toHaveLength(2);
    // Nobody ran it in the escalation either.
    expect(chain.getRequest(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("after it has committed says nothing", async () => {
    const chain = await start(4, 4);
    const [node] = chain.network.nodes;
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(
      6,
      rewriting(node!, (said) =>
        said.reveals.length > 0 ? { ...said, declines: [said.reveals[0]!.batchId] } : said,
      ),
    );
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(seatOf(chain.getBatch(1n), node!).status).toBe(SeatStatus.REVEALED);
    chain.expectSound();
  });
});

describe("a provider that is unavailable", () => {
  it("leaves the draws from the next block on and comes back when it says so", async () => {
    const chain = await start(4, 4);
    const [away] = chain.network.nodes;
    const { operator } = away!.validator.account;
    away!.receipts.behaviour = { available: false };
    await chain.run(2);
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(5);
    expect(operators(chain)).toHaveLength(3);
    expect(operators(chain)).not.toContain(operator);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);

    away!.receipts.behaviour = {};
    await chain.run(2);
    await chain.request("echo", [testInput(2)]);
    await chain.run(5);
    expect(operators(chain, 2n)).toContain(operator);
    expect(chain.faults()).toEqual([]);
    expect(eventsOf(chain, "inference.availability_changed")).toMatchObject([
      { available: "false" },
      { available: "true" },
    ]);
    chain.expectSound();
  });

  it("gives up the seats it waits in, without fault", async () => {
    const chain = await start(4, 4);
    const [away] = chain.network.nodes;
    away!.receipts.behaviour = { runs: () => false };
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    away!.receipts.behaviour = { available: false, runs: () => false };
    // The redraw, for which nobody is left, waits for the next beacon.
    await chain.runUntil(() => chain.haveEnded([id]), 8);
    expect(seatOf(chain.getBatch(1n), away!).status).toBe(SeatStatus.DECLINED);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    await chain.run(Number(WINDOW));
    expect(chain.faults()).toEqual([]);
    expect(eventsOf(chain, "inference.seat_vacated")).toMatchObject([{ reason: "unavailable" }]);
    chain.expectSound();
  });

  it("and is drawn in the very block that says so declines, without fault", async () => {
    const chain = await start(4, 4);
    const [away] = chain.network.nodes;
    // Its precommit for block R says so, block R+1 carries it and is the slot.
    away!.receipts.behaviour = { available: false, runs: () => false };
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(1);
    expect(operators(chain)).toContain(away!.validator.account.operator);
    await chain.run(7 + Number(WINDOW));
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(faultLines(chain)).toEqual([]);
    expect(seatOf(chain.getBatch(1n), away!).status).toBe(SeatStatus.DECLINED);
    chain.expectSound();
  });

  it("answers what it had finished before all the same", async () => {
    const chain = await start(4, 4);
    const [away] = chain.network.nodes;
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(3);
    away!.receipts.behaviour = { available: false };
    await chain.run(3);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(seatOf(chain.getBatch(1n), away!).status).toBe(SeatStatus.REVEALED);
    await chain.run(Number(WINDOW));
    expect(memberPay(chain, id, away!.validator.account)).toBeGreaterThan(0n);
    chain.expectSound();
  });

  it("lets requests be refused before any escrow when too few are left", async () => {
    const committee = { target: 4, minimum: 4, maximum: 16 };
    const chain = await InferenceChain.start({
      validators: 4,
      kernels: [testManifest({ name: "echo", committee })],
    });
    chain.network.nodes[2]!.receipts.behaviour = { available: false };
    await chain.run(2);
    const before = holdingsOf(chain);
    const message = chain.requestMessage("echo", [testInput(1)]);
    const refused = await chain.send(chain.user, [message]);
    expect(refused).toMatchObject({ codespace: "inference", code: 7 });
    expect(gainOf(chain, before, chain.user).balance).toBe(-1_000n);
    chain.expectSound();
  });

  it("says so once: what state holds already is not repeated in every extension", async () => {
    const chain = await start(4, 4);
    const [away] = chain.network.nodes;
    away!.receipts.behaviour = { available: false };
    const said: number[] = [];
    await chain.run(
      5,
      rewriting(away!, (extension) => {
        said.push(extension.availability);
        return extension;
      }),
    );
    expect(said).toEqual([Availability.UNAVAILABLE]);
    chain.expectSound();
  });
});
