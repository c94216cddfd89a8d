import type { JsonCursor, RpcTransport } from "#sdk/index.js";

/** Blocks whose results are kept: enough for the course of a few requests. */
const KEPT = 240;

const known = new WeakMap<RpcTransport, RpcTransport>();

/** The transport, but for the results of blocks: they never change, so each is asked for once. */
export function rememberingBlocks(rpc: RpcTransport): RpcTransport {
  const before = known.get(rpc);
  if (before !== undefined) return before;
  const kept = new Map<string, Promise<JsonCursor>>();
  const remembering: RpcTransport = {
    url: rpc.url,
    call: (method, params, options) => {
      const height = params["height"];
      if (method !== "block_results" || typeof height !== "string") {
        return rpc.call(method, params, options);
      }
      return kept.get(height) ?? remember(kept, height, rpc.call(method, params, options));
    },
  };
  known.set(rpc, remembering);
  return remembering;
}

function remember(
  kept: Map<string, Promise<JsonCursor>>,
  height: string,
  asked: Promise<JsonCursor>,
): Promise<JsonCursor> {
  kept.set(height, asked);
  asked.catch(() => kept.delete(height));
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return asked;
}
