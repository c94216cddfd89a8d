import { hasVectorInstructions } from "#sandbox/onnx/simd.js";
import { wasm } from "#sandbox/quickjs/webAssembly.js";

/** What a process sees of the machine that it runs on, real or emulated. */
export interface Host {
  readonly architecture: string;
  readonly node: string;
  readonly v8: string;
  /** Whether WebAssembly has vector instructions. */
  readonly vectors: boolean;
  /**
   * Whether a relaxed multiply-add rounds once, as processors with fused instructions do. Engines
   * contain no such instruction: this shows that hosts differ where only they would show it.
   */
  readonly fused: boolean | "unknown";
}

/** `relaxed_madd(a, a, c)` on vectors, and its first lane. */
const FUSED_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7d, 0x7d, 0x01, 0x7d],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
  ...[0x0a, 0x16, 0x01, 0x14, 0x00],
  ...[0x20, 0x00, 0xfd, 0x13, 0x20, 0x00, 0xfd, 0x13, 0x20, 0x01, 0xfd, 0x13],
  ...[0xfd, 0x85, 0x02, 0xfd, 0x1f, 0x00, 0x0b],
);

/** Describes the host of this process. */
export function describeHost(): Host {
  const { node, v8 } = process.versions;
  const vectors = hasVectorInstructions();
  return { architecture: process.arch, node, v8, vectors, fused: isFused() };
}

function isFused(): boolean | "unknown" {
  try {
    const { f } = new wasm.Instance(new wasm.Module(FUSED_MODULE), {}).exports;
    // The square is 1 + 2⁻¹¹ + 2⁻²⁴, which a rounding of its own makes 1 + 2⁻¹¹.
    return (f as (a: number, c: number) => number)(1 + 2 ** -12, -1 - 2 ** -11) !== 0;
  } catch {
    return "unknown";
  }
}
