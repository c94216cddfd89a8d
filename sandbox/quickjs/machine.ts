import { assert } from "#core/primitives/assert.js";
import { MeterStop, SandboxFault } from "../faults.js";
import { MEMORY_LAYOUT, SHADOW_STACK_TOP } from "./binary.js";
import { type ForeignFunctions, type Pointer, bindForeignFunctions } from "./foreign.js";
import { METER_EXPORTS } from "./meter/instrument.js";
import { type WasmGlobal, type WasmMemory, type WasmModule, wasm } from "./webAssembly.js";

/**
 * Estimated native bytes that nested calls may take. Half of what V8 grants a thread by default,
 * so that its own overflow, which depends on the host, is never reached.
 */
const NATIVE_STACK_BYTES = 450_000;
const PAGE_BYTES = 65_536;
/** Initialises the C library; the binary's only export that is not a function of the interface. */
const CONSTRUCTORS_EXPORT = "u";
/** WASI errno for "function not supported". */
const ERRNO_NOSYS = 52;

/** What the engine asks of its host. */
export interface MachineHost {
  /**
   * Answers a call of the host function with this number on the integer that is its first argument:
   * the address of a value, 0 for undefined.
   */
  readonly call: (id: number, argument: number) => Pointer;
  /**
   * The source of a module by its name: the address of a text that the engine frees, or 0 after
   * throwing an error.
   */
  readonly loadModule: (name: string) => Pointer;
}

/** How the engine calls the host function; arguments are at the address in the order given. */
type HostCall = readonly [
  context: Pointer,
  self: Pointer,
  count: number,
  argument: Pointer,
  id: number,
];

/** All that an instance's further behaviour depends on. */
export interface MachineState {
  readonly low: Uint8Array;
  readonly heap: Uint8Array;
  readonly pointer: number;
}

/**
 * One instance of the code engine with its own memory of fixed size.
 *
 * Whatever it computes depends on the calls made, never on the host: clock, zone and environment
 * are constants, memory never grows (asking for more is a metered stop), gas and stack are
 * counted by the binary itself.
 */
export class Machine {
  readonly foreign: ForeignFunctions;
  readonly #memory: WasmMemory;
  #highestEnd = 0;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #gas: WasmGlobal<bigint>;
  readonly #stack: WasmGlobal<number>;
  readonly #pointer: WasmGlobal<number>;

