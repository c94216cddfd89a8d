import { type Command, Option } from "commander";
import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";

/** Which engine runs models here, instead of the one that the kernel names. */
export interface EngineFlags {
  readonly engine?: EngineName;
}

/** Engines as flags name them. */
export type EngineName = "wasm" | "native";

const ENGINES: Readonly<Record<EngineName, Engine>> = { wasm: MODEL_ENGINE, native: NATIVE_ENGINE };

/** Adds `--engine`; `when` says where it matters. */
export function addEngineFlag(command: Command, when: string): Command {
  const text = `${when}runtime of the models, whatever the Aivmfile says; the native one is faster and gives other last bits`;
  return command.addOption(new Option("--engine <engine>", text).choices(Object.keys(ENGINES)));
}

/** The engine that flags ask for; undefined for the kernel's own. */
export function engineOf({ engine }: EngineFlags): Engine | undefined {
  return engine && ENGINES[engine];
}
