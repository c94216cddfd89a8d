import type { PageRequest, PageResponse } from "#core/codec/generated/cosmos/base/query/v1beta1.js";

/** One page of a list that the application answers. */
export interface QueryPage<T> {
  readonly elements: readonly T[];
  readonly pagination: PageResponse | undefined;
}

/** As many as the chain gives at once when nothing else is asked for. */
const PAGE_SIZE = 100n;

/**
 * Elements of all pages of a paginated query; `read` asks for one page.
 *
 * @example
 * const versions = await allPages(async (pagination) => {
 *   const call = { service: KERNEL_QUERIES, method: "Versions" } as const;
 *   const request = { name: "digits", pagination };
 *   const page = await queryMethod(rpc, { ...call, request });
 *   return { elements: page.versions, pagination: page.pagination };
 * });
 */
export async function allPages<T>(
  read: (pagination: PageRequest) => Promise<QueryPage<T>>,
): Promise<T[]> {
  const found: T[] = [];
  let key: Uint8Array | undefined = new Uint8Array(0);
  while (key !== undefined) {
    const request = { key, offset: 0n, limit: PAGE_SIZE, countTotal: false, reverse: false };
    const { elements, pagination }: QueryPage<T> = await read(request);
    found.push(...elements);
    const nextKey = pagination?.nextKey;
    key = nextKey === undefined || nextKey.length === 0 ? undefined : nextKey;
  }
  return found;
}
