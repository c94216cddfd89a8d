import { describe, expect, it } from "vitest";
import { FairQueue } from "./fairQueue.js";

const ONE = (): number => 1;

function queueOf(entries: readonly string[], costOf: (entry: string) => number = ONE) {
  const queue = new FairQueue<string>(costOf);
  for (const entry of entries) queue.push(entry.charAt(0), entry);
  return queue;
}

function takeAll(queue: FairQueue<string>, limit = 1): string[] {
  const taken: string[] = [];
  for (let batch = queue.take(limit); batch.length > 0; batch = queue.take(limit)) {
    taken.push(batch.join("+"));
  }
  return taken;
}

describe("a fair queue", () => {
  it("takes turns between keys and keeps the order within one", () => {
    const queue = queueOf(["a1", "a2", "a3", "b1", "c1", "c2"]);
    expect(queue.size).toBe(6);
    expect(queue.first()).toBe("a1");
    expect(takeAll(queue)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
    expect(queue.size).toBe(0);
    expect(queue.first()).toBeUndefined();
    expect(queue.take(1)).toEqual([]);
  });

  it("takes as many entries of a key as it is told, and moves nothing for none", () => {
    const queue = queueOf(["a1", "a2", "a3", "b1"]);
    expect(queue.take(0)).toEqual([]);
    expect(takeAll(queue, 2)).toEqual(["a1+a2", "b1", "a3"]);
  });

  it("gives each key the same work, however long its entries are", () => {
    const slow = Array.from({ length: 3 }, (_, index) => `s${index}`);
    const fast = Array.from({ length: 25 }, (_, index) => `f${index}`);
    const queue = queueOf([...slow, ...fast], (entry) => (entry.startsWith("s") ? 10 : 1));
    const order = takeAll(queue);
    // Between two slow entries of cost 10, ten fast ones are served.
    expect(order.indexOf("s1")).toBe(11);
    expect(order.indexOf("s2")).toBe(22);
  });

  it("does not let a key start anew by coming with one entry at a time", () => {
    const queue = queueOf(["s0", "f0", "f1", "f2", "f3"], (entry) =>
      entry.startsWith("s") ? 3 : 1,
    );
    expect(queue.take(1)).toEqual(["s0"]);
    queue.push("s", "s1");
    expect(takeAll(queue)).toEqual(["f0", "f1", "f2", "s1", "f3"]);
  });

  it("gives a key that was away its turn, and no more than that", () => {
    const queue = queueOf(["a1", "a2", "a3", "a4"]);
    for (let taken = 0; taken < 3; taken++) queue.take(1);
    for (const entry of ["b1", "b2", "b3"]) queue.push("b", entry);
    expect(takeAll(queue).slice(0, 3)).toEqual(["b1", "a4", "b2"]);
  });

  it("puts entries back in front of everything", () => {
    const queue = queueOf(["a1", "b1", "b2"]);
    queue.unshift("b", ["b0"]);
    queue.unshift("c", []);
    expect(queue.size).toBe(4);
    expect(takeAll(queue)).toEqual(["b0", "a1", "b1", "b2"]);
  });

  it("can be emptied at once", () => {
    const queue = queueOf(["a1", "b1", "a2"]);
    expect(queue.drain()).toEqual(["a1", "a2", "b1"]);
    expect(queue.size).toBe(0);
    expect(queue.take(1)).toEqual([]);
  });
});
