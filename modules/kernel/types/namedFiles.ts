import type { File, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { compareText, isStrictlyAscending } from "#core/primitives/sorted.js";
import { invalidManifest } from "./errors.js";
import { IDENTIFIER } from "./schema.js";

/** Libraries of one kernel. */
export const MAX_LIBRARIES = 16;
/** Bytes of one library: code that is read within blocks, too, where it aggregates. */
export const MAX_LIBRARY_BYTES = 1_048_576n;
/** Files of data of one kernel. */
export const MAX_DATA = 16;
const DIGEST_BYTES = 32;

/**
 * Checks libraries and data of a manifest: numbers, names, order, digests. Errors are `kernel/8`.
 */
export function validateNamedFiles({ libraries, data }: Manifest): void {
  validateList(libraries, "libraries", MAX_LIBRARIES);
  validateList(data, "data", MAX_DATA);
}

/** Digests of libraries and data. */
export function namedFileDigests({ libraries, data }: Manifest): Uint8Array[] {
  return [...libraries, ...data].map(({ digest }) => digest);
}

function validateList(files: readonly File[], list: string, maximum: number): void {
  demand(files.length <= maximum, list, `${files.length} files`);
  for (const [index, { name, digest }] of files.entries()) {
    demand(IDENTIFIER.test(name), `${list}[${index}].name`, name);
    demand(digest.length === DIGEST_BYTES, `${list}[${index}].digest`, `${digest.length} bytes`);
  }
  const ordered = isStrictlyAscending(files, (a, b) => compareText(a.name, b.name));
  demand(ordered, list, "names that do not ascend");
}

function demand(holds: boolean, field: string, found: string): void {
  if (!holds) throw invalidManifest({ field, found });
}
