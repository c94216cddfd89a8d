import type { Clock } from "../clock.js";
import { pollUntil, type PollOptions } from "../poll.js";
import { status } from "./status.js";
import type { RpcTransport } from "./transport.js";

/**
 * Waits until the node has the block of a height; gives its last height. Fails with
 * `WAIT_TIMED_OUT`.
 *
 * @example
 * await waitForHeight({ rpc, clock: systemClock }, height + 1n, { timeoutMs: 30_000 });
 */
export async function waitForHeight(
  { rpc, clock }: { readonly rpc: RpcTransport; readonly clock: Clock },
  height: bigint,
  options: PollOptions = {},
): Promise<bigint> {
  return pollUntil(clock, `height ${height}`, options, async () => {
    const { latestHeight } = await status(rpc, options);
    return latestHeight >= height ? latestHeight : undefined;
  });
}
