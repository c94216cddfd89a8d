import { fromUtf8 } from "#core/primitives/bytes.js";
import { invalidSnapshot } from "../errors.js";
import { HASH_BYTES } from "../iavl/node.js";
import type { ItemReader } from "./itemReader.js";
import { BOUNDS, TAG } from "./snapshotFormat.js";

/** The beginning of a snapshot. */
export interface SnapshotHeader {
  readonly version: number;
  /** Tree stores with the hashes of their trees, in the order in which they follow. */
  readonly trees: ReadonlyArray<{ readonly name: string; readonly root: Uint8Array }>;
  /** Names of the blob stores, in the order in which they follow the trees. */
  readonly blobs: readonly string[];
}

/** One item of a store. Keys are copies; a value is a view of what was received. */
export type SnapshotItem =
  | { readonly kind: "end" }
  | { readonly kind: "inner"; readonly version: number }
  | {
      readonly kind: "leaf";
      readonly version: number;
      readonly key: Uint8Array;
      readonly value: Uint8Array;
    }
  | { readonly kind: "entry"; readonly key: Uint8Array; readonly value: Uint8Array };

/** Reads the header; undefined while it is not whole, `store/9` when it cannot become one. */
export function readHeader(reader: ItemReader): SnapshotHeader | undefined {
  const version = reader.uvarint();
  const trees = readList(reader, () => readTree(reader));
  const blobs = trees && readList(reader, () => readName(reader));
  if (version === undefined || trees === undefined || blobs === undefined) return undefined;
  return { version, trees, blobs };
}

/** Reads one item of a store, as {@link readHeader} does. */
export function readItem(reader: ItemReader): SnapshotItem | undefined {
  const tag = reader.byte();
  switch (tag) {
    case undefined:
      return undefined;
    case TAG.end:
      return { kind: "end" };
    case TAG.inner: {
      const version = reader.uvarint();
      return version === undefined ? undefined : { kind: "inner", version };
    }
    case TAG.leaf: {
      const version = reader.uvarint();
      const entry = version === undefined ? undefined : readEntry(reader);
      return version === undefined || entry === undefined
        ? undefined
        : { kind: "leaf", version, ...entry };
    }
    case TAG.entry: {
      const entry = readEntry(reader);
      return entry && { kind: "entry", ...entry };
    }
    default:
      throw invalidSnapshot({ problem: `an item begins with ${tag}` });
  }
}

function readEntry(
  reader: ItemReader,
): { readonly key: Uint8Array; readonly value: Uint8Array } | undefined {
  const key = reader.counted("key", BOUNDS.key);
  const value = key && reader.counted("value", BOUNDS.value);
  // A key stays in memory longer than the chunk that it came with.
  return key && value && { key: key.slice(), value };
}

function readTree(reader: ItemReader): SnapshotHeader["trees"][number] | undefined {
  const name = readName(reader);
  const root = reader.fixed(HASH_BYTES);
  return name === undefined || root === undefined ? undefined : { name, root: root.slice() };
}

function readName(reader: ItemReader): string | undefined {
  const bytes = reader.counted("name of a store", BOUNDS.name);
  if (bytes === undefined) return undefined;
  const name = fromUtf8(bytes);
  if (name === undefined) throw invalidSnapshot({ problem: "the name of a store is not UTF-8" });
  return name;
}

function readList<T>(reader: ItemReader, read: () => T | undefined): readonly T[] | undefined {
  const count = reader.uvarint();
  if (count === undefined) return undefined;
  if (count > BOUNDS.stores) {
    throw invalidSnapshot({ problem: `has ${count} stores; up to ${BOUNDS.stores} are possible` });
  }
  const list: T[] = [];
  for (let index = 0; index < count; index++) {
    const item = read();
    if (item === undefined) return undefined;
    list.push(item);
  }
  return list;
}
