import { assert } from "#core/primitives/assert.js";
import type { ByteReader } from "./byteReader.js";

/**
 * Opcodes that the meter treats in a way of their own; numbers of the WebAssembly specification.
 */
export const Op = {
  UNREACHABLE: 0x00,
  NOP: 0x01,
  BLOCK: 0x02,
  LOOP: 0x03,
  IF: 0x04,
  ELSE: 0x05,
  END: 0x0b,
  BR: 0x0c,
  BR_IF: 0x0d,
  BR_TABLE: 0x0e,
  RETURN: 0x0f,
  CALL: 0x10,
  CALL_INDIRECT: 0x11,
  DROP: 0x1a,
  SELECT: 0x1b,
  LOCAL_GET: 0x20,
  LOCAL_SET: 0x21,
  LOCAL_TEE: 0x22,
  GLOBAL_GET: 0x23,
  GLOBAL_SET: 0x24,
  MEMORY_SIZE: 0x3f,
  I32_CONST: 0x41,
  I64_CONST: 0x42,
  F32_CONST: 0x43,
  F64_CONST: 0x44,
  I32_LT_S: 0x48,
  I32_LT_U: 0x49,
  I64_LT_S: 0x53,
  F32_EQ: 0x5b,
  F64_EQ: 0x61,
  I32_ADD: 0x6a,
  I32_SUB: 0x6b,
  I64_SUB: 0x7d,
  I64_SHR_U: 0x88,
  I64_EXTEND_I32_U: 0xad,
  PREFIX_FC: 0xfc,
} as const;

/** Operations behind the 0xfc prefix. */
export const OpFc = { LAST_SATURATING: 7, MEMORY_COPY: 10, MEMORY_FILL: 11 } as const;

/**
 * One decoded instruction; `immediate` is the first one where the meter needs it, else 0. A branch
 * table's is the furthest of its targets.
 */
export interface Instruction {
  readonly opcode: number;
  readonly immediate: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Decodes the next instruction. Opcodes outside the list halt: a new build of the engine that
 * uses vectors, threads, exceptions or tail calls cannot slip through unmetered.
 */
export function readInstruction(reader: ByteReader): Instruction {
  const start = reader.position;
  const opcode = reader.u8();
  const immediate = readImmediates(opcode, reader);
  return { opcode, immediate, start, end: reader.position };
}

const WITHOUT_IMMEDIATES: ReadonlySet<number> = new Set([
  Op.UNREACHABLE,
  Op.NOP,
  Op.ELSE,
  Op.END,
  Op.RETURN,
  Op.DROP,
  Op.SELECT,
]);

function readImmediates(opcode: number, reader: ByteReader): number {
  if (opcode >= 0x45 && opcode <= 0xc4) return 0;
  if (WITHOUT_IMMEDIATES.has(opcode)) return 0;
  if (opcode >= 0x28 && opcode <= 0x3e) return readMemoryArgument(reader);
  if (opcode >= Op.LOCAL_GET && opcode <= Op.GLOBAL_SET) return reader.u32();
  if (opcode === Op.BR || opcode === Op.BR_IF || opcode === Op.CALL) return reader.u32();
  return readLongImmediates(opcode, reader);
}

function readLongImmediates(opcode: number, reader: ByteReader): number {
  switch (opcode) {
    case Op.BLOCK:
    case Op.LOOP:
    case Op.IF:
    case Op.I32_CONST:
      reader.skipLeb(5);
      return 0;
    case Op.I64_CONST:
      reader.skipLeb(10);
      return 0;
    case Op.F32_CONST:
      reader.skip(4);
      return 0;
    case Op.F64_CONST:
      reader.skip(8);
      return 0;
    case Op.CALL_INDIRECT:
      reader.u32();
      return reader.u32();
    case Op.MEMORY_SIZE:
      return reader.u8();
    case Op.BR_TABLE:
      return readBranchTable(reader);
    case Op.PREFIX_FC:
      return readPrefixed(reader);
  }
  assert(false, `the meter knows WebAssembly opcode 0x${opcode.toString(16)}`);
}

function readMemoryArgument(reader: ByteReader): number {
  assert(reader.u32() < 0x40, "the engine has one memory");
  return reader.u32();
}

function readBranchTable(reader: ByteReader): number {
  const targets = reader.u32() + 1;
  let furthest = 0;
  for (let index = 0; index < targets; index++) furthest = Math.max(furthest, reader.u32());
  return furthest;
}

function readPrefixed(reader: ByteReader): number {
  const operation = reader.u32();
  if (operation === OpFc.MEMORY_COPY) reader.skip(2);
  else if (operation === OpFc.MEMORY_FILL) reader.skip(1);
  else assert(operation <= OpFc.LAST_SATURATING, `the meter knows operation 0xfc ${operation}`);
  return operation;
}

const F32_ARITHMETIC_FIRST = 0x8d;
const F32_ARITHMETIC_LAST = 0x97;
const F64_ARITHMETIC_FIRST = 0x9b;
const F64_ARITHMETIC_LAST = 0xa5;
const F32_DEMOTE_F64 = 0xb6;
const F64_PROMOTE_F32 = 0xbb;

/**
 * The float type whose NaN bits the specification leaves open after this instruction: ceil to
 * max, demote and promote. copysign, abs and neg (bit operations) and loads are determined.
 */
export function nanResult(opcode: number): "f32" | "f64" | undefined {
  if (opcode >= F32_ARITHMETIC_FIRST && opcode <= F32_ARITHMETIC_LAST) return "f32";
  if (opcode >= F64_ARITHMETIC_FIRST && opcode <= F64_ARITHMETIC_LAST) return "f64";
  if (opcode === F32_DEMOTE_F64) return "f32";
  return opcode === F64_PROMOTE_F32 ? "f64" : undefined;
}

const FLOAT_COMPARISON_FIRST = 0x5b;
const FLOAT_COMPARISON_LAST = 0x66;

/**
 * Whether an instruction that takes a float does alike for every NaN: arithmetic, whose own result
 * is canonical, and comparisons.
 */
export function isBlindToNans({ opcode }: Instruction): boolean {
  const compares = opcode >= FLOAT_COMPARISON_FIRST && opcode <= FLOAT_COMPARISON_LAST;
  return compares || nanResult(opcode) !== undefined;
}

/**
 * Gas of one instruction. Brackets cost nothing: the interpreter's dispatch opens some 250 nested
 * blocks for each bytecode, which no machine executes.
 */
export function gasOf(opcode: number): number {
  const bracket =
    opcode === Op.NOP ||
    opcode === Op.BLOCK ||
    opcode === Op.LOOP ||
    opcode === Op.ELSE ||
    opcode === Op.END;
  return bracket ? 0 : 1;
}

/** Whether it calls another function, as the bulk memory operations of the engine come to do. */
export function isCall({ opcode, immediate }: Instruction): boolean {
  const bulk = immediate === OpFc.MEMORY_COPY || immediate === OpFc.MEMORY_FILL;
  return opcode === Op.CALL || opcode === Op.CALL_INDIRECT || (opcode === Op.PREFIX_FC && bulk);
}
