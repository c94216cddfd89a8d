import { assert } from "#core/primitives/assert.js";
import { ByteReader } from "./byteReader.js";
import { ByteWriter } from "./byteWriter.js";
import { type MeterLayout, bulkBody, instrumentBody } from "./functionBody.js";
import { OpFc } from "./instruction.js";
import { I32, I64, type ModuleFile, Section, getSection, readModuleFile } from "./moduleFile.js";

/** Where the engine's shadow stack lies once instrumented, in bytes of its memory. */
export interface ShadowStack {
  /** Lowest address that the stack may reach: the end of the engine's static data. */
  readonly floor: number;
  /** Initial stack pointer; replaces the engine's own, which leaves 5 MiB. */
  readonly top: number;
}

/** Exports that instrumentation adds: mutable globals that the host sets and reads. */
export const METER_EXPORTS = {
  gas: "meter_gas",
  stack: "meter_stack",
  pointer: "meter_pointer",
} as const;

/** Rewrites one function body; measurements leave it as it is. */
export type BodyRewriting = typeof instrumentBody;

const POINTER_GLOBAL = 0;
const MUTABLE = 1;
const EXPORT_GLOBAL = 3;
const END = 0x0b;
const I32_CONST = 0x41;
const I64_CONST = 0x42;
/** What the start function may use before the host can set a counter. */
const START_GAS = 1n << 40n;
const START_STACK_BYTES = 400_000n;

/**
 * Rewrites the engine's WebAssembly so that it counts exactly: every basic block subtracts its
 * instructions from `meter_gas`, bulk memory operations charge by length, every call subtracts its
 * estimated native frame from `meter_stack`, and a counter below zero traps. NaN results are
 * canonical. The output depends on the input bytes and `shadow` alone; its hash is the identity
 * of the code engine (`docs/spec/sandbox.md`).
 */
export function instrument(
  bytes: Uint8Array,
  shadow: ShadowStack,
  rewriteBody: BodyRewriting = instrumentBody,
): Uint8Array {
  const file = readModuleFile(bytes);
  const functions = file.importedFunctions + file.functionTypes.length;
  const layout: MeterLayout = {
    pointerGlobal: POINTER_GLOBAL,
    gasGlobal: 1,
    stackGlobal: 2,
    shadowFloor: shadow.floor,
    copyFunction: functions,
    fillFunction: functions + 1,
  };
  const out = new ByteWriter(bytes.length * 3).bytes(bytes.subarray(0, 8));
  for (const { id, body } of file.sections) {
    out.u8(id).sized(rewriteSection(id, body, { file, layout, shadow, rewriteBody }));
  }
  return out.view().slice();
}

interface Rewriting {
  readonly file: ModuleFile;
  readonly layout: MeterLayout;
  readonly shadow: ShadowStack;
  readonly rewriteBody: BodyRewriting;
}

function rewriteSection(id: number, body: Uint8Array, rewriting: Rewriting): Uint8Array {
  switch (id) {
    case Section.FUNCTION:
      return functionSection(body, bulkType(rewriting.file));
    case Section.GLOBAL:
      return globalSection(body, rewriting.shadow);
    case Section.EXPORT:
      return exportSection(body, rewriting.layout);
    case Section.CODE:
      return codeSection(rewriting);
    default:
      return body;
  }
}

/** Index of the type (i32, i32, i32) → (), which the bulk functions have. */
function bulkType(file: ModuleFile): number {
  const index = file.types.findIndex(
    ({ parameters, results }) =>
      parameters.length === 3 && results.length === 0 && parameters.every((type) => type === I32),
  );
  assert(index >= 0, "the engine has a type of three integers");
  return index;
}

function functionSection(body: Uint8Array, type: number): Uint8Array {
  const reader = new ByteReader(body);
  const count = reader.u32();
  return new ByteWriter()
    .u32(count + 2)
    .bytes(reader.rest())
    .u32(type)
    .u32(type)
    .view();
}

/** The engine has one global, its stack pointer; gas and stack follow it. */
function globalSection(body: Uint8Array, shadow: ShadowStack): Uint8Array {
  const reader = new ByteReader(body);
  assert(reader.u32() === 1, "the engine has one global");
  const pointer = reader.u8() === I32 && reader.u8() === MUTABLE;
  assert(pointer, "the engine's global is its stack pointer");
  return new ByteWriter()
    .u32(3)
    .u8(I32, MUTABLE, I32_CONST)
    .signed(BigInt(shadow.top))
    .u8(END, I64, MUTABLE, I64_CONST)
    .signed(START_GAS)
    .u8(END, I32, MUTABLE, I32_CONST)
    .signed(START_STACK_BYTES)
    .u8(END)
    .view();
}

function exportSection(body: Uint8Array, layout: MeterLayout): Uint8Array {
  const reader = new ByteReader(body);
  const count = reader.u32();
  return new ByteWriter()
    .u32(count + 3)
    .bytes(reader.rest())
    .name(METER_EXPORTS.gas)
    .u8(EXPORT_GLOBAL)
    .u32(layout.gasGlobal)
    .name(METER_EXPORTS.stack)
    .u8(EXPORT_GLOBAL)
    .u32(layout.stackGlobal)
    .name(METER_EXPORTS.pointer)
    .u8(EXPORT_GLOBAL)
    .u32(layout.pointerGlobal)
    .view();
}

function codeSection({ file, layout, rewriteBody }: Rewriting): Uint8Array {
  const body = getSection(file, Section.CODE);
  const reader = new ByteReader(body);
  assert(reader.u32() === file.functionTypes.length, "every function of the engine has a body");
  const out = new ByteWriter(body.length * 3).u32(file.functionTypes.length + 2);
  for (const typeIndex of file.functionTypes) {
    const type = file.types[typeIndex];
    assert(type !== undefined, "every function of the engine has a type");
    out.sized(rewriteBody(reader.within(reader.u32()), type, layout));
  }
  return out
    .sized(bulkBody(OpFc.MEMORY_COPY, layout))
    .sized(bulkBody(OpFc.MEMORY_FILL, layout))
    .view();
}
