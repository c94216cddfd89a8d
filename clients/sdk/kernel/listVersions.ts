import {
  QueryVersionsRequest,
  QueryVersionsResponse,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { allPages } from "../query/allPages.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryVersionsRequest, QueryVersionsResponse> = {
  path: "/aivm.kernel.v1.Query/Versions",
  request: QueryVersionsRequest,
  response: QueryVersionsResponse,
};

/**
 * Every version of a kernel, by number; fails with `NOT_FOUND` while the name is free.
 *
 * @example
 * const active = (await listVersions(rpc, "digits")).filter(
 *   ({ status }) => status === VersionStatus.ACTIVE,
 * );
 */
export async function listVersions(
  rpc: RpcTransport,
  name: string,
  options?: QueryOptions,
): Promise<Version[]> {
  return allPages(async (pagination) => {
    const { response } = await callQuery(rpc, METHOD, { name, pagination }, options);
    return { elements: response.versions, pagination: response.pagination };
  });
}
