import { domainHash } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";

/**
 * Id of a version: H("aivm/version/v1", kernel name, sha256 of the canonical manifest, parents…),
 * 32 bytes. Parents are ids of versions in byte order.
 */
export function computeVersionId(
  name: string,
  manifestHash: Uint8Array,
  parents: readonly Uint8Array[],
): Uint8Array {
  return domainHash("aivm/version/v1", utf8(name), manifestHash, ...parents);
}
