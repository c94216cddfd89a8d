import {
  type Kernel,
  QueryKernelsRequest,
  QueryKernelsResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { allPages } from "../query/allPages.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryKernelsRequest, QueryKernelsResponse> = {
  path: "/aivm.kernel.v1.Query/Kernels",
  request: QueryKernelsRequest,
  response: QueryKernelsResponse,
};

/**
 * Every kernel, by id.
 *
 * @example
 * const names = (await listKernels(rpc)).map(({ name }) => name);
 */
export async function listKernels(rpc: RpcTransport, options?: QueryOptions): Promise<Kernel[]> {
  return allPages(async (pagination) => {
    const { response } = await callQuery(rpc, METHOD, { pagination }, options);
    return { elements: response.kernels, pagination: response.pagination };
  });
}
