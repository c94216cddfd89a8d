import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { buildProgram } from "./buildProgram.js";
import { RECURSION } from "./recursion.js";

/**
 * Less than half of the stack that V8 takes by default (984 KiB), on which a node runs aggregation
 * code. Node 20 and 22 need 300 KiB for the deepest recursion, Node 24, which inlines more, 400.
 */
const SMALL_STACK = "--stack-size=410";
/** Less than the meter's budget: here V8's own limit comes first. */
const TOO_SMALL_STACK = "--stack-size=150";

let program: string;
let reference: readonly string[];

beforeAll(async () => {
  program = await buildProgram(new URL("./depthProbe.ts", import.meta.url));
  reference = await probe();
});

afterAll(() => rm(program));

/** One line for each recursion, as a node's main thread under the flags sees it. */
async function probe(...flags: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
  return stdout.trimEnd().split("\n");
}

describe("recursion in the thread that runs aggregation code", () => {
  it("ends by a limit of the sandbox or by itself, in each of its patterns", () => {
    const allowed = [
      ReceiptStatus.OK,
      ReceiptStatus.EXCEPTION,
      ReceiptStatus.STACK_OVERFLOW,
      ReceiptStatus.OUT_OF_GAS,
      ReceiptStatus.OUT_OF_MEMORY,
    ].map(String);
    expect(reference.length).toBe(RECURSION.length);
    expect(RECURSION.length).toBeGreaterThanOrEqual(64);
    for (const [index, [name]] of RECURSION.entries()) {
      expect(allowed, name).toContain(reference[index]?.split(" ")[0]);
    }
  });

  it.each([
    ["both compilers", []],
    ["the baseline compiler alone", ["--liftoff-only"]],
    ["the optimising compiler alone", ["--no-liftoff"]],
  ])("has the same receipts on less than half of the stack, under %s", async (_, tier) => {
    expect(await probe(SMALL_STACK, ...tier)).toEqual(reference);
  });

  it("is a fault of the host, and never another receipt, where the stack is too small", async () => {
    const lines = await probe(TOO_SMALL_STACK);
    const faults = lines.filter((line) => line.startsWith("fault the code engine failed"));
    expect(faults.length).toBeGreaterThan(RECURSION.length / 4);
    for (const [index, line] of lines.entries()) {
      if (!faults.includes(line)) expect(line).toBe(reference[index]);
    }
  });
});
