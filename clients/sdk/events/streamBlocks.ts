import { isSdkError, SdkError } from "../errors.js";
import { blockResults, type BlockResults } from "../rpc/blockResults.js";
import { isPassingFailure } from "../rpc/httpTransport.js";
import { type HeightOptions, heights, type StreamPlace } from "./heights.js";

/** From where on blocks are streamed, and how. */
export interface StreamOptions extends HeightOptions {
  /** First height; the one after the endpoint's last unless given. */
  readonly fromHeight?: bigint | undefined;
}

/** Refusals of a height that the endpoint has announced: it stores results after blocks. */
const REFUSALS_MAX = 10;
const RETRY_MS = 100;
const RETRY_MS_MAX = 5_000;

/**
 * What each block did, every height once and in order, from now on or from a height. CometBFT's
 * websocket announces new blocks where the platform has one; whatever was missed, because the
 * socket was closed or the endpoint down, is read afterwards. Ends without an error when the signal
 * is aborted. Fails with `HEIGHT_UNAVAILABLE` for a height that the endpoint has pruned, with
 * `RPC_REFUSED` when it keeps no results, and with `INVALID_ARGUMENT`.
 *
 * @example
 * for await (const { height, txResults } of streamBlocks({ rpc, clock: systemClock })) {
 *   console.log(height, txResults.length);
 *   break;
 * }
 */
export async function* streamBlocks(
  place: StreamPlace,
  options: StreamOptions = {},
): AsyncGenerator<BlockResults, void, undefined> {
  const { signal } = options;
  let next = options.fromHeight;
  try {
    for await (const latest of heights(place, options)) {
      // Before the first block there is no height 0 to be read.
      next ??= latest + 1n;
      while (next <= latest) yield await readResults(place, next++, options);
    }
  } catch (error) {
    if (signal?.aborted !== true || error !== signal.reason) throw error;
  }
}

/** Reads a block that exists, over outages and until its results are stored. */
async function readResults(
  { rpc, clock }: StreamPlace,
  height: bigint,
  { signal, onOutage }: StreamOptions,
): Promise<BlockResults> {
  let pauseMs = RETRY_MS;
  for (let refusals = 0; ;) {
    try {
      return await blockResults(rpc, height, { signal });
    } catch (error) {
      const isRefusal = isSdkError(error, "RPC_REFUSED");
      if (isRefusal && (isFinal(error) || ++refusals >= REFUSALS_MAX)) throw explain(height, error);
      if (!isRefusal && !isPassingFailure(error)) throw error;
      if (!isRefusal) onOutage?.(error);
    }
    await clock.pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX);
  }
}

const PRUNED = /height [0-9]+ is not available, lowest height is ([0-9]+)/;

function isFinal({ facts }: SdkError<"RPC_REFUSED">): boolean {
  return PRUNED.test(facts.data) || /not persisting/.test(facts.data);
}

function explain(height: bigint, error: SdkError<"RPC_REFUSED">): SdkError {
  const earliest = PRUNED.exec(error.facts.data)?.[1];
  if (earliest === undefined) return error;
  return new SdkError("HEIGHT_UNAVAILABLE", { height, earliest: BigInt(earliest) }, error);
}
