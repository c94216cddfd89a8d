import { describe, expect, it } from "vitest";
import { loadQuickJs } from "../binary.js";
import { type WasmGlobal, wasm } from "../webAssembly.js";
import { ByteWriter } from "./byteWriter.js";
import { METER_EXPORTS, instrument } from "./instrument.js";

const I32 = 0x7f;
const SHADOW = { floor: 1_000, top: 5_000 };

/** A module with one exported function `f` of the given body, one memory and a stack pointer. */
function moduleOf(body: readonly number[], locals: readonly number[] = []): Uint8Array {
  const code = new ByteWriter().u32(locals.length);
  for (const type of locals) code.u32(1).u8(type);
  code.u8(...body);
  return new ByteWriter()
    .u8(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
    .u8(1)
    .sized(Uint8Array.of(2, 0x60, 1, I32, 1, I32, 0x60, 3, I32, I32, I32, 0))
    .u8(3)
    .sized(Uint8Array.of(1, 0))
    .u8(5)
    .sized(Uint8Array.of(1, 0, 1))
    .u8(6)
    .sized(Uint8Array.of(1, I32, 1, 0x41, 0, 0x0b))
    .u8(7)
    .sized(Uint8Array.of(1, 1, 0x66, 0, 0))
    .u8(10)
    .sized(new ByteWriter().u32(1).sized(code.view()).view())
    .view()
    .slice();
}

interface Metered {
  readonly f: (argument: number) => number;
  readonly gas: WasmGlobal<bigint>;
  readonly stack: WasmGlobal<number>;
  readonly pointer: WasmGlobal<number>;
}

function load(body: readonly number[], locals: readonly number[] = []): Metered {
  const module = new wasm.Module(instrument(moduleOf(body, locals), SHADOW));
  const { exports } = new wasm.Instance(module, {});
  const metered: Metered = {
    f: exports["f"] as Metered["f"],
    gas: exports[METER_EXPORTS.gas] as Metered["gas"],
    stack: exports[METER_EXPORTS.stack] as Metered["stack"],
    pointer: exports[METER_EXPORTS.pointer] as Metered["pointer"],
  };
  metered.gas.value = 1_000_000n;
  metered.stack.value = 100_000;
  return metered;
}

/** Counts its argument down to zero in a loop of five instructions. */
const COUNT_DOWN = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 0, 0x0b];
/** Calls itself. */
const RECURSE = [0x20, 0, 0x10, 0, 0x0b];

