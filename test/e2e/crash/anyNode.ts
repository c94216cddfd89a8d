import { isSdkError } from "#sdk/errors.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";

/**
 * One endpoint made of several, of which any may be down: calls go to the one that answered last,
 * beginning with the `first`, and to the next one when it does not answer.
 */
export function anyNode(rpcs: readonly RpcTransport[], first: number): RpcTransport {
  let current = first;
  return {
    url: `one of ${rpcs.map(({ url }) => url).join(", ")}`,
    call: async (method, params, options) => {
      for (let left = rpcs.length - 1; ; left--) {
        const rpc = rpcs[current % rpcs.length];
        if (rpc === undefined) throw new RangeError("there is no endpoint");
        try {
          return await rpc.call(method, params, options);
        } catch (error) {
          if (left === 0 || !isSilent(error)) throw error;
          current += 1;
        }
      }
    },
  };
}

/** Whether an endpoint did not answer, so that another one may. */
function isSilent(error: unknown): boolean {
  return (
    isSdkError(error, "RPC_UNREACHABLE") ||
    isSdkError(error, "RPC_TIMEOUT") ||
    isSdkError(error, "RPC_HTTP_STATUS")
  );
}
