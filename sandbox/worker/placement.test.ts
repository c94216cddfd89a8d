import { expect, test } from "vitest";
import { COLD_GAS, Placement, type Place } from "./placement.js";

class Process implements Place {
  readonly name: string;
  readonly warm: Set<string>;
  backlog = 0n;

  constructor(name: string, ...warm: readonly string[]) {
    this.name = name;
    this.warm = new Set(warm);
  }

  isWarmFor(key: string): boolean {
    return this.warm.has(key);
  }
}

/** Gives a job of some gas to where it should go, which has the version then. */
function give(
  placement: Placement,
  processes: readonly Process[],
  { key, gas }: { readonly key: string; readonly gas: bigint },
): string {
  const chosen = placement.choose(processes, key)!;
  chosen.backlog += gas;
  chosen.warm.add(key);
  return chosen.name;
}

test("nobody is chosen where nobody takes the job", () => {
  expect(new Placement().choose<Process>([], "a")).toBeUndefined();
});

test("a job goes where its version is loaded, and elsewhere when much waits there", () => {
  const [one, two] = [new Process("one", "a"), new Process("two")];
  expect(new Placement().choose([two, one], "a")).toBe(one);
  one.backlog = COLD_GAS;
  expect(new Placement().choose([two, one], "a")).toBe(two);
});

test("among processes that have it, the one with the least to do", () => {
  const [one, two] = [new Process("one", "a"), new Process("two", "a")];
  one.backlog = 1n;
  expect(new Placement().choose([one, two], "a")).toBe(two);
});

test("a version that is asked for all the time is loaded by every process in the end", () => {
  const placement = new Placement();
  const processes = [new Process("one", "a"), new Process("two")];
  const gas = COLD_GAS / 10n;
  const chosen: string[] = [];
  for (let round = 0; round < 30; round++) {
    // One job is being done and another one comes: never more than two.
    for (const process of processes) process.backlog = process.backlog > 0n ? gas : 0n;
    chosen.push(give(placement, processes, { key: "a", gas }));
    if (round % 3 === 2) for (const process of processes) process.backlog = 0n;
  }
  expect(chosen.slice(0, 6)).toEqual(["one", "one", "one", "one", "one", "one"]);
  expect(chosen.slice(-9)).toContain("two");
});

test("what one version has waited for is not another's", () => {
  const placement = new Placement();
  const [one, two] = [new Process("one", "a", "b"), new Process("two")];
  one.backlog = COLD_GAS / 2n;
  expect(placement.choose([one, two], "a")).toBe(one);
  expect(placement.choose([one, two], "b")).toBe(one);
  expect(placement.choose([one, two], "a")).toBe(one);
  one.backlog = 1n;
  expect(placement.choose([one, two], "b")).toBe(one);
  expect(placement.choose([one, two], "a")).toBe(two);
});
