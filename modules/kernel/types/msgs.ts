import {
  Manifest,
  type MsgCreateArtifact,
  type MsgDeprecateVersion,
  type MsgPublishVersion,
  type MsgReleaseArtifact,
  type MsgSetAccess,
  type MsgSetHead,
  type MsgSetPrice,
  type MsgSetRoyalty,
  type MsgTakeDownVersion,
  type MsgTransferKernel,
  type MsgUploadChunk,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { compareBytes, equalBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { isStrictlyAscending } from "#core/primitives/sorted.js";
import { validateAllowed } from "./access.js";
import { DIGEST_BYTES } from "./chunks.js";
import {
  invalidAccess,
  invalidDigest,
  invalidParents,
  invalidPrice,
  invalidReason,
  invalidSize,
  sameOwner,
  wrongChunkLength,
} from "./registryErrors.js";
import { isPrice } from "./manifest.js";
import { validateShares } from "./royalty.js";

/** Versions that one version may derive from: a merge of more is no merge. */
export const MAX_PARENTS = 16;

/** Checks an announcement without state: address, digest, a size of a byte or more. */
export function validateCreateArtifact(msg: MsgCreateArtifact): void {
  parseAddress("account", msg.uploader);
  requireDigest("digest", msg.digest);
  if (msg.size < 1n) throw invalidSize({ found: msg.size, minimum: 1n });
}

/** Checks a chunk without state: address, digest, a byte or more. */
export function validateUploadChunk(msg: MsgUploadChunk): void {
  parseAddress("account", msg.uploader);
  requireDigest("digest", msg.digest);
  if (msg.data.length === 0) throw wrongChunkLength({ found: 0, index: msg.index });
}

/** Checks a release without state: address, digest. */
export function validateReleaseArtifact(msg: MsgReleaseArtifact): void {
  parseAddress("account", msg.uploader);
  requireDigest("digest", msg.digest);
}

/** Checks a publication without state: address, canonical manifest, parents in byte order. */
export function validatePublishVersion(msg: MsgPublishVersion): void {
  parseAddress("account", msg.owner);
  Manifest.decodeCanonical(msg.manifest);
  validateParents(msg.parents);
}

/** Checks a deprecation without state: address, version id. */
export function validateDeprecateVersion(msg: MsgDeprecateVersion): void {
  parseAddress("account", msg.owner);
  requireDigest("version_id", msg.versionId);
}

/** Checks a choice of head without state: address, version id. */
export function validateSetHead(msg: MsgSetHead): void {
  parseAddress("account", msg.owner);
  requireDigest("version_id", msg.versionId);
}

/** Checks a transfer without state: both addresses, which differ. */
export function validateTransferKernel(msg: MsgTransferKernel): void {
  const owner = parseAddress("account", msg.owner);
  const newOwner = parseAddress("account", msg.newOwner);
  if (equalBytes(owner, newOwner)) throw sameOwner({ owner: msg.owner });
}

/** Bytes of a takedown's reason: a sentence and an address of more. */
export const MAX_REASON_BYTES = 256;

/** Checks a takedown without state: address, version id, a reason of 1 to 256 bytes. */
export function validateTakeDownVersion(msg: MsgTakeDownVersion): void {
  parseAddress("account", msg.authority);
  requireDigest("version_id", msg.versionId);
  const { length } = utf8(msg.reason);
  if (length >= 1 && length <= MAX_REASON_BYTES) return;
  throw invalidReason({ found: length, minimum: 1, maximum: MAX_REASON_BYTES });
}

/** Checks an access list without state: addresses; a list only for a kernel that is restricted. */
export function validateSetAccess(msg: MsgSetAccess): void {
  parseAddress("account", msg.owner);
  validateAllowed(msg.allowed);
  if (msg.restricted || msg.allowed.length === 0) return;
  throw invalidAccess({ problem: "accounts are named, but the kernel is not restricted" });
}

/** Checks a division without state: address, shares. */
export function validateSetRoyalty(msg: MsgSetRoyalty): void {
  parseAddress("account", msg.owner);
  validateShares(msg.shares);
}

/** Checks a price without state: address; an amount below 2^64, or nothing. */
export function validateSetPrice(msg: MsgSetPrice): void {
  parseAddress("account", msg.owner);
  if (msg.price === "" || isPrice(msg.price)) return;
  throw invalidPrice({ found: msg.price, expected: "an amount of unes below 2^64, or nothing" });
}

/** Refuses parents that are too many, not ids, out of byte order or named twice. */
export function validateParents(parents: readonly Uint8Array[]): void {
  if (parents.length > MAX_PARENTS) {
    throw invalidParents({ found: parents.length, maximum: MAX_PARENTS });
  }
  for (const parent of parents) requireDigest("parents", parent);
  if (isStrictlyAscending(parents, compareBytes)) return;
  throw invalidParents({ found: parents.map(toHex).join(", "), expected: "byte order" });
}

/** Fails with `kernel/100` unless the bytes are 32. */
export function requireDigest(field: string, digest: Uint8Array): void {
  if (digest.length !== DIGEST_BYTES) throw invalidDigest({ field, found: digest.length });
}
