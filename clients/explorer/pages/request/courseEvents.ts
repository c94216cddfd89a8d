import { blockEvents, blockResults, type RpcTransport, SdkError } from "#sdk/index.js";

/** Something that happened to a request or to a batch of it. */
export interface CourseEvent {
  readonly height: bigint;
  /** Without its module: `committed`. */
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What happened to a request, in order, as far as the node still knows. */
export interface CourseEvents {
  readonly found: readonly CourseEvent[];
  /** False when the node no longer shows the events of every block. */
  readonly isComplete: boolean;
}

/** Blocks that are looked at: a request under challenge takes some dozens. */
const BLOCKS_MAX = 160;
/** Blocks that are asked for at once. */
const AT_ONCE = 8;
const MODULE = "inference.";

/** Where a request's events are looked for. */
export interface CoursePlace {
  readonly id: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly signal: AbortSignal;
}

/**
 * Reads what happened to a request from its block on, until it was paid out or there is no more.
 */
export async function readCourseEvents(
  rpc: RpcTransport,
  { id, from, to, signal }: CoursePlace,
): Promise<CourseEvents> {
  const found: CourseEvent[] = [];
  const batches = new Set<string>();
  const last = from + BigInt(BLOCKS_MAX) < to ? from + BigInt(BLOCKS_MAX) : to;
  for (let height = from; height <= last; height += BigInt(AT_ONCE)) {
    const end = height + BigInt(AT_ONCE) - 1n;
    const part = await readBlocks(rpc, { from: height, to: end < last ? end : last, signal });
    if (part === undefined) return { found, isComplete: false };
    for (const event of part) if (concerns(event, String(id), batches)) found.push(event);
    if (isPaidOut(found, batches)) return { found, isComplete: true };
  }
  return { found, isComplete: last === to };
}

async function readBlocks(
  rpc: RpcTransport,
  { from, to, signal }: Omit<CoursePlace, "id">,
): Promise<CourseEvent[] | undefined> {
  const heights = Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index));
  try {
    const blocks = await Promise.all(heights.map((one) => blockResults(rpc, one, { signal })));
    return blocks.flatMap(blockEvents).flatMap(({ height, event }) => {
      if (!event.type.startsWith(MODULE)) return [];
      const attributes = event.attributes.map(({ key, value }) => [key, value] as const);
      const type = event.type.slice(MODULE.length);
      return [{ height, type, attributes: Object.fromEntries(attributes) }];
    });
  } catch (error) {
    signal.throwIfAborted();
    // A node that keeps no events must not hide what else is known.
    if (error instanceof SdkError) return undefined;
    throw error;
  }
}

/** Whether an event is of a request or of its batches, which are learnt from their draws. */
function concerns({ type, attributes }: CourseEvent, id: string, batches: Set<string>): boolean {
  const { batch_id: batch } = attributes;
  if (type === "batch_drawn" && attributes["request_ids"]?.split(",").includes(id) === true) {
    if (batch !== undefined) batches.add(batch);
    return true;
  }
  return attributes["request_id"] === id || (batch !== undefined && batches.has(batch));
}

/** Whether every batch has closed: nothing happens to the request after that. */
function isPaidOut(found: readonly CourseEvent[], batches: ReadonlySet<string>): boolean {
  const closed = found.filter(({ type }) => type === "batch_closed").length;
  return batches.size > 0 && closed >= batches.size;
}

/** The height of the first event of a type with such attributes; undefined when there was none. */
export function heightOf(
  { found }: CourseEvents,
  type: string,
  attributes: Readonly<Record<string, string>>,
): bigint | undefined {
  return eventOf(found, type, attributes)?.height;
}

/** The first event of a type with such attributes. */
export function eventOf(
  found: readonly CourseEvent[],
  type: string,
  attributes: Readonly<Record<string, string>>,
): CourseEvent | undefined {
  const wanted = Object.entries(attributes);
  return found.find(
    (one) => one.type === type && wanted.every(([key, value]) => one.attributes[key] === value),
  );
}
