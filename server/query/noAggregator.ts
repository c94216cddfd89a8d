import type { WiringParts } from "#app/wiring.js";
import { InvariantError } from "#core/primitives/assert.js";

/** For programs that wire the modules but execute no blocks: nothing may aggregate. */
export const noAggregator: WiringParts["aggregator"] = {
  aggregate: () => {
    throw new InvariantError("only block execution aggregates");
  },
};
