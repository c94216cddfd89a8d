import type { AbciApplication } from "#core/abci/application.js";
import { forwarding } from "#node/daemon/forwarding.js";

/** An application that answers some calls differently; every other call goes through. */
export function adapt(
  application: AbciApplication,
  changes: Partial<AbciApplication>,
): AbciApplication {
  return { ...forwarding(application), ...changes };
}
