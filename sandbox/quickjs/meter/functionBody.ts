import { assert } from "#core/primitives/assert.js";
import type { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { planCharges } from "./chargePlan.js";
import { type CountedFrame, countsAtCalls, enterFrame, leaveFrame } from "./frames.js";
import {
  type GasCounter,
  GlobalGas,
  LocalGas,
  countsLocally,
  writeGasCheck,
} from "./gasCounter.js";
import {
  type Instruction,
  Op,
  OpFc,
  isBlindToNans,
  isCall,
  nanResult,
  readInstruction,
} from "./instruction.js";
import { F32, F64, type FunctionType, I64 } from "./moduleFile.js";

/** Indexes and bounds that instrumented code refers to. */
export interface MeterLayout {
  /** Globals: gas left (i64), native stack bytes left (i32), the engine's shadow stack pointer. */
  readonly gasGlobal: number;
  readonly stackGlobal: number;
  readonly pointerGlobal: number;
  /** The shadow stack pointer may not fall below this address. */
  readonly shadowFloor: number;
  /** Functions that stand for memory.copy and memory.fill and charge by length. */
  readonly copyFunction: number;
  readonly fillFunction: number;
}

/**
 * Native bytes of a call beyond its locals, and the slots of its operands. Empirical: with the
 * budget of `machine.ts` no recursion reaches the host's own stack limit, on either compiler tier.
 */
const FRAME_BASE_BYTES = 96;
const FRAME_OPERAND_SLOTS = 8;
const BLOCK_WITHOUT_RESULT = 0x40;
const CANONICAL_NAN_F32 = [0x00, 0x00, 0xc0, 0x7f];
const CANONICAL_NAN_F64 = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];

/**
 * Rewrites one function body: code charges its gas, function entries and loop heads stop when none
 * is left, calls count their native frame, float results are canonical.
 */
export function instrumentBody(
  body: ByteReader,
  type: FunctionType,
  layout: MeterLayout,
): Uint8Array {
  return new BodyRewriter(body, type, layout).rewrite();
}

/** Where ways through a function part or meet. */
const PARTING: ReadonlySet<number> = new Set([
  Op.LOOP,
  Op.IF,
  Op.ELSE,
  Op.END,
  Op.BR,
  Op.BR_IF,
  Op.BR_TABLE,
  Op.RETURN,
]);

/** What an instruction is rewritten by, beside itself. */
interface Surroundings {
  /** Whether a block is around the whole body. */
  readonly wrapped: boolean;
  readonly next: Instruction | undefined;
}

class BodyRewriter {
  readonly #source: ByteReader;
  readonly #type: FunctionType;
  readonly #layout: MeterLayout;
  readonly #out = new ByteWriter();
  #depth = 0;
  #frame: CountedFrame = { stackGlobal: 0, bytes: 0 };
  #countsAtCalls = false;
  #nanLocals = { f32: -1, f64: -1 };
  #gas: GasCounter;

  constructor(source: ByteReader, type: FunctionType, layout: MeterLayout) {
    this.#source = source;
    this.#type = type;
    this.#layout = layout;
    this.#gas = new GlobalGas(layout.gasGlobal);
  }

  rewrite(): Uint8Array {
    const groups = readLocals(this.#source);
    const instructions: Instruction[] = [];
    while (!this.#source.done) instructions.push(readInstruction(this.#source));
    const last = instructions.pop();
    assert(last?.opcode === Op.END, "a function body closes with end");
    const locals = this.#declareLocals(groups, instructions);
    const calls = instructions.some(isCall);
    this.#frame = {
      stackGlobal: this.#layout.stackGlobal,
      bytes: FRAME_BASE_BYTES + 8 * (locals + FRAME_OPERAND_SLOTS),
    };
    this.#countsAtCalls = countsAtCalls(instructions);
    const countsAtEntry = calls && !this.#countsAtCalls;
    const wrapped = countsAtEntry || this.#gas.mustLeave;
    if (countsAtEntry) enterFrame(this.#out, this.#frame);
    if (wrapped) this.#out.u8(Op.BLOCK, this.#resultType());
    this.#gas.enter(this.#out);
    const charges = planCharges(instructions);
    for (const [position, instruction] of instructions.entries()) {
      if (PARTING.has(instruction.opcode)) this.#gas.beforeParting(this.#out);
      const charge = charges.get(position);
      if (charge !== undefined) this.#gas.charge(this.#out, charge);
      this.#rewriteOne(instruction, { wrapped, next: instructions[position + 1] });
    }
    assert(this.#depth === 0, "blocks of a function body are balanced");
    this.#gas.beforeParting(this.#out);
    if (wrapped) this.#out.u8(Op.END);
    if (countsAtEntry) leaveFrame(this.#out, this.#frame);
    this.#gas.leave(this.#out);
    return this.#out.u8(Op.END).view().slice();
  }

  /** Declares the function's locals and the meter's own; gives how many there are. */
  #declareLocals(groups: readonly LocalGroup[], instructions: readonly Instruction[]): number {
    const declared = [...groups];
    let count = this.#type.parameters.length;
    for (const group of groups) count += group.count;
    const open = new Set(instructions.map(({ opcode }) => nanResult(opcode)));
    if (open.has("f32")) {
      declared.push({ count: 1, type: F32 });
      this.#nanLocals.f32 = count++;
    }
    if (open.has("f64")) {
      declared.push({ count: 1, type: F64 });
      this.#nanLocals.f64 = count++;
    }
    if (countsLocally(instructions)) {
      declared.push({ count: 1, type: I64 });
      this.#gas = new LocalGas(this.#layout.gasGlobal, count++);
    }
    this.#out.u32(declared.length);
    for (const group of declared) this.#out.u32(group.count).u8(group.type);
    return count;
  }

  /** Type of the block around the body, by which every way out passes the code behind it. */
  #resultType(): number {
    const [result, second] = this.#type.results;
    assert(second === undefined, "functions of the engine have at most one result");
    return result ?? BLOCK_WITHOUT_RESULT;
  }

  #rewriteOne(instruction: Instruction, { wrapped, next }: Surroundings): void {
    switch (instruction.opcode) {
      case Op.BLOCK:
      case Op.LOOP:
      case Op.IF:
        this.#depth++;
        this.#copy(instruction);
        return;
      case Op.END:
        this.#depth--;
        this.#copy(instruction);
        return;
      case Op.RETURN:
        if (wrapped) this.#out.u8(Op.BR).u32(this.#depth);
        else this.#copy(instruction);
        return;
      default:
        this.#rewritePlain(instruction, next);
    }
  }

  #rewritePlain(instruction: Instruction, next: Instruction | undefined): void {
    if (isCall(instruction)) {
      this.#gas.beforeCall(this.#out);
      this.#call(instruction);
      this.#gas.afterCall();
      return;
    }
    const { opcode, immediate } = instruction;
    this.#copy(instruction);
    if (opcode === Op.GLOBAL_SET && immediate === this.#layout.pointerGlobal) {
      this.#guardShadowStack();
    }
    const open = nanResult(opcode);
    if (open === undefined || (next !== undefined && isBlindToNans(next))) return;
    this.#canonicalise(open);
  }

