/** One attribute, by which clients can search unless the node does not index it. */
export interface EventAttribute {
  /** Never empty: CosmJS refuses empty keys. */
  readonly key: string;
  /** UTF-8 text. */
  readonly value: string;
  /** Set by the node, no part of what validators agree on; left out for yes. */
  readonly index?: boolean;
}

/** An ABCI event. Types and attributes are documented in the README of the module that emits it. */
export interface Event {
  readonly type: string;
  readonly attributes: readonly EventAttribute[];
}

/** Builds an event from name and value pairs, in the order given. */
export function event(
  type: string,
  attributes: ReadonlyArray<readonly [string, string | bigint | number]>,
): Event {
  return { type, attributes: attributes.map(([key, value]) => ({ key, value: String(value) })) };
}
