/** Most seats that a provider holds at a time: largest value of the parameter `provider_batches`. */
export const MAX_PROVIDER_BATCHES = 8;

/**
 * Largest value of the parameter `max_batch_requests`: an abstention bitmap of 32 bytes at most, so
 * that the reveals of all seats a provider can hold fit the entries of one extension.
 */
export const MAX_BATCH_REQUESTS = 256;

/** Bytes of a digest, a root, a salt, a commitment or a beacon. */
export const DIGEST_BYTES = 32;

/**
 * Bytes of everything in a vote extension but request digests and payloads (protocol.md section 4):
 * a reveal takes at most 115 bytes (two digests and a bitmap with their headers, a batch id of 64
 * bits, and the header of the whole), so that eight fit, and any other entry takes less.
 */
export const MAX_ENTRY_BYTES = 1_024;

/** Bytes of a request digest in an extension: two of header. */
const LISTED_DIGEST_BYTES = DIGEST_BYTES + 2;

/** Batch id of 64 bits, and the headers of the id and the whole. */
const COMPARISON_OVERHEAD = 16;

/** Bytes of the request digests of all seats that a provider can hold. */
export const MAX_COMPARISON_BYTES =
  MAX_PROVIDER_BATCHES * (MAX_BATCH_REQUESTS * LISTED_DIGEST_BYTES + COMPARISON_OVERHEAD);

/** Largest value of the parameter `payload_bytes`: an extension stays far below CometBFT's 1 MiB. */
export const MAX_PAYLOAD_BYTES = 524_288;

/** Largest vote extension: 595,072 bytes. */
export const MAX_EXTENSION_BYTES = MAX_ENTRY_BYTES + MAX_COMPARISON_BYTES + MAX_PAYLOAD_BYTES;

/** Largest amount that a parameter or an offer may name: queue keys are 64 bits. */
export const MAX_AMOUNT = (1n << 64n) - 1n;

/**
 * Answers that the batches of one slot ask for at most, requests times seats: what is drawn
 * together is paid together.
 */
export const ANSWERS_PER_SLOT = 4_096;

/** Payouts to seats that one block makes; settled batches beyond that close in later blocks. */
export const PAYOUTS_PER_BLOCK = 4_096;

/**
 * Validation jobs of one version at most, when too few providers answer in time. The pauses before
 * and the graces of the later ones double, so that the last begins 3 and ends 7 times
 * `max_grace_blocks` later than jobs do that are answered at once: whoever cannot run a version by
 * then could not serve requests for it either.
 */
export const VALIDATION_ATTEMPTS = 3;

/** Heights whose beacons can be read. */
export const BEACON_HISTORY = 1_000n;

/** Largest value of the parameter `max_inputs`. */
export const MAX_INPUTS = 256;