  /** Bulk memory operations go through functions that charge by length, and call nothing. */
  #call(instruction: Instruction): void {
    const { copyFunction, fillFunction } = this.#layout;
    if (instruction.opcode !== Op.PREFIX_FC) this.#callFunction(instruction);
    else if (instruction.immediate === OpFc.MEMORY_COPY) this.#out.u8(Op.CALL).u32(copyFunction);
    else this.#out.u8(Op.CALL).u32(fillFunction);
  }

  #callFunction(instruction: Instruction): void {
    if (this.#countsAtCalls) enterFrame(this.#out, this.#frame);
    this.#copy(instruction);
    if (this.#countsAtCalls) leaveFrame(this.#out, this.#frame);
  }

  /**
   * A shadow stack that grew into the engine's data would corrupt it: stop as for the native one.
   */
  #guardShadowStack(): void {
    const { pointerGlobal, shadowFloor, stackGlobal } = this.#layout;
    this.#out
      .u8(Op.GLOBAL_GET)
      .u32(pointerGlobal)
      .u8(Op.I32_CONST)
      .signed(BigInt(shadowFloor))
      .u8(Op.I32_LT_U, Op.IF, BLOCK_WITHOUT_RESULT, Op.I32_CONST)
      .signed(-1n)
      .u8(Op.GLOBAL_SET)
      .u32(stackGlobal)
      .u8(Op.UNREACHABLE, Op.END);
  }

  /** Replaces any NaN on top of the stack by the canonical one. */
  #canonicalise(type: "f32" | "f64"): void {
    const local = this.#nanLocals[type];
    const single = type === "f32";
    this.#out.u8(Op.LOCAL_TEE).u32(local);
    if (single) this.#out.u8(Op.F32_CONST, ...CANONICAL_NAN_F32);
    else this.#out.u8(Op.F64_CONST, ...CANONICAL_NAN_F64);
    this.#out.u8(Op.LOCAL_GET).u32(local).u8(Op.LOCAL_GET).u32(local);
    this.#out.u8(single ? Op.F32_EQ : Op.F64_EQ, Op.SELECT);
  }

  #copy(instruction: Instruction): void {
    this.#out.bytes(this.#source.bytes.subarray(instruction.start, instruction.end));
  }
}

/** Four bytes of a bulk memory operation cost what one instruction costs. */
const BULK_GAS_SHIFT = 2n;

/** Body of a function (address, address or value, length) that charges, then does `operation`. */
export function bulkBody(operation: number, layout: MeterLayout): Uint8Array {
  const out = new ByteWriter();
  out
    .u32(0)
    .u8(Op.GLOBAL_GET)
    .u32(layout.gasGlobal)
    .u8(Op.LOCAL_GET, 2, Op.I64_EXTEND_I32_U, Op.I64_CONST)
    .signed(BULK_GAS_SHIFT)
    .u8(Op.I64_SHR_U, Op.I64_SUB, Op.GLOBAL_SET)
    .u32(layout.gasGlobal);
  writeGasCheck(out, layout.gasGlobal);
  out.u8(Op.LOCAL_GET, 0, Op.LOCAL_GET, 1, Op.LOCAL_GET, 2, Op.PREFIX_FC).u32(operation).u8(0);
  if (operation === OpFc.MEMORY_COPY) out.u8(0);
  return out.u8(Op.END).view();
}

interface LocalGroup {
  readonly count: number;
  readonly type: number;
}

function readLocals(reader: ByteReader): LocalGroup[] {
  const groups: LocalGroup[] = [];
  const count = reader.u32();
  for (let index = 0; index < count; index++) {
    groups.push({ count: reader.u32(), type: reader.u8() });
  }
  return groups;
}
