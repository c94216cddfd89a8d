import type { Wiring } from "#app/wiring.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import * as sdkErrors from "#core/primitives/sdkErrors.js";
import * as authErrors from "#modules/auth/types/errors.js";
import * as bankErrors from "#modules/bank/types/errors.js";
import * as inferenceErrors from "#modules/inference/types/errors.js";
import * as kernelErrors from "#modules/kernel/types/errors.js";
import * as registryErrors from "#modules/kernel/types/registryErrors.js";
import * as rewardErrors from "#modules/reward/types/errors.js";
import * as stakingErrors from "#modules/staking/types/errors.js";
import { networkOutcomes } from "./network.js";
import { expectedOutcomes } from "./outcomes.js";

const TABLES: readonly object[] = [
  sdkErrors,
  authErrors,
  bankErrors,
  inferenceErrors,
  kernelErrors,
  registryErrors,
  rewardErrors,
  stakingErrors,
];

/** Something that simulations must meet. */
export interface Target {
  readonly name: string;
  /** The error's sentence; empty for what is no error. */
  readonly summary: string;
}

/** Every message, error code, fault and end of the six modules, and what befalls nodes. */
export function coverageTargets({ modules }: Wiring): Target[] {
  const messages = modules.msgs.routes().map(({ codec }) => `message ${codec.typeUrl}`);
  const plain = [...messages, ...expectedOutcomes(), ...networkOutcomes()].map((name) => ({
    name,
    summary: "",
  }));
  return [...plain, ...errorTargets()];
}

function errorTargets(): Target[] {
  return TABLES.flatMap((table) => Object.values(table) as unknown[])
    .filter(isErrorFactory)
    .map(({ spec }) => ({ name: `error ${spec.codespace}/${spec.code}`, summary: spec.summary }));
}

function isErrorFactory(value: unknown): value is ErrorFactory {
  return typeof value === "function" && "spec" in value;
}
