import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";

/** A kernel version before it is on the chain: what `aivmd kernel build` makes of a folder. */
export interface KernelBundle {
  readonly manifest: Manifest;
  /** Bytes of the artifacts in any order; the manifest names them by digest. */
  readonly artifacts: readonly Uint8Array[];
}

/** An artifact that a manifest names, with its bytes when the bundle has them. */
export interface NamedArtifact {
  /** sha256 of the bytes. */
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Every artifact that the bundle's manifest names, each once, in byte order of the digests.
 *
 * @example
 * const missing = namedArtifacts(bundle).filter(({ bytes }) => bytes === undefined);
 */
export function namedArtifacts({ manifest, artifacts }: KernelBundle): NamedArtifact[] {
  const byDigest = new Map(artifacts.map((bytes) => [toHex(sha256(bytes)), bytes]));
  return manifestArtifacts(manifest).map((digest) => ({
    digest,
    bytes: byDigest.get(toHex(digest)),
  }));
}
