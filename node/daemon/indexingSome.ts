import type { AbciApplication } from "#core/abci/application.js";
import type { Event } from "#core/primitives/event.js";
import { forwarding } from "./forwarding.js";

/**
 * Lets CometBFT index only some attributes of events, given as `type.key`. What it indexes is up to
 * each node: neither app hash nor result hash depend on it.
 */
export function indexingSome(
  application: AbciApplication,
  indexEvents: readonly string[],
): AbciApplication {
  const indexed = new Set(indexEvents);
  const mark = ({ type, attributes }: Event): Event => ({
    type,
    attributes: attributes.map(({ key, value }) => ({
      key,
      value,
      index: indexed.has(`${type}.${key}`),
    })),
  });
  return {
    ...forwarding(application),
    finalizeBlock: (request) => {
      const response = application.finalizeBlock(request);
      const { events, txResults } = response;
      return {
        ...response,
        events: events.map(mark),
        txResults: txResults.map((result) => ({ ...result, events: result.events.map(mark) })),
      };
    },
  };
}