  /** `memoryBytes` is a multiple of 64 KiB, at least 16 MiB. */
  constructor(program: WasmModule, memoryBytes: number, host: MachineHost) {
    assert(memoryBytes % PAGE_BYTES === 0, "memory comes in whole pages");
    const pages = memoryBytes / PAGE_BYTES;
    this.#memory = new wasm.Memory({ initial: pages, maximum: pages });
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
    const instance = new wasm.Instance(program, { a: this.#imports(host) });
    const { exports } = instance;
    this.foreign = bindForeignFunctions(exports);
    this.#gas = exports[METER_EXPORTS.gas] as WasmGlobal<bigint>;
    this.#stack = exports[METER_EXPORTS.stack] as WasmGlobal<number>;
    this.#pointer = exports[METER_EXPORTS.pointer] as WasmGlobal<number>;
    this.#stack.value = NATIVE_STACK_BYTES;
    assert(this.#heapEnd === MEMORY_LAYOUT.heapBase, "the heap begins where the layout says");
    (exports[CONSTRUCTORS_EXPORT] as () => void)();
  }

  /** Gas left; below zero after a stop. */
  get gas(): bigint {
    return this.#gas.value;
  }

  set gas(value: bigint) {
    this.#gas.value = value;
  }

  /** Subtracts what a host function costs. */
  charge(gas: bigint): void {
    this.#gas.value -= gas;
    if (this.#gas.value < 0n) throw new MeterStop("gas");
  }

  /**
   * Runs calls into the engine. Throws a {@link MeterStop} when a limit is reached, after which
   * only {@link restore} makes the instance usable, and a {@link SandboxFault} for any other trap.
   */
  run<T>(calls: () => T): T {
    let result: T;
    try {
      result = calls();
    } catch (error) {
      throw this.#explain(error);
    }
    if (this.#gas.value < 0n) throw new MeterStop("gas");
    return result;
  }

  #explain(error: unknown): unknown {
    if (error instanceof MeterStop || error instanceof SandboxFault) return error;
    if (error instanceof wasm.RuntimeError) {
      if (this.#gas.value < 0n) return new MeterStop("gas");
      if (this.#stack.value < 0) return new MeterStop("stack");
    }
    return new SandboxFault("the code engine failed", { cause: error });
  }

  /** A copy of the state; the instance must be idle. */
  capture(): MachineState {
    return {
      low: this.#bytes.slice(0, SHADOW_STACK_TOP),
      heap: this.#bytes.slice(MEMORY_LAYOUT.heapBase, this.#heapEnd),
      pointer: this.#pointer.value,
    };
  }

  /** Bytes of memory that were ever in use: what the host has had to provide. */
  get touchedBytes(): number {
    return Math.max(this.#highestEnd, this.#heapEnd);
  }

  /** Puts the instance back into a captured state, whatever happened since. */
  restore(state: MachineState): void {
    const end = MEMORY_LAYOUT.heapBase + state.heap.length;
    const used = this.#heapEnd;
    this.#highestEnd = Math.max(this.#highestEnd, used);
    this.#bytes.set(state.low, 0);
    this.#bytes.set(state.heap, MEMORY_LAYOUT.heapBase);
    if (used > end) this.#bytes.fill(0, end, used);
    this.#pointer.value = state.pointer;
    this.#stack.value = NATIVE_STACK_BYTES;
  }

  /** Copies bytes into the engine's memory. */
  write(address: Pointer, bytes: Uint8Array): void {
    this.#bytes.set(bytes, address);
  }

  /** Copies bytes out of the engine's memory. */
  read(address: Pointer, length: number): Uint8Array {
    return this.#bytes.slice(address, address + length);
  }

  /** Sets a 32-bit word; the address is a multiple of four. */
  writeWord(address: Pointer, value: number): void {
    this.#words[address >> 2] = value;
  }

  /** The text at an address, which ends before a zero byte. */
  #readText(address: Pointer): string {
    const end = this.#bytes.indexOf(0, address);
    return new TextDecoder().decode(this.#bytes.slice(address, end));
  }

  get #heapEnd(): number {
    return this.#words[MEMORY_LAYOUT.heapEndWord >> 2] ?? 0;
  }

  /** Imports of the pinned binary under their minified names. */
  #imports(host: MachineHost): Readonly<Record<string, unknown>> {
    const refuse = (name: string) => (): never => {
      throw new SandboxFault(`the code engine called ${name}`);
    };
    return {
      a: this.#memory,
      b: refuse("assert"),
      c: () => ERRNO_NOSYS,
      d: () => ERRNO_NOSYS,
      e: () => 0,
      f: (count: Pointer, size: Pointer) => {
        this.writeWord(count, 0);
        this.writeWord(size, 0);
        return 0;
      },
      g: refuse("normalizeModule"),
      h: (_runtime: Pointer, _context: Pointer, name: Pointer) =>
        host.loadModule(this.#readText(name)),
      i: refuse("shouldInterrupt"),
      j: refuse("setitimer"),
      k: () => {
        throw new MeterStop("memory");
      },
      l: refuse("clear keepalive"),
      m: refuse("localtime"),
      n: refuse("tzset"),
      o: () => ERRNO_NOSYS,
      p: () => 0,
      q: refuse("abort"),
      r: refuse("exit"),
      // An integer is the lower word of its value.
      s: (...[, , , argument, id]: HostCall) => host.call(id, this.#words[argument >> 2] ?? 0),
      t: () => undefined,
    };
  }
}
