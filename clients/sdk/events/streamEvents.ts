import type { Event } from "#core/primitives/event.js";
import type { BlockResults } from "../rpc/blockResults.js";
import type { StreamPlace } from "./heights.js";
import { streamBlocks, type StreamOptions } from "./streamBlocks.js";

/** An event and the place where it happened. */
export interface ChainEvent {
  readonly height: bigint;
  /** Place of its transaction within the block; undefined for an event of the block itself. */
  readonly txIndex: number | undefined;
  readonly event: Event;
}

/** Which events are meant: all that are given must fit. */
export interface EventFilter {
  /** Such as `inference.result_written`. */
  readonly type?: string | undefined;
  /** Attributes that it must have, by key. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/**
 * Events of the chain that fit a filter, each once: block by block, in a block those of its
 * transactions in their order before its own. As `streamBlocks` it goes on over outages, fills gaps
 * and ends when the signal is aborted; errors are those of `streamBlocks`.
 *
 * @example
 * const filter = { type: "transfer", attributes: { recipient: bob } };
 * for await (const { height, event } of streamEvents({ rpc, clock: systemClock }, filter)) {
 *   console.log(height, event.attributes);
 *   break;
 * }
 */
export async function* streamEvents(
  place: StreamPlace,
  filter: EventFilter = {},
  options: StreamOptions = {},
): AsyncGenerator<ChainEvent, void, undefined> {
  for await (const results of streamBlocks(place, options)) {
    yield* blockEvents(results).filter(({ event }) => matchesEvent(event, filter));
  }
}

/**
 * The events of a block in their order: those of its transactions, then its own.
 *
 * @example
 * const events = blockEvents(await blockResults(rpc, 2n));
 */
export function blockEvents({ height, txResults, events }: BlockResults): ChainEvent[] {
  const ofTxs = txResults.flatMap((one, txIndex) =>
    one.events.map((event) => ({ height, txIndex, event })),
  );
  return [...ofTxs, ...events.map((event) => ({ height, txIndex: undefined, event }))];
}

/**
 * Whether an event fits a filter.
 *
 * @example
 * const isResult = matchesEvent(event, { type: "inference.result_written" });
 */
export function matchesEvent(event: Event, { type, attributes = {} }: EventFilter): boolean {
  if (type !== undefined && event.type !== type) return false;
  return Object.entries(attributes).every(([key, value]) =>
    event.attributes.some((one) => one.key === key && one.value === value),
  );
}
