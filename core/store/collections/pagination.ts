import { PageRequest, type PageResponse } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { minBig } from "#core/primitives/intMath.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { KeyRange, KvEntry, KvReader } from "../kv.js";
import { PrefixReader } from "../views/prefixKv.js";

/** Entries of a page when the request names no limit (SDK query.DefaultLimit). */
export const DEFAULT_PAGE_LIMIT = 100n;

/**
 * Most entries of a page. A request for more gets this many and the key at which to go on, so that
 * clients that ask for everything still work.
 */
export const MAX_PAGE_LIMIT = 1000n;

/** A collection that can be read page by page: KvMap or KeySet. */
export interface Pageable<T> {
  prefixOf(head?: Uint8Array): Uint8Array;
  decodeEntry(entry: KvEntry): T;
}

/** Which of a collection's entries are paged. */
export interface PageScope<T> {
  /** Only keys that begin with these members of a composite: see `TupleKeyCodec.prefix`. */
  readonly prefix?: Uint8Array;
  /** Entries that do not pass are neither given nor counted. */
  readonly filter?: (entry: T) => boolean;
}

/** One page of a collection. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly response: PageResponse;
}

/**
 * Gives one page of a collection, as the SDK's query.Paginate does: by `key`, the `nextKey` of the
 * page before, or by `offset`. The total is counted when `countTotal` is set or no limit is named,
 * but never with a key. Keys in request and response are without the prefix. A request with both
 * key and offset fails with `sdk/18 invalid request`.
 */
export function paginate<T>(
  kv: KvReader,
  source: Pageable<T>,
  request: PageRequest | undefined,
  scope: PageScope<T> = {},
): Page<T> {
  const page = request ?? PageRequest.create();
  if (page.offset > 0n && page.key.length > 0) {
    throw invalidRequest({
      problem: "invalid request, either offset or key is expected, got both",
    });
  }
  const limit = page.limit === 0n ? DEFAULT_PAGE_LIMIT : minBig(page.limit, MAX_PAGE_LIMIT);
  const byKey = page.key.length > 0;
  return collect(passingEntries(kv, source, page, scope), {
    offset: page.offset,
    end: page.offset + limit,
    countTotal: !byKey && (page.countTotal || page.limit === 0n),
  });
}

interface Hit<T> {
  /** Without the prefix. */
  readonly key: Uint8Array;
  readonly entry: T;
}

/** Entries from where the request begins. */
function* passingEntries<T>(
  kv: KvReader,
  source: Pageable<T>,
  page: PageRequest,
  scope: PageScope<T>,
): IterableIterator<Hit<T>> {
  const prefix = source.prefixOf(scope.prefix);
  const view = new PrefixReader(kv, prefix);
  for (const { key, value } of view.iterate(
    rangeFrom(page),
    page.reverse ? "descending" : "ascending",
  )) {
    const entry = source.decodeEntry({ key: concatBytes(prefix, key), value });
    if (scope.filter === undefined || scope.filter(entry)) yield { key, entry };
  }
}

function rangeFrom({ key, reverse }: PageRequest): KeyRange {
  if (key.length === 0) return {};
  // A page that goes down begins with its key, so the end is the least key after it.
  return reverse ? { end: concatBytes(key, Uint8Array.of(0)) } : { start: key };
}

function collect<T>(
  hits: Iterable<Hit<T>>,
  bounds: { readonly offset: bigint; readonly end: bigint; readonly countTotal: boolean },
): Page<T> {
  const entries: T[] = [];
  let nextKey: Uint8Array = new Uint8Array(0);
  let count = 0n;
  for (const { key, entry } of hits) {
    count++;
    if (count <= bounds.offset) continue;
    if (count <= bounds.end) entries.push(entry);
    else if (count === bounds.end + 1n) nextKey = key;
    if (count > bounds.end && !bounds.countTotal) break;
  }
  return { entries, response: { nextKey, total: bounds.countTotal ? count : 0n } };
}
