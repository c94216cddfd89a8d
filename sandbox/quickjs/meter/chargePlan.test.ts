import { describe, expect, it } from "vitest";
import { SeededRandom } from "#test/harness/random.js";
import { type WasmGlobal, wasm } from "../webAssembly.js";
import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { planCharges } from "./chargePlan.js";
import { METER_EXPORTS, instrument } from "./instrument.js";
import { type Instruction, readInstruction } from "./instruction.js";

const EMPTY = 0x40;
const END = 0x0b;
/** state = state · 1664525 + 1013904223, and a bit of it: nine instructions. */
const CONDITION = [
  ...[0x20, 0, 0x41, 0x8d, 0xcc, 0xe5, 0x00, 0x6c, 0x41, 0xdf, 0xe6, 0xbb, 0xe3, 0x03, 0x6a],
  ...[0x22, 0, 0x41, 16, 0x76],
];
const CONDITION_GAS = 8n;

/** One step of a made-up function. */
type Step =
  | { readonly kind: "work"; readonly count: number }
  | { readonly kind: "call" }
  | { readonly kind: "block" | "loop"; readonly body: readonly Step[] }
  | { readonly kind: "if"; readonly then: readonly Step[]; readonly otherwise: readonly Step[] }
  | { readonly kind: "branch" | "branchIf"; readonly depth: number }
  | { readonly kind: "table"; readonly depths: readonly number[] }
  | { readonly kind: "return" };

type Jump = Extract<Step, { kind: "branch" | "branchIf" | "table" | "return" }>;

/** Makes steps; `labels` are the open brackets, the innermost last, true for loops. */
function makeSteps(random: SeededRandom, labels: readonly boolean[]): Step[] {
  const steps: Step[] = [];
  const count = 1 + random.below(4);
  for (let at = 0; at < count; at++) steps.push(makeStep(random, labels));
  return steps;
}

function makeStep(random: SeededRandom, labels: readonly boolean[]): Step {
  const choice = random.below(labels.length > 5 ? 4 : 11);
  if (choice < 2) return { kind: "work", count: 1 + random.below(3) };
  return choice < 5 ? makeWay(random, labels, choice) : makeBracket(random, labels, choice);
}

/** A call, or a step that may lead elsewhere. */
function makeWay(random: SeededRandom, labels: readonly boolean[], choice: number): Step {
  if (choice === 2 && labels.length > 0) {
    return { kind: "branchIf", depth: random.below(labels.length) };
  }
  // Only what depends on the state goes back to a loop's head.
  const ahead = labels.flatMap((isLoop, at) => (isLoop ? [] : [labels.length - 1 - at]));
  const pick = (): number => ahead[random.below(ahead.length)] ?? 0;
  if (ahead.length === 0 || random.below(3) > 0) return { kind: "call" };
  if (choice === 4) return { kind: "table", depths: [pick(), pick(), pick()] };
  return random.oneIn(2) ? { kind: "return" } : { kind: "branch", depth: pick() };
}

function makeBracket(random: SeededRandom, labels: readonly boolean[], choice: number): Step {
  const inner = (isLoop: boolean): Step[] => makeSteps(random, [...labels, isLoop]);
  if (choice < 7) return { kind: "block", body: inner(false) };
  if (choice === 7) return { kind: "loop", body: inner(true) };
  return { kind: "if", then: inner(false), otherwise: random.oneIn(2) ? [] : inner(false) };
}

function encode(out: ByteWriter, steps: readonly Step[]): void {
  for (const step of steps) encodeStep(out, step);
}

function encodeStep(out: ByteWriter, step: Step): void {
  switch (step.kind) {
    case "work":
      for (let at = 0; at < step.count; at++) out.u8(0x20, 0, 0x1a);
      return;
    case "call":
      out.u8(0x20, 0, 0x10, 1, 0x1a);
      return;
    case "block":
    case "loop":
      out.u8(step.kind === "block" ? 0x02 : 0x03, EMPTY);
      encode(out, step.body);
      out.u8(END);
      return;
    case "if":
      encodeIf(out, step);
      return;
    default:
      encodeJump(out, step);
  }
}

function encodeJump(out: ByteWriter, step: Jump): void {
  switch (step.kind) {
    case "branch":
      out.u8(0x0c, step.depth);
      return;
    case "branchIf":
      out.u8(...CONDITION, 0x41, 1, 0x71, 0x0d, step.depth);
      return;
    case "table":
      out.u8(...CONDITION, 0x41, 3, 0x71, 0x0e, step.depths.length - 1, ...step.depths);
      return;
    case "return":
      out.u8(0x20, 0, 0x0f);
  }
}

function encodeIf(out: ByteWriter, step: Extract<Step, { kind: "if" }>): void {
  out.u8(...CONDITION, 0x41, 1, 0x71, 0x04, EMPTY);
  encode(out, step.then);
  if (step.otherwise.length > 0) out.u8(0x05);
  encode(out, step.otherwise);
  out.u8(END);
}

/** Where steps lead: on, or out of so many brackets (out of all for a return). */
type Way = "on" | number;

/** Walks steps as an engine would and counts instructions, brackets left out. */
class Walk {
  gas = 0n;
  state: number;

  constructor(state: number) {
    this.state = state;
  }

  run(steps: readonly Step[]): Way {
    for (const step of steps) {
      const way = this.#step(step);
      if (way !== "on") return way;
    }
    return "on";
  }

