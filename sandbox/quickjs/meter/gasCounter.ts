import type { ByteWriter } from "./byteWriter.js";
import type { Charge } from "./chargePlan.js";
import { type Instruction, Op, isCall } from "./instruction.js";

const BLOCK_WITHOUT_RESULT = 0x40;

/** Emits the code that counts the gas of one function. */
export interface GasCounter {
  /** Whether every way out of the function must pass {@link leave}. */
  readonly mustLeave: boolean;
  enter(out: ByteWriter): void;
  /** Subtracts gas; a check stops when less than nothing is left. */
  charge(out: ByteWriter, charge: Charge): void;
  beforeCall(out: ByteWriter): void;
  afterCall(): void;
  /** Before an instruction from which ways through the function part, or at which they meet. */
  beforeParting(out: ByteWriter): void;
  leave(out: ByteWriter): void;
}

/** Counts in the global itself: for functions that are short or do little but call others. */
export class GlobalGas implements GasCounter {
  readonly mustLeave = false;
  readonly #global: number;

  constructor(global: number) {
    this.#global = global;
  }

  enter(): void {}
  beforeCall(): void {}
  afterCall(): void {}
  beforeParting(): void {}
  leave(): void {}

  charge(out: ByteWriter, { gas, check }: Charge): void {
    out.u8(Op.GLOBAL_GET).u32(this.#global).u8(Op.I64_CONST).signed(BigInt(gas));
    out.u8(Op.I64_SUB, Op.GLOBAL_SET).u32(this.#global);
    if (check) writeGasCheck(out, this.#global);
  }
}

/**
 * Counts in a local, which the compiler keeps in a register, and brings the global up to date
 * before calls and at the end. A third of the interpreter's time is saved: memory is written once
 * for each call and not for each block, and the interpreter's function stays small enough for the
 * compiler's better register allocator.
 *
 * After a call the global has the truth, and the local is read from it when it is needed: before a
 * charge, and before ways part or meet, so that it has the truth on all of them.
 */
export class LocalGas implements GasCounter {
  readonly mustLeave = true;
  readonly #global: number;
  readonly #local: number;
  /** Whether the local is behind the global. */
  #isStale = false;
  /** Whether the global may be behind the local. */
  #isAhead = false;

  constructor(global: number, local: number) {
    this.#global = global;
    this.#local = local;
  }

  enter(out: ByteWriter): void {
    this.#load(out);
  }

  beforeCall(out: ByteWriter): void {
    if (this.#isAhead) this.#store(out);
  }

  afterCall(): void {
    this.#isStale = true;
    this.#isAhead = false;
  }

  beforeParting(out: ByteWriter): void {
    this.#freshen(out);
    // Other ways may have charged.
    this.#isAhead = true;
  }

  leave(out: ByteWriter): void {
    this.#store(out);
  }

  charge(out: ByteWriter, { gas, check }: Charge): void {
    this.#freshen(out);
    this.#isAhead = true;
    out.u8(Op.LOCAL_GET).u32(this.#local).u8(Op.I64_CONST).signed(BigInt(gas)).u8(Op.I64_SUB);
    if (!check) {
      out.u8(Op.LOCAL_SET).u32(this.#local);
      return;
    }
    out.u8(Op.LOCAL_TEE).u32(this.#local);
    out.u8(Op.I64_CONST, 0, Op.I64_LT_S, Op.IF, BLOCK_WITHOUT_RESULT);
    this.#store(out);
    out.u8(Op.UNREACHABLE, Op.END);
  }

  #freshen(out: ByteWriter): void {
    if (this.#isStale) this.#load(out);
    this.#isStale = false;
  }

  #load(out: ByteWriter): void {
    out.u8(Op.GLOBAL_GET).u32(this.#global).u8(Op.LOCAL_SET).u32(this.#local);
  }

  #store(out: ByteWriter): void {
    out.u8(Op.LOCAL_GET).u32(this.#local).u8(Op.GLOBAL_SET).u32(this.#global);
  }
}

/** Stops when gas is below zero. */
export function writeGasCheck(out: ByteWriter, gasGlobal: number): void {
  out
    .u8(Op.GLOBAL_GET)
    .u32(gasGlobal)
    .u8(Op.I64_CONST, 0, Op.I64_LT_S, Op.IF, BLOCK_WITHOUT_RESULT, Op.UNREACHABLE, Op.END);
}

/** Where basic blocks end. */
const BOUNDARIES: ReadonlySet<number> = new Set([
  Op.LOOP,
  Op.IF,
  Op.ELSE,
  Op.END,
  Op.BR,
  Op.BR_IF,
  Op.BR_TABLE,
]);
const MIN_BOUNDARIES = 4;
const BOUNDARIES_PER_CALL = 2;

/** Whether counting in a local is faster: there are blocks to save on, and not a call in each. */
export function countsLocally(instructions: readonly Instruction[]): boolean {
  const boundaries = instructions.filter(({ opcode }) => BOUNDARIES.has(opcode)).length;
  const calls = instructions.filter(isCall).length;
  return boundaries >= MIN_BOUNDARIES && boundaries > calls * BOUNDARIES_PER_CALL;
}
