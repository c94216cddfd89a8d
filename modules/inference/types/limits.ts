/** Bytes of everything in a vote extension but its payloads (protocol.md section 4). */
export const MAX_ENTRY_BYTES = 1_024;

/** Largest value of the parameter `payload_bytes`. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Largest vote extension. */
export const MAX_EXTENSION_BYTES = MAX_ENTRY_BYTES + MAX_PAYLOAD_BYTES;

/** Heights whose beacons can be read. */
export const BEACON_HISTORY = 1_000n;

/** Largest value of the parameter `max_batch_requests`: an abstention bitmap of 64 bytes at most. */
export const MAX_BATCH_REQUESTS = 512;

/** Largest value of the parameter `max_inputs`. */
export const MAX_INPUTS = 256;

/** Bytes of a digest, a root, a salt, a commitment or a beacon. */
export const DIGEST_BYTES = 32;
