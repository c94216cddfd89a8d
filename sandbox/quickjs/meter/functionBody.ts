import { assert } from "#core/primitives/assert.js";
import type { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
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
  gasOf,
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

/** Instructions that may leave the basic block. */
const LEAVES: ReadonlySet<number> = new Set([Op.BR, Op.BR_IF, Op.BR_TABLE, Op.UNREACHABLE]);

/**
 * Rewrites one function body: each basic block charges its gas, function entries and loop heads
 * stop when none is left, calls count their native frame, float results are canonical.
 */
export function instrumentBody(
  body: ByteReader,
  type: FunctionType,
  layout: MeterLayout,
): Uint8Array {
  return new BodyRewriter(body, type, layout).rewrite();
}

class BodyRewriter {
  readonly #source: ByteReader;
  readonly #type: FunctionType;
  readonly #layout: MeterLayout;
  readonly #out = new ByteWriter();
  /** The basic block that is being read; its gas goes in front of it. */
  readonly #block = new ByteWriter();
  #blockGas = 0;
  #checkDue = true;
  #depth = 0;
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
    const frame = FRAME_BASE_BYTES + 8 * (locals + FRAME_OPERAND_SLOTS);
    const wrapped = calls || this.#gas.mustLeave;
    if (calls) this.#enterFrame(frame);
    if (wrapped) this.#out.u8(Op.BLOCK, this.#resultType());
    this.#gas.enter(this.#out);
    for (const instruction of instructions) this.#rewriteOne(instruction, wrapped);
    this.#flush();
    assert(this.#depth === 0, "blocks of a function body are balanced");
    if (wrapped) this.#out.u8(Op.END);
    if (calls) this.#leaveFrame(frame);
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

  #enterFrame(frame: number): void {
    const { stackGlobal } = this.#layout;
    this.#out
      .u8(Op.GLOBAL_GET)
      .u32(stackGlobal)
      .u8(Op.I32_CONST)
      .signed(BigInt(frame))
      .u8(Op.I32_SUB, Op.GLOBAL_SET)
      .u32(stackGlobal)
      .u8(Op.GLOBAL_GET)
      .u32(stackGlobal)
      .u8(Op.I32_CONST, 0, Op.I32_LT_S, Op.IF, BLOCK_WITHOUT_RESULT, Op.UNREACHABLE, Op.END);
  }

  #leaveFrame(frame: number): void {
    const { stackGlobal } = this.#layout;
    this.#out
      .u8(Op.GLOBAL_GET)
      .u32(stackGlobal)
      .u8(Op.I32_CONST)
      .signed(BigInt(frame))
      .u8(Op.I32_ADD, Op.GLOBAL_SET)
      .u32(stackGlobal);
  }

  #rewriteOne(instruction: Instruction, wrapped: boolean): void {
    this.#blockGas += gasOf(instruction.opcode);
    switch (instruction.opcode) {
      case Op.BLOCK:
      case Op.LOOP:
      case Op.IF:
        this.#open(instruction);
        return;
      case Op.ELSE:
      case Op.END:
        this.#flush();
        this.#out.u8(instruction.opcode);
        if (instruction.opcode === Op.END) this.#depth--;
        return;
      case Op.RETURN:
        if (wrapped) this.#block.u8(Op.BR).u32(this.#depth);
        else this.#copy(instruction);
        this.#flush();
        return;
      default:
        this.#rewritePlain(instruction);
        if (LEAVES.has(instruction.opcode)) this.#flush();
    }
  }

  /** Falling into a plain block stays in the same basic block; a loop head is a new one. */
  #open(instruction: Instruction): void {
    this.#copy(instruction);
    this.#depth++;
    if (instruction.opcode === Op.BLOCK) return;
    this.#flush();
    if (instruction.opcode === Op.LOOP) this.#checkDue = true;
  }

  #rewritePlain(instruction: Instruction): void {
    if (isCall(instruction)) {
      this.#gas.beforeCall(this.#block);
      this.#call(instruction);
      this.#gas.afterCall(this.#block);
      return;
    }
    const { opcode, immediate } = instruction;
    this.#copy(instruction);
    if (opcode === Op.GLOBAL_SET && immediate === this.#layout.pointerGlobal) {
      this.#guardShadowStack();
    }
    const open = nanResult(opcode);
    if (open !== undefined) this.#canonicalise(open);
  }

  /** Bulk memory operations go through functions that charge by length. */
  #call(instruction: Instruction): void {
    const { copyFunction, fillFunction } = this.#layout;
    if (instruction.opcode !== Op.PREFIX_FC) this.#copy(instruction);
    else if (instruction.immediate === OpFc.MEMORY_COPY) this.#block.u8(Op.CALL).u32(copyFunction);
    else this.#block.u8(Op.CALL).u32(fillFunction);
  }

  /** A shadow stack that grew into the engine's data would corrupt it: stop as for the native one. */
  #guardShadowStack(): void {
    const { pointerGlobal, shadowFloor, stackGlobal } = this.#layout;
    this.#block
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
    this.#block.u8(Op.LOCAL_TEE).u32(local);
    if (single) this.#block.u8(Op.F32_CONST, ...CANONICAL_NAN_F32);
    else this.#block.u8(Op.F64_CONST, ...CANONICAL_NAN_F64);
    this.#block.u8(Op.LOCAL_GET).u32(local).u8(Op.LOCAL_GET).u32(local);
    this.#block.u8(single ? Op.F32_EQ : Op.F64_EQ, Op.SELECT);
  }

  #copy(instruction: Instruction): void {
    this.#block.bytes(this.#source.bytes.subarray(instruction.start, instruction.end));
  }

  /** Ends the basic block: its charge, its check where one is due, its code. */
  #flush(): void {
    if (this.#blockGas > 0) {
      this.#gas.charge(this.#out, this.#blockGas, this.#checkDue);
      this.#checkDue = false;
      this.#blockGas = 0;
    }
    this.#out.bytes(this.#block.view());
    this.#block.clear();
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
