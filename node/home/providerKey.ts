import { randomBytes } from "node:crypto";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { VRF_KEY_BYTES } from "#core/crypto/ecvrf.js";
import { fromBase64, toBase64 } from "#core/primitives/bytes.js";
import { homeFile } from "./errors.js";
import { jsonText, readJsonObject, writeSecretText } from "./files.js";

/** Secrets of an inference provider. */
export interface ProviderKey {
  /** Seed of the VRF key that proves beacons, 32 bytes. */
  readonly vrfSeed: Uint8Array;
  /** What the salts of commitments derive from, 32 bytes. */
  readonly nodeSecret: Uint8Array;
  /** Seeds of keys that were replaced and may be in effect still. */
  readonly previousVrfSeeds: readonly Uint8Array[];
}

const ADVICE =
  "restore it from the backup, together with the consensus key; without it this validator can neither propose blocks nor reveal what it has committed to";

const NOTE =
  "Back this file up together with priv_validator_key.json. Whoever has it can foretell this validator's randomness and read its commitments.";

const SECRET_BYTES = 32;

/** New secrets from the operating system's randomness. */
export function createProviderKey(): ProviderKey {
  return {
    vrfSeed: new Uint8Array(randomBytes(VRF_KEY_BYTES)),
    nodeSecret: new Uint8Array(randomBytes(SECRET_BYTES)),
    previousVrfSeeds: [],
  };
}

/** Writes the secrets so that only their owner can read them. */
export function writeProviderKey(path: string, key: ProviderKey): void {
  const json = {
    note: NOTE,
    vrf_seed: toBase64(key.vrfSeed),
    node_secret: toBase64(key.nodeSecret),
    previous_vrf_seeds: key.previousVrfSeeds.map(toBase64),
  };
  writeSecretText(path, jsonText(json));
}

/** Reads what {@link writeProviderKey} wrote; fails with `home/2`. */
export function readProviderKey(path: string): ProviderKey {
  const json = readJsonObject(path, ADVICE);
  const previous = json["previous_vrf_seeds"] ?? [];
  if (!Array.isArray(previous)) throw malformed(path, "previous_vrf_seeds");
  return {
    vrfSeed: secretOf(path, json, "vrf_seed"),
    nodeSecret: secretOf(path, json, "node_secret"),
    previousVrfSeeds: previous.map((seed, index) =>
      readSecret(path, seed, `previous_vrf_seeds[${index}]`),
    ),
  };
}

function secretOf(path: string, json: JsonObject, name: string): Uint8Array {
  return readSecret(path, json[name], name);
}

function readSecret(path: string, json: JsonValue | undefined, name: string): Uint8Array {
  const bytes = typeof json === "string" ? fromBase64(json) : undefined;
  if (bytes?.length !== SECRET_BYTES) throw malformed(path, name);
  return bytes;
}

function malformed(path: string, name: string): Error {
  return homeFile({ path, problem: `${name} is not 32 bytes in base64`, advice: ADVICE });
}
