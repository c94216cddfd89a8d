import { assert, assertDefined } from "#core/primitives/assert.js";
import { ByteReader } from "./byteReader.js";

/** Numbers of the sections that the meter reads or rewrites. */
export const Section = { TYPE: 1, IMPORT: 2, FUNCTION: 3, GLOBAL: 6, EXPORT: 7, CODE: 10 } as const;

/** A function type: value types as their bytes. */
export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

/** The parts of a WebAssembly file that instrumentation needs. */
export interface ModuleFile {
  /** Sections in file order, custom ones left out. */
  readonly sections: ReadonlyArray<{ readonly id: number; readonly body: Uint8Array }>;
  readonly types: readonly FunctionType[];
  readonly importedFunctions: number;
  /** Type index of every function that the file defines. */
  readonly functionTypes: readonly number[];
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Value type i32. */
export const I32 = 0x7f;
/** Value type i64. */
export const I64 = 0x7e;
/** Value type f32. */
export const F32 = 0x7d;
/** Value type f64. */
export const F64 = 0x7c;

/** Splits a WebAssembly file; halts on what the pinned engine does not hold. */
export function readModuleFile(bytes: Uint8Array): ModuleFile {
  assert(
    MAGIC.every((byte, index) => bytes[index] === byte),
    "the engine is a WebAssembly file of version 1",
  );
  const reader = new ByteReader(bytes, MAGIC.length);
  const sections: Array<{ id: number; body: Uint8Array }> = [];
  while (!reader.done) {
    const id = reader.u8();
    const body = reader.within(reader.u32()).rest();
    if (id !== 0) sections.push({ id, body });
  }
  const section = (id: number): ByteReader =>
    new ByteReader(findSection(sections, id) ?? new Uint8Array([0]));
  return {
    sections,
    types: readTypes(section(Section.TYPE)),
    importedFunctions: countImportedFunctions(section(Section.IMPORT)),
    functionTypes: readIndexes(section(Section.FUNCTION)),
  };
}

/** The body of the section with the given number. */
export function getSection(file: ModuleFile, id: number): Uint8Array {
  return assertDefined(findSection(file.sections, id), `the engine has section ${id}`);
}

function findSection(sections: ModuleFile["sections"], id: number): Uint8Array | undefined {
  return sections.find((section) => section.id === id)?.body;
}

function readTypes(reader: ByteReader): FunctionType[] {
  const types: FunctionType[] = [];
  const count = reader.u32();
  for (let index = 0; index < count; index++) {
    assert(reader.u8() === 0x60, "every type of the engine is a function type");
    types.push({ parameters: readValueTypes(reader), results: readValueTypes(reader) });
  }
  return types;
}

function readValueTypes(reader: ByteReader): number[] {
  const count = reader.u32();
  const types: number[] = [];
  for (let index = 0; index < count; index++) types.push(reader.u8());
  return types;
}

function readIndexes(reader: ByteReader): number[] {
  const count = reader.u32();
  const indexes: number[] = [];
  for (let index = 0; index < count; index++) indexes.push(reader.u32());
  return indexes;
}

/** Imports are functions and one memory; a global or a table would move the indexes in use. */
function countImportedFunctions(reader: ByteReader): number {
  const count = reader.u32();
  let functions = 0;
  for (let index = 0; index < count; index++) {
    reader.skip(reader.u32());
    reader.skip(reader.u32());
    const kind = reader.u8();
    if (kind === 0) {
      reader.u32();
      functions++;
      continue;
    }
    assert(kind === 2, "the engine imports functions and its memory");
    const limits = reader.u8();
    assert(limits <= 1, "the engine's memory is neither shared nor of 64 bits");
    reader.u32();
    if (limits === 1) reader.u32();
  }
  return functions;
}
