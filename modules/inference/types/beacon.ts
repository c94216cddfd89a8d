import { domainHash } from "#core/crypto/hash.js";
import { uint64ToBytes, utf8 } from "#core/primitives/bytes.js";

/** What the proposer of a height proves with its VRF key (protocol.md section 3); 32 bytes. */
export function vrfAlpha(chainId: string, height: bigint, previousBeacon: Uint8Array): Uint8Array {
  return domainHash("aivm/vrf/v1", utf8(chainId), uint64ToBytes(height), previousBeacon);
}

/** The beacon of a height from the one before and the output of the proposer's proof; 32 bytes. */
export function nextBeacon(previousBeacon: Uint8Array, vrfOutput: Uint8Array): Uint8Array {
  return domainHash("aivm/beacon/v1", previousBeacon, vrfOutput);
}
