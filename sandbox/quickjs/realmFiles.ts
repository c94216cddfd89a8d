import { fromUtf8 } from "#core/primitives/bytes.js";

/** A library or data of a kernel: bytes that code reaches by a name. */
export interface RealmFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What code puts before the name of a library that it imports. */
export const LIBRARY_PREFIX = "lib:";

/** Gas of reading data, whatever its length. */
const READ_GAS = 2_000n;
/** Gas of each byte that is read, as bytes and as text, which has to be decoded. */
const BYTE_GAS = 1n;
const TEXT_BYTE_GAS = 8n;

/** Gas of reading data of this length. */
export function readingGas(bytes: number, asText: boolean): bigint {
  return READ_GAS + BigInt(bytes) * (asText ? TEXT_BYTE_GAS : BYTE_GAS);
}

/** Text as realms take it, UTF-16 without a mark; undefined for bytes that are not UTF-8. */
export function utf16Units(bytes: Uint8Array): Uint8Array | undefined {
  const text = fromUtf8(bytes);
  return text === undefined ? undefined : Buffer.from(text, "utf16le");
}

/** The source of a module by the name that code imports, or why there is none. */
export type FindModule = (specifier: string) => Uint8Array | string;

/**
 * Finds modules among libraries. What is found is remembered: code may import what fails as often
 * as its gas goes, and looking through a large library costs none.
 */
export function moduleFinder(libraries: readonly RealmFile[]): FindModule {
  const known = new Map<string, Uint8Array | string>();
  return (specifier) => {
    if (!specifier.startsWith(LIBRARY_PREFIX)) {
      return `${quoted(specifier)} cannot be imported: code imports libraries alone, as "${LIBRARY_PREFIX}name"`;
    }
    const name = specifier.slice(LIBRARY_PREFIX.length);
    const library = libraries.find((one) => one.name === name);
    if (library === undefined) return `there is no library ${quoted(name)}`;
    const found = known.get(name) ?? sourceOf(library);
    known.set(name, found);
    return found;
  };
}

/** A zero byte would end the source before its end. */
function sourceOf({ name, bytes }: RealmFile): Uint8Array | string {
  return bytes.includes(0) ? `library ${quoted(name)} has a zero byte` : bytes;
}

const MAX_QUOTED = 80;

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}
