import { assert } from "#core/primitives/assert.js";
import type { WasmInstance } from "./webAssembly.js";

/** An address in the engine's memory. */
export type Pointer = number;

/** The C functions of quickjs-emscripten's `interface.c` that the sandbox calls. */
export interface ForeignFunctions {
  malloc(bytes: number): Pointer;
  free(pointer: Pointer): void;
  newRuntime(): Pointer;
  setMaxStackSize(runtime: Pointer, bytes: number): void;
  newContext(runtime: Pointer, intrinsics: number): Pointer;
  freeValue(context: Pointer, value: Pointer): void;
  getUndefined(): Pointer;
  newString(context: Pointer, text: Pointer): Pointer;
  newArrayBuffer(context: Pointer, bytes: Pointer, length: number): Pointer;
  getArrayBuffer(context: Pointer, value: Pointer): Pointer;
  getArrayBufferLength(context: Pointer, value: Pointer): number;
  newFunction(
    context: Pointer,
    name: Pointer,
    length: number,
    constructor: number,
    id: number,
  ): Pointer;
  getProperty(context: Pointer, object: Pointer, name: Pointer): Pointer;
  setProperty(context: Pointer, object: Pointer, name: Pointer, value: Pointer): void;
  newError(context: Pointer): Pointer;
  throwError(context: Pointer, error: Pointer): Pointer;
  enableModuleLoader(runtime: Pointer, normalizes: number): void;
  call(context: Pointer, func: Pointer, self: Pointer, count: number, argument: Pointer): Pointer;
  resolveException(context: Pointer, value: Pointer): Pointer;
  evaluate(
    context: Pointer,
    code: Pointer,
    length: number,
    file: Pointer,
    detectModule: number,
    flags: number,
  ): Pointer;
  isJobPending(runtime: Pointer): number;
  executeJobs(runtime: Pointer, limit: number, lastContext: Pointer): Pointer;
  promiseState(context: Pointer, value: Pointer): number;
  promiseResult(context: Pointer, value: Pointer): Pointer;
}

/** Minified export names of the pinned binary. */
const EXPORT_NAMES: Readonly<Record<keyof ForeignFunctions, string>> = {
  malloc: "v",
  free: "M",
  newRuntime: "K",
  setMaxStackSize: "D",
  newContext: "N",
  freeValue: "P",
  getUndefined: "E",
  newString: "_",
  newArrayBuffer: "X",
  getArrayBuffer: "aa",
  getArrayBufferLength: "ba",
  newFunction: "Da",
  getProperty: "ha",
  setProperty: "ja",
  newError: "x",
  throwError: "w",
  enableModuleLoader: "Ha",
  call: "ma",
  resolveException: "na",
  evaluate: "pa",
  isJobPending: "fa",
  executeJobs: "ga",
  promiseState: "wa",
  promiseResult: "xa",
};

/** The functions of an instance under readable names. */
export function bindForeignFunctions(exports: WasmInstance["exports"]): ForeignFunctions {
  const bound = Object.entries(EXPORT_NAMES).map(([name, exported]) => {
    const value = exports[exported];
    assert(typeof value === "function", `the code engine exports ${name}`);
    return [name, value] as const;
  });
  return Object.fromEntries(bound) as unknown as ForeignFunctions;
}
