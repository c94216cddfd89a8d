import {
  type Kernel,
  QueryKernelRequest,
  QueryKernelResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import type { QueryMethod, QueryOptions } from "../query/callQuery.js";
import { findQuery } from "../query/findQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryKernelRequest, QueryKernelResponse> = {
  path: "/aivm.kernel.v1.Query/Kernel",
  request: QueryKernelRequest,
  response: QueryKernelResponse,
};

/**
 * The kernel of a name; undefined while the name is free.
 *
 * @example
 * const kernel = await findKernel(rpc, "digits");
 */
export async function findKernel(
  rpc: RpcTransport,
  name: string,
  options?: QueryOptions,
): Promise<Kernel | undefined> {
  const found = await findQuery(rpc, METHOD, { name }, options);
  return found?.response.kernel;
}
