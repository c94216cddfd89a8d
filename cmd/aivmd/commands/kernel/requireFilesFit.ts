import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { aivmfileValue } from "#modules/kernel/types/errors.js";
import type { KernelSource } from "./kernelSource.js";

/**
 * Libraries and data go into the memory of the code, so that they are no larger together: the
 * chain's `kernel/129`, here with the place of the limit (`kernel/13`).
 */
export function requireFilesFit(
  { compiled, libraries, data }: KernelSource,
  { limits }: Manifest,
): void {
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
