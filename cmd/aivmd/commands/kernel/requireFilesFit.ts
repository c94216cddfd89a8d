import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { aivmfileValue } from "#modules/kernel/types/errors.js";
import { MAX_LIBRARY_BYTES } from "#modules/kernel/types/namedFiles.js";
import type { KernelSource } from "./kernelSource.js";

/**
 * Libraries are small, and with data no larger together than the memory of the code, into which
 * they go: the chain's `kernel/129`, here with the place of the file or of the limit (`kernel/13`).
 */
export function requireFilesFit(
  { compiled, libraries, data }: KernelSource,
  { limits }: Manifest,
): void {
  for (const [index, { name, bytes }] of libraries.entries()) {
    if (BigInt(bytes.length) <= MAX_LIBRARY_BYTES) continue;
    const field = `libraries[${index}].digest`;
    const { line = 1, column = 1 } = compiled.places.get(field) ?? {};
    const problem = `library ${name} has ${bytes.length} bytes, at most ${MAX_LIBRARY_BYTES} are allowed`;
    const fix = "put tables into DATA, or make it smaller";
    throw aivmfileValue({ line, column, field, found: bytes.length, problem, fix });
  }
  const found = [...libraries, ...data].reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (BigInt(found) <= limits.memoryBytes) return;
  const field = "limits.memory_bytes";
  const { line = 1, column = 1 } = compiled.places.get(field) ?? {};
  const problem = `libraries and data have ${found} bytes, the memory of the code has ${limits.memoryBytes}`;
  throw aivmfileValue({
    line,
    column,
    field,
    found,
    problem,
    fix: "write more, or make them smaller",
  });
}
