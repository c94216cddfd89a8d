import { defineError } from "#core/primitives/errors.js";
import { KERNEL_CODESPACE } from "./errors.js";

/** A digest or a version id has not 32 bytes. */
export const invalidDigest = defineError(KERNEL_CODESPACE, {
  code: 100,
  summary: "digest does not have 32 bytes",
});

/** An artifact would be empty or larger than the parameter allows. */
export const invalidSize = defineError(KERNEL_CODESPACE, {
  code: 101,
  summary: "artifact size is out of bounds",
});

/** The artifact or the signer's upload exists with another size. */
export const sizeMismatch = defineError(KERNEL_CODESPACE, {
  code: 102,
  summary: "artifact exists with another size",
});

/** No artifact and no upload of the signer has this digest. */
export const unknownArtifact = defineError(KERNEL_CODESPACE, {
  code: 103,
  summary: "artifact does not exist",
});

/** The upload has fewer chunks. */
export const chunkOutOfRange = defineError(KERNEL_CODESPACE, {
  code: 104,
  summary: "chunk index is out of range",
});

/** A chunk is shorter or longer than the upload's layout says. */
export const wrongChunkLength = defineError(KERNEL_CODESPACE, {
  code: 105,
  summary: "chunk has a wrong length",
});

/** All chunks are there, but together they have another digest. */
export const digestMismatch = defineError(KERNEL_CODESPACE, {
  code: 106,
  summary: "chunks do not hash to the digest",
});

/** An artifact that versions refer to cannot be released. */
export const artifactReferenced = defineError(KERNEL_CODESPACE, {
  code: 107,
  summary: "artifact is in use",
});

/** Only the account that uploaded an artifact may release it. */
export const notUploader = defineError(KERNEL_CODESPACE, {
  code: 108,
  summary: "artifact belongs to another uploader",
});

/** The manifest names an artifact that is not there as a whole. */
export const artifactMissing = defineError(KERNEL_CODESPACE, {
  code: 109,
  summary: "artifact of the version is missing or incomplete",
});

/** The artifacts of a version are larger together than the parameter allows. */
export const versionTooLarge = defineError(KERNEL_CODESPACE, {
  code: 110,
  summary: "artifacts of the version are too large together",
});

/** The kernel belongs to another account. */
export const notOwner = defineError(KERNEL_CODESPACE, {
  code: 111,
  summary: "kernel belongs to another owner",
});

/** Parents are too many, not in byte order, or named twice. */
export const invalidParents = defineError(KERNEL_CODESPACE, {
  code: 112,
  summary: "parents are invalid",
});

/** A parent does not exist. */
export const unknownParent = defineError(KERNEL_CODESPACE, {
  code: 113,
  summary: "parent version does not exist",
});

/** A version with this name, manifest and parents exists. */
export const duplicateVersion = defineError(KERNEL_CODESPACE, {
  code: 114,
  summary: "version exists already",
});

/** The kernel is not among those whose aggregation code may run. */
export const codeAggregationRefused = defineError(KERNEL_CODESPACE, {
  code: 115,
  summary: "kernel may not aggregate by code",
});

/** No version has this id. */
export const unknownVersion = defineError(KERNEL_CODESPACE, {
  code: 116,
  summary: "version does not exist",
});

/** Only an active version can be deprecated. */
export const notActive = defineError(KERNEL_CODESPACE, {
  code: 117,
  summary: "version is not active",
});

/** A parameter cannot work; `field` names it. */
export const invalidParams = defineError(KERNEL_CODESPACE, {
  code: 118,
  summary: "parameters are invalid",
});

/** The kernel section of a genesis file contradicts itself; `at` names the path. */
export const invalidGenesis = defineError(KERNEL_CODESPACE, {
  code: 119,
  summary: "kernel genesis is invalid",
});

/** No kernel has this name. */
export const unknownKernel = defineError(KERNEL_CODESPACE, {
  code: 120,
  summary: "kernel does not exist",
});

/** A kernel would be given to the account that has it. */
export const sameOwner = defineError(KERNEL_CODESPACE, {
  code: 121,
  summary: "kernel belongs to this account already",
});

/** Only the account that the parameters name takes versions down. */
export const notAuthority = defineError(KERNEL_CODESPACE, {
  code: 122,
  summary: "signer is not the authority",
});

/** What was rejected or taken down is over already. */
export const notRevocable = defineError(KERNEL_CODESPACE, {
  code: 123,
  summary: "version was rejected or taken down already",
});

/** A takedown gives no reason, or too long a one. */
export const invalidReason = defineError(KERNEL_CODESPACE, {
  code: 124,
  summary: "reason is out of bounds",
});

/** An access list is too long, not in order, or of a kernel that everybody may run. */
export const invalidAccess = defineError(KERNEL_CODESPACE, {
  code: 125,
  summary: "access list is invalid",
});

/** Shares are too many, of nobody or of somebody twice, or more than the whole. */
export const invalidRoyalty = defineError(KERNEL_CODESPACE, {
  code: 126,
  summary: "royalty is invalid",
});

/**
 * The version whose models adapters change does not exist, was rejected or revoked, or is no
 * parent.
 */
export const invalidBase = defineError(KERNEL_CODESPACE, {
  code: 127,
  summary: "base version is invalid",
});

/**
 * An adapter changes a model that the base version does not have, or has with an adapter itself.
 */
export const modelNotOfBase = defineError(KERNEL_CODESPACE, {
  code: 128,
  summary: "model with an adapter is not one of the base version",
});

/** A library is too large, or libraries and data together for the memory that the code may take. */
export const filesTooLarge = defineError(KERNEL_CODESPACE, {
  code: 129,
  summary: "libraries or data are too large",
});

/** A version cannot be compared with its kernel's head; `problem` says why. */
export const notShadowable = defineError(KERNEL_CODESPACE, {
  code: 130,
  summary: "version cannot run beside the head",
});

/** A kernel has one run at a time, and a version's next one waits for the end of its last. */
export const shadowUnderWay = defineError(KERNEL_CODESPACE, {
  code: 131,
  summary: "shadow run is under way",
});

/** No version of the kernel repeats what the head answers. */
export const noShadowRun = defineError(KERNEL_CODESPACE, {
  code: 132,
  summary: "kernel has no shadow run under way",
});

/** A run would repeat no answers, or more than the parameter allows. */
export const invalidShadowRun = defineError(KERNEL_CODESPACE, {
  code: 133,
  summary: "shadow run is out of bounds",
});

/** The kernel's policy asks for more than the version has shown; `problem` says what is missing. */
export const shadowRequired = defineError(KERNEL_CODESPACE, {
  code: 134,
  summary: "version has not shown what the kernel's policy asks for",
});

/** A policy asks for what no run can show. */
export const invalidShadowPolicy = defineError(KERNEL_CODESPACE, {
  code: 135,
  summary: "shadow policy is invalid",
});

/** A kernel's price is no amount of unes, or too large a one. */
export const invalidPrice = defineError(KERNEL_CODESPACE, {
  code: 136,
  summary: "price is invalid",
});
