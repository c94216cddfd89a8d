import {
  QueryShadowRunsRequest,
  QueryShadowRunsResponse,
  type ShadowPolicy,
  type ShadowRun,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { allPages } from "../query/allPages.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryShadowRunsRequest, QueryShadowRunsResponse> = {
  path: "/aivm.kernel.v1.Query/ShadowRuns",
  request: QueryShadowRunsRequest,
  response: QueryShadowRunsResponse,
};

/** What versions of a kernel have shown beside its head. */
export interface ShadowRuns {
  /** What a version must have shown before it takes the head's place; undefined: nothing. */
  readonly policy: ShadowPolicy | undefined;
  /** The latest run of each version that ever had one, by the version's number. */
  readonly runs: readonly ShadowRun[];
}

/**
 * What versions of a kernel have shown beside its head, and what its owner asks for; fails with
 * `NOT_FOUND` while the name is free.
 *
 * @example
 * const { runs } = await shadowRuns(rpc, "digits");
 * const agreed = runs.map((run) => `${run.agreed} of ${run.answered}`);
 */
export async function shadowRuns(
  rpc: RpcTransport,
  name: string,
  options?: QueryOptions,
): Promise<ShadowRuns> {
  let policy: ShadowPolicy | undefined;
  const runs = await allPages(async (pagination) => {
    const { response } = await callQuery(rpc, METHOD, { name, pagination }, options);
    policy = response.policy;
    return { elements: response.runs, pagination: response.pagination };
  });
  return { policy, runs };
}
