import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { invalidManifest } from "./errors.js";

const ID_BYTES = 32;

/** Digests of the adapters of a manifest. */
export function adapterDigests({ models }: Pick<Manifest, "models">): Uint8Array[] {
  return models.flatMap(({ adapterDigest }) => (adapterDigest.length === 0 ? [] : [adapterDigest]));
}

/**
 * Checks adapters: digests of 32 bytes, and a base exactly where a model has an adapter. Errors are
 * `kernel/8`; what the base must be is checked when a version is published.
 */
export function validateAdapters(manifest: Manifest): void {
  for (const [index, { adapterDigest }] of manifest.models.entries()) {
    const found = adapterDigest.length;
    if (found === 0 || found === ID_BYTES) continue;
    throw invalidManifest({ field: `models[${index}].adapter_digest`, found: `${found} bytes` });
  }
  const count = adapterDigests(manifest).length;
  const { length } = manifest.baseVersionId;
  if (length === (count === 0 ? 0 : ID_BYTES)) return;
  const found =
    count === 0 ? "a base without an adapter" : length === 0 ? "no base" : `${length} bytes`;
  throw invalidManifest({ field: "base_version_id", found });
}
