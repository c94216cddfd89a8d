import { toHex } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import { invalidGenesis } from "./errors.js";

/** Fails with `inference/17`, which names the path, unless something holds. */
export function requireAt(holds: boolean, at: string, problem: string): void {
  if (!holds) throw invalidGenesis({ at, problem });
}

/** Fails unless bytes are of a length; `alternative` is another length that is fine. */
export function requireBytes(
  bytes: Uint8Array,
  length: number,
  at: string,
  alternative = length,
): void {
  const fits = bytes.length === length || bytes.length === alternative;
  requireAt(fits, at, `not ${length} bytes`);
}

/** Fails for a negative height. */
export function requireHeight(height: bigint, at: string): void {
  requireAt(height >= 0n, at, "negative height");
}

/** Fails unless digits are an amount. */
export function requireAmount(digits: string, at: string): void {
  requireAt(parseUint(digits) !== undefined, at, "not an amount");
}

/** What tells entries of a list apart. */
type Identity = bigint | string | Uint8Array;

/** Fails for an entry that occurs before, with its place. */
export function requireOnce<T>(
  list: readonly T[],
  identify: (entry: T) => Identity,
  at: string,
): void {
  const seen = new Set<string>();
  for (const [index, entry] of list.entries()) {
    const identity = identify(entry);
    const key = identity instanceof Uint8Array ? toHex(identity) : identity.toString();
    requireAt(!seen.has(key), `${at}[${index}]`, "occurs twice");
    seen.add(key);
  }
}

/** Fails for an id that was not given out yet. */
export function requireGivenOut(id: bigint, next: bigint, at: string): void {
  requireAt(id > 0n && id < next, at, "id not given out");
}