describe("an instrumented function", () => {
  it("charges each instruction of the blocks that it runs, and no brackets", () => {
    const { f, gas } = load(COUNT_DOWN);
    for (const rounds of [1, 2, 77]) {
      gas.value = 1_000_000n;
      expect(f(rounds)).toBe(0);
      expect(1_000_000n - gas.value).toBe(BigInt(5 * rounds + 1));
    }
  });

  it("stops at a loop head when its gas is gone", () => {
    const { f, gas } = load(COUNT_DOWN);
    gas.value = 499n;
    expect(() => f(1_000_000)).toThrow(wasm.RuntimeError);
    // What follows the loop is paid before it, each round takes five.
    expect(gas.value).toBe(499n - 1n - 5n * 100n);
  });

  it("charges the same when it counts in a local, on every way out", () => {
    // loop { if (argument == 0) return 7; argument -= 1; }
    const branching = load([
      0x03, 0x40, 0x20, 0, 0x45, 0x04, 0x40, 0x41, 7, 0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b, 0x21, 0,
      0x0c, 0, 0x0b, 0x00, 0x0b,
    ]);
    for (const rounds of [0, 1, 50]) {
      branching.gas.value = 1_000_000n;
      expect(branching.f(rounds)).toBe(7);
      expect(1_000_000n - branching.gas.value).toBe(BigInt(8 * rounds + 5));
    }
    branching.gas.value = 100n;
    expect(() => branching.f(1_000)).toThrow(wasm.RuntimeError);
    // Thirteen rounds of eight leave -4; the head of the next takes three and stops.
    expect(branching.gas.value).toBe(-7n);
  });

  it("brings its count up to date before it calls and goes on from what the call left", () => {
    // if (argument == 0) return 0; blocks without end; return f(argument - 1)
    const calling = load([
      0x20, 0, 0x45, 0x04, 0x40, 0x41, 0, 0x0f, 0x0b, 0x02, 0x40, 0x20, 0, 0x0d, 0, 0x0b, 0x20, 0,
      0x41, 1, 0x6b, 0x10, 0, 0x0b,
    ]);
    for (const depth of [0, 1, 40]) {
      calling.gas.value = 1_000_000n;
      expect(calling.f(depth)).toBe(0);
      expect(1_000_000n - calling.gas.value).toBe(BigInt(9 * depth + 5));
    }
    expect(calling.stack.value).toBe(100_000);
  });

  it("stops recursion by its own count, and frees what returning calls took", () => {
    const { f, stack } = load(RECURSE);
    expect(() => f(1)).toThrow(wasm.RuntimeError);
    expect(stack.value).toBeLessThan(0);
    // if (argument == 0) return 0; return f(argument - 1)
    const bounded = load([
      0x20, 0, 0x45, 0x04, 0x40, 0x41, 0, 0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x0b,
    ]);
    expect(bounded.f(100)).toBe(0);
    expect(bounded.stack.value).toBe(100_000);
  });

  it("charges bulk memory operations by their length", () => {
    const fill = load([0x41, 0, 0x41, 7, 0x20, 0, 0xfc, 11, 0, 0x41, 0, 0x2d, 0, 0, 0x0b]);
    expect(fill.f(4_000)).toBe(7);
    expect(1_000_000n - fill.gas.value).toBe(6n + 1_000n);
    fill.gas.value = 900n;
    expect(() => fill.f(4_000)).toThrow(wasm.RuntimeError);
    const copy = load([0x41, 0, 0x41, 8, 0x20, 0, 0xfc, 10, 0, 0, 0x41, 0, 0x0b]);
    expect(copy.f(400)).toBe(0);
    expect(1_000_000n - copy.gas.value).toBe(5n + 100n);
  });

  it("yields the canonical NaN whatever NaN goes in", () => {
    // reinterpret(reinterpret(argument) + 1.0), as float32
    const add = load([0x20, 0, 0xbe, 0x43, 0, 0, 0x80, 0x3f, 0x92, 0xbc, 0x0b]);
    for (const bits of [0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff]) {
      expect((add.f(bits | 0) >>> 0).toString(16)).toBe("7fc00000");
    }
    expect(add.f(0x3f800000)).toBe(0x40000000);
    // The same through a chain, whose first sum nobody sees: reinterpret((argument + 1.0) · 1.0)
    const chain = load([
      0x20, 0, 0xbe, 0x43, 0, 0, 0x80, 0x3f, 0x92, 0x43, 0, 0, 0x80, 0x3f, 0x94, 0xbc, 0x0b,
    ]);
    for (const bits of [0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff]) {
      expect((chain.f(bits | 0) >>> 0).toString(16)).toBe("7fc00000");
    }
    // And a sum that is squared right away: the square is canonical.
    const square = load([0x20, 0, 0xbe, 0x43, 0, 0, 0x80, 0x3f, 0x92, 0x91, 0xbc, 0x0b]);
    expect((square.f(-1) >>> 0).toString(16)).toBe("7fc00000");
  });

  it("counts the frame of a function around its calls where it may pass them", () => {
    // if (argument > 0) f(argument - 1); return argument: a way without a call.
    const passing = load([
      0x20, 0, 0x04, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x1a, 0x0b, 0x20, 0, 0x0b,
    ]);
    expect(passing.f(300)).toBe(300);
    expect(passing.stack.value).toBe(100_000);
    passing.stack.value = 10;
    expect(passing.f(0)).toBe(0);
    expect(() => passing.f(1)).toThrow(wasm.RuntimeError);
    passing.stack.value = 100_000;
    expect(() => passing.f(-1)).toThrow(wasm.RuntimeError);
    expect(passing.stack.value).toBeLessThan(0);
  });

  it("stops when the shadow stack falls below its floor", () => {
    const set = load([0x20, 0, 0x24, 0, 0x41, 0, 0x0b]);
    expect(set.pointer.value).toBe(SHADOW.top);
    expect(set.f(SHADOW.floor)).toBe(0);
    expect(() => set.f(SHADOW.floor - 1)).toThrow(wasm.RuntimeError);
    expect(set.stack.value).toBe(-1);
  });
});

describe("instrumentation", () => {
  it.each([
    ["vectors", [0xfd, 0x0c]],
    ["threads", [0xfe, 0x10]],
    ["tail calls", [0x12, 0]],
    ["exceptions", [0x06, 0x40]],
    ["growing memory", [0x40, 0]],
    ["passive data", [0xfc, 8, 0, 0]],
    ["an operation that is not defined", [0xfc, 18]],
  ])("refuses %s", (_, opcode) => {
    expect(() => instrument(moduleOf([...opcode, 0x0b]), SHADOW)).toThrow("the meter knows");
  });

  it("refuses a file that is cut inside its head or its code", () => {
    const file = moduleOf(COUNT_DOWN);
    const lengths = Array.from(file.keys()).filter(
      (length) => length < 8 || length > file.length - COUNT_DOWN.length,
    );
    for (const length of lengths) {
      expect(() => instrument(file.subarray(0, length), SHADOW), `${length}`).toThrow();
    }
  });

  it("turns the installed engine into the binary that its identity names", () => {
    expect(() => loadQuickJs()).not.toThrow();
  });
});
