import { existsSync, readFileSync } from "node:fs";
import type { ValidatorCapabilities } from "#app/validator.js";
import type { AbciApplication } from "#core/abci/application.js";
import type { DaemonHooks } from "#node/daemon/daemon.js";
import { forwarding } from "#node/daemon/forwarding.js";
import { type FaultName, FAULTS } from "./faults.js";

/**
 * A validator that has the fault whose name is in a file, from the next call on; none while the
 * file is empty or not there. What a fault remembers begins with its first call.
 */
export function switching(file: string): DaemonHooks {
  const now = (): DaemonHooks => {
    const name = existsSync(file) ? readFileSync(file, "utf8") : "";
    return name === "" ? {} : FAULTS[name as FaultName];
  };
  return {
    adaptApplication: (application) => applicationOf(application, now),
    adaptValidator: (validator) => validatorOf(validator, now),
  };
}

function applicationOf(honest: AbciApplication, now: () => DaemonHooks): AbciApplication {
  const known = new Map<DaemonHooks, AbciApplication>();
  const turn = (): AbciApplication => {
    const fault = now();
    const application = known.get(fault) ?? forwarding(fault.adaptApplication?.(honest) ?? honest);
    if (fault.adaptApplication !== undefined) known.set(fault, application);
    return application;
  };
  return forwarding(
    new Proxy(forwarding(honest), {
      get: (_, call): unknown => Reflect.get(turn(), call),
    }),
  );
}

function validatorOf(honest: ValidatorCapabilities, now: () => DaemonHooks): ValidatorCapabilities {
  const turn = (): ValidatorCapabilities => now().adaptValidator?.(honest) ?? honest;
  return {
    ...honest,
    receipts: {
      findFinished: (id) => turn().receipts.findFinished(id),
      hasDeclined: (id) => turn().receipts.hasDeclined(id),
      isAvailable: () => turn().receipts.isAvailable(),
    },
  };
}