  #condition(): number {
    this.gas += CONDITION_GAS;
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) | 0;
    return this.state >>> 16;
  }

  #step(step: Step): Way {
    switch (step.kind) {
      case "work":
        this.gas += 2n * BigInt(step.count);
        return "on";
      case "call":
        // The callee has two instructions.
        this.gas += 3n + 2n;
        return "on";
      case "block":
        return leave(this.run(step.body));
      case "loop":
        return this.#loop(step.body);
      case "if": {
        this.gas += 3n;
        const taken = (this.#condition() & 1) === 1;
        return leave(this.run(taken ? step.then : step.otherwise));
      }
      default:
        return this.#jump(step);
    }
  }

  #jump(step: Jump): Way {
    switch (step.kind) {
      case "branch":
        this.gas += 1n;
        return step.depth;
      case "branchIf":
        this.gas += 3n;
        return (this.#condition() & 1) === 1 ? step.depth : "on";
      case "table": {
        this.gas += 3n;
        const last = step.depths.length - 1;
        return step.depths[Math.min(this.#condition() & 3, last)] ?? 0;
      }
      case "return":
        this.gas += 2n;
        return Infinity;
    }
  }

  #loop(body: readonly Step[]): Way {
    for (;;) {
      const way = this.run(body);
      if (way !== 0) return leave(way);
    }
  }
}

function leave(way: Way): Way {
  return way === "on" || way === 0 ? "on" : way - 1;
}

/** A module with `f`, which is made of the steps and returns its state, and what it calls. */
function moduleOf(steps: readonly Step[]): Uint8Array {
  const code = new ByteWriter().u32(0);
  encode(code, steps);
  code.u8(0x20, 0, END);
  const callee = Uint8Array.of(0, 0x20, 0, 0x0f, END);
  const functions = new ByteWriter().u32(2).sized(code.view()).sized(callee).view();
  return new ByteWriter()
    .u8(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
    .u8(1)
    .sized(Uint8Array.of(2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 3, 0x7f, 0x7f, 0x7f, 0))
    .u8(3)
    .sized(Uint8Array.of(2, 0, 0))
    .u8(5)
    .sized(Uint8Array.of(1, 0, 1))
    .u8(6)
    .sized(Uint8Array.of(1, 0x7f, 1, 0x41, 0, END))
    .u8(7)
    .sized(Uint8Array.of(1, 1, 0x66, 0, 0))
    .u8(10)
    .sized(functions)
    .view()
    .slice();
}

function decode(...bytes: number[]): Instruction[] {
  const reader = new ByteReader(Uint8Array.from(bytes));
  const instructions: Instruction[] = [];
  while (!reader.done) instructions.push(readInstruction(reader));
  return instructions;
}

function plan(...bytes: number[]): Array<readonly [number, number, boolean]> {
  const charges = [...planCharges(decode(...bytes))];
  return charges.map(([at, { gas, check }]) => [at, gas, check]);
}

describe("where a function charges", () => {
  it("is its entry alone for code that always runs, brackets that nothing leaves included", () => {
    // block { if { 1 } } 2 – the condition and what follows are one group, the arm another.
    expect(plan(0x02, EMPTY, 0x20, 0, 0x04, EMPTY, 0x41, 1, 0x1a, END, END, 0x41, 2, 0x1a)).toEqual(
      [
        [0, 4, true],
        [3, 2, false],
      ],
    );
  });

  it("is anew behind a bracket that a jump leaves", () => {
    // block { block { get; br_if 1; get; drop } const; drop } const; drop
    const body = [0x02, EMPTY, 0x02, EMPTY, 0x20, 0, 0x0d, 1, 0x20, 0, 0x1a, END];
    expect(plan(...body, 0x41, 1, 0x1a, END, 0x41, 2, 0x1a)).toEqual([
      [0, 4, true],
      [4, 2, false],
      [7, 2, false],
    ]);
  });

  it("is each round of a loop, with a check even where the round itself is free", () => {
    // loop { loop { get; br_if 1 } }
    expect(plan(0x03, EMPTY, 0x03, EMPTY, 0x20, 0, 0x0d, 1, END, END)).toEqual([
      [0, 0, true],
      [1, 0, true],
      [2, 2, true],
    ]);
  });
});

describe("what a function charges", () => {
  it.each([1, 2, 3, 4])("is the number of instructions that ran, whatever the way: %i", (seed) => {
    const random = new SeededRandom(BigInt(seed));
    for (let round = 0; round < 150; round++) {
      const steps = makeSteps(random, []);
      const module = new wasm.Module(instrument(moduleOf(steps), { floor: 1_000, top: 5_000 }));
      const { exports } = new wasm.Instance(module, {});
      const gas = exports[METER_EXPORTS.gas] as WasmGlobal<bigint>;
      const stack = exports[METER_EXPORTS.stack] as WasmGlobal<number>;
      for (const argument of [0, 1, 77_777]) {
        const walk = new Walk(argument);
        const way = walk.run(steps);
        const expected = walk.gas + (way === "on" ? 1n : 0n);
        gas.value = 1_000_000_000n;
        stack.value = 100_000;
        expect((exports["f"] as (state: number) => number)(argument)).toBe(walk.state);
        expect(1_000_000_000n - gas.value).toBe(expected);
        expect(stack.value).toBe(100_000);
      }
    }
  });
});
