/** A compiled WebAssembly program. */
export interface WasmModule {
  readonly wasmModule?: never;
}

/** A linear memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** A mutable global. */
export interface WasmGlobal<T> {
  value: T;
}

/** A program with its memory. */
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** What the sandbox uses of the standard `WebAssembly` object, which TypeScript types for browsers only. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
  }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
  readonly RuntimeError: new (message?: string) => Error;
}

/** The standard `WebAssembly` object. */
export const wasm = (globalThis as unknown as { readonly WebAssembly: WasmApi }).WebAssembly;
