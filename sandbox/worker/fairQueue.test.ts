import { describe, expect, it } from "vitest";
import { FairQueue } from "./fairQueue.js";

const ONE = (): number => 1;

function takeAll(queue: FairQueue<string>, limitOf: (first: string) => number): string[] {
  const taken: string[] = [];
  for (let batch = queue.take(limitOf); batch.length > 0; batch = queue.take(limitOf)) {
    taken.push(batch.join("+"));
  }
  return taken;
}

describe("a fair queue", () => {
  it("takes turns between keys and keeps the order within one", () => {
    const queue = new FairQueue<string>();
    for (const entry of ["a1", "a2", "a3", "b1", "c1", "c2"]) queue.push(entry.charAt(0), entry);
    expect(queue.size).toBe(6);
    expect(takeAll(queue, ONE)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3"]);
    expect(queue.size).toBe(0);
    expect(queue.take(ONE)).toEqual([]);
  });

  it("takes as many entries of a key as its first one allows", () => {
    const queue = new FairQueue<string>();
    for (const entry of ["a1", "a2", "a3", "b1"]) queue.push(entry.charAt(0), entry);
    expect(takeAll(queue, () => 2)).toEqual(["a1+a2", "b1", "a3"]);
  });

  it("puts entries back in front of everything", () => {
    const queue = new FairQueue<string>();
    for (const entry of ["a1", "b1", "b2"]) queue.push(entry.charAt(0), entry);
    queue.unshift("b", ["b0"]);
    queue.unshift("c", []);
    expect(queue.size).toBe(4);
    expect(takeAll(queue, ONE)).toEqual(["b0", "a1", "b1", "b2"]);
  });

  it("can be emptied at once", () => {
    const queue = new FairQueue<string>();
    for (const entry of ["a1", "b1", "a2"]) queue.push(entry.charAt(0), entry);
    expect(queue.drain()).toEqual(["a1", "a2", "b1"]);
    expect(queue.size).toBe(0);
    expect(queue.take(ONE)).toEqual([]);
  });
});
