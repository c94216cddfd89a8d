import { describe, expect, test } from "vitest";
import { CreditQueue, type Credited, type PayAll } from "./creditQueue.js";
import { FaucetFailure } from "./faucetFailure.js";

const LIMITS = { maxWaiting: 3, maxBatch: 2 };

/** Pays when it is told to; remembers what it was asked. */
class Payer {
  readonly batches: Array<readonly string[]> = [];
  readonly #turns: Array<() => void> = [];

  readonly payAll: PayAll = async (receivers) => {
    this.batches.push(receivers);
    await new Promise<void>((turn) => this.#turns.push(turn));
    return receivers.map((receiver) => outcomeOf(receiver));
  };

  /** Ends the transaction on its way, and gives the next one the time to begin. */
  async next(): Promise<void> {
    this.#turns.shift()?.();
    await new Promise((settle) => setImmediate(settle));
  }
}

function outcomeOf(receiver: string): Credited | FaucetFailure {
  if (receiver === "bad") return new FaucetFailure("receiver_refused", "no");
  return { txhash: receiver, height: 7n };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof FaucetFailure ? error.code : String(error);
}

describe("credits", () => {
  test("that come together or meanwhile share transactions, in their order", async () => {
    const payer = new Payer();
    const queue = new CreditQueue(payer.payAll, LIMITS);
    const all = ["a", "b"].map((one) => queue.credit(one));
    await payer.next();
    all.push(...["c", "d", "e"].map((one) => queue.credit(one)));
    expect(queue.waiting).toBe(3);
    for (let turn = 0; turn < 3; turn++) await payer.next();
    expect((await Promise.all(all)).map(({ txhash }) => txhash)).toEqual(["a", "b", "c", "d", "e"]);
    expect(payer.batches).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    // The queue begins anew after it was empty.
    const later = queue.credit("f");
    await payer.next();
    await payer.next();
    expect((await later).txhash).toBe("f");
  });

  test("that fail take nobody with them", async () => {
    const payer = new Payer();
    const queue = new CreditQueue(payer.payAll, LIMITS);
    const bad = codeOf(queue.credit("bad"));
    const good = queue.credit("a");
    await payer.next();
    await payer.next();
    expect(await bad).toBe("receiver_refused");
    expect((await good).txhash).toBe("a");
  });

  test("beyond the limit are refused, and those before them served", async () => {
    const payer = new Payer();
    const queue = new CreditQueue(payer.payAll, LIMITS);
    const served = ["a", "b", "c"].map((one) => queue.credit(one));
    expect(await codeOf(queue.credit("d"))).toBe("too_many_waiting");
    for (let turn = 0; turn < 3; turn++) await payer.next();
    expect(await Promise.all(served)).toHaveLength(3);
  });

  test("whose payer breaks fail as faults of the faucet, which goes on", async () => {
    let isBroken = true;
    const payAll: PayAll = (receivers) =>
      isBroken ? Promise.reject(new Error("x")) : Promise.resolve(receivers.map(outcomeOf));
    const queue = new CreditQueue(payAll, LIMITS);
    expect(await codeOf(queue.credit("a"))).toBe("internal");
    isBroken = false;
    expect((await queue.credit("b")).txhash).toBe("b");
  });
});

test("a queue that is closed ends what is on its way and refuses the rest", async () => {
  const payer = new Payer();
  const queue = new CreditQueue(payer.payAll, LIMITS);
  const first = queue.credit("a");
  await payer.next();
  const second = codeOf(queue.credit("b"));
  const closed = queue.close();
  expect(await second).toBe("stopping");
  expect(await codeOf(queue.credit("c"))).toBe("stopping");
  await payer.next();
  await closed;
  expect((await first).txhash).toBe("a");
  expect(payer.batches).toEqual([["a"]]);
});
