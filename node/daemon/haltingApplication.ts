import type { AbciApplication } from "#core/abci/application.js";
import { forwarding } from "./forwarding.js";

/** Thrown instead of executing a block above the halt height. */
class HaltHeightError extends Error {
  constructor(haltHeight: bigint) {
    super(`no block above the halt height ${haltHeight} is executed`);
    this.name = "HaltHeightError";
  }
}

/**
 * Executes no block above `haltHeight` and tells `onHalt` once that height is committed. A node
 * that catches up commits many blocks a second, so asking it to stop would not be exact.
 */
export function haltingApplication(
  application: AbciApplication,
  haltHeight: bigint,
  onHalt: () => void,
): AbciApplication {
  let height = 0n;
  return {
    ...forwarding(application),
    finalizeBlock: (request) => {
      if (request.height > haltHeight) throw new HaltHeightError(haltHeight);
      height = request.height;
      return application.finalizeBlock(request);
    },
    commit: () => {
      const response = application.commit();
      if (height >= haltHeight) onHalt();
      return response;
    },
  };
}
