import type { ByteWriter } from "./byteWriter.js";
import { type Instruction, Op, isCall } from "./instruction.js";

/** The native frame of a function, as the meter counts it. */
export interface CountedFrame {
  /** The global that holds the native stack bytes left. */
  readonly stackGlobal: number;
  readonly bytes: number;
}

const BLOCK_WITHOUT_RESULT = 0x40;

/** Subtracts the frame; stops when less than nothing is left. */
export function enterFrame(out: ByteWriter, { stackGlobal, bytes }: CountedFrame): void {
  out
    .u8(Op.GLOBAL_GET)
    .u32(stackGlobal)
    .u8(Op.I32_CONST)
    .signed(BigInt(bytes))
    .u8(Op.I32_SUB, Op.GLOBAL_SET)
    .u32(stackGlobal)
    .u8(Op.GLOBAL_GET)
    .u32(stackGlobal)
    .u8(Op.I32_CONST, 0, Op.I32_LT_S, Op.IF, BLOCK_WITHOUT_RESULT, Op.UNREACHABLE, Op.END);
}

/** Gives the frame back. */
export function leaveFrame(out: ByteWriter, { stackGlobal, bytes }: CountedFrame): void {
  out
    .u8(Op.GLOBAL_GET)
    .u32(stackGlobal)
    .u8(Op.I32_CONST)
    .signed(BigInt(bytes))
    .u8(Op.I32_ADD, Op.GLOBAL_SET)
    .u32(stackGlobal);
}

const MAX_CALLS = 3;

/**
 * Whether a function's frame is better counted around each of its calls than from its entry on: few
 * calls, none in a loop, and a way past all of them, which then costs nothing.
 */
export function countsAtCalls(instructions: readonly Instruction[]): boolean {
  const open: number[] = [];
  let calls = 0;
  let mayPass = false;
  for (const instruction of instructions) {
    const { opcode } = instruction;
    if (OPENING.has(opcode)) open.push(opcode);
    else if (opcode === Op.END) open.pop();
    if (calls === 0 && CONDITIONS.has(opcode)) mayPass = true;
    if (!isCall(instruction) || opcode === Op.PREFIX_FC) continue;
    calls++;
    if (!mayPass || open.includes(Op.LOOP)) return false;
  }
  return calls > 0 && calls <= MAX_CALLS;
}

const OPENING: ReadonlySet<number> = new Set([Op.BLOCK, Op.LOOP, Op.IF]);
const CONDITIONS: ReadonlySet<number> = new Set([Op.IF, Op.BR_IF, Op.BR_TABLE]);
