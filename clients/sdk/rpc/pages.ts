import type { JsonObject } from "#core/codec/json.js";
import type { JsonCursor } from "./jsonCursor.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** A method whose answer comes in pages. */
export interface PagedCall {
  readonly method: string;
  readonly params: JsonObject;
  /** Most elements to give. */
  readonly limit: number;
  readonly options: CallOptions;
}

/** One page, and the number of elements on all of them. */
export interface Page<T> {
  readonly total: JsonCursor;
  readonly elements: readonly T[];
}

/** CometBFT's largest page. */
const PAGE_SIZE = 100;

/** Elements of all pages, up to the limit; a page without elements before the end is malformed. */
export async function readPages<T>(
  rpc: RpcTransport,
  { method, params, limit, options }: PagedCall,
  read: (result: JsonCursor) => Page<T>,
): Promise<T[]> {
  const found: T[] = [];
  const perPage = Math.min(PAGE_SIZE, limit);
  for (let number = 1; ; number++) {
    const page = { page: String(number), per_page: String(perPage) };
    const { total, elements } = read(await rpc.call(method, { ...params, ...page }, options));
    found.push(...elements);
    if (found.length >= limit || BigInt(found.length) >= total.int64()) {
      return found.slice(0, limit);
    }
    if (elements.length === 0) throw total.malformed("more elements than the pages have");
  }
}
