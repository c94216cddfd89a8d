/** One attribute; always indexed, so that clients can search by it. */
export interface EventAttribute {
  /** Never empty: CosmJS refuses empty keys. */
  readonly key: string;
  /** UTF-8 text. */
  readonly value: string;
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
