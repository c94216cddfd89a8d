import {
  type Artifact,
  type Kernel,
  type RoyaltyShare,
  ShadowEndNames,
  type ShadowPolicy,
  type ShadowRun,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { shortName } from "#core/codec/shortName.js";
import { toHex } from "#core/primitives/bytes.js";
import { type Event, event } from "#core/primitives/event.js";

/** Why an artifact or an upload was dropped. */
export type DropReason = "released" | "expired" | "redundant";

/** An upload was opened. */
export function artifactCreated(artifact: Artifact): Event {
  return event("kernel.artifact_created", [
    ["digest", toHex(artifact.digest)],
    ["uploader", artifact.uploader],
    ["size", artifact.size],
    ["expiry_height", artifact.expiryHeight],
  ]);
}

/** A chunk was stored. */
export function chunkUploaded(artifact: Artifact, index: number): Event {
  return event("kernel.chunk_uploaded", [
    ["digest", toHex(artifact.digest)],
    ["uploader", artifact.uploader],
    ["index", index],
  ]);
}

/** All bytes of an artifact arrived and hash to its digest. */
export function artifactCompleted(artifact: Artifact): Event {
  return event("kernel.artifact_completed", [
    ["digest", toHex(artifact.digest)],
    ["uploader", artifact.uploader],
  ]);
}

/** An artifact or an upload is gone and its deposit returned. */
export function artifactDropped(artifact: Artifact, reason: DropReason): Event {
  return event("kernel.artifact_dropped", [
    ["digest", toHex(artifact.digest)],
    ["uploader", artifact.uploader],
    ["reason", reason],
  ]);
}

/** A version was added to a kernel and waits for its validation job. */
export function versionPublished(kernel: Kernel, version: Version): Event {
  return event("kernel.version_published", [
    ...versionAttributes(kernel, version),
    ["publisher", version.publisher],
  ]);
}

/** A version passed its validation job. */
export function versionActivated(kernel: Kernel, version: Version): Event {
  return event("kernel.version_activated", [
    ...versionAttributes(kernel, version),
    ["model_gas", version.modelGas],
  ]);
}

/** A version did not pass its validation job. */
export function versionRejected(kernel: Kernel, version: Version): Event {
  return event("kernel.version_rejected", [
    ...versionAttributes(kernel, version),
    ["reason", version.reason],
  ]);
}

/** Too few providers answered a validation job in time: another is drawn after a height. */
export function validationPostponed(kernel: Kernel, version: Version): Event {
  return event("kernel.validation_postponed", [
    ...versionAttributes(kernel, version),
    ["attempts", version.validationAttempts],
    ["validation_height", version.validationHeight],
  ]);
}

/** The owner took a version out of the succession of heads. */
export function versionDeprecated(kernel: Kernel, version: Version): Event {
  return event("kernel.version_deprecated", versionAttributes(kernel, version));
}

/** A version was taken down for good; `reason` is the authority's. */
export function versionRevoked(kernel: Kernel, version: Version): Event {
  return event("kernel.version_revoked", [
    ...versionAttributes(kernel, version),
    ["reason", version.reason],
  ]);
}

/** Who may run a kernel was said anew: everybody, or the owner and so many accounts. */
export function accessSet(kernel: Kernel, allowed: readonly string[] | undefined): Event {
  return event("kernel.access_set", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["restricted", allowed === undefined ? "false" : "true"],
    ["allowed", allowed?.length ?? 0],
  ]);
}

/** What a kernel's owner gets is divided anew; `bps` is what others get together. */
export function royaltySet(kernel: Kernel, shares: readonly RoyaltyShare[]): Event {
  return event("kernel.royalty_set", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["shares", shares.length],
    ["bps", shares.reduce((sum, { bps }) => sum + bps, 0)],
  ]);
}

/**
 * Executions of a kernel have another price from now on; none: as each version's manifest has it.
 */
export function priceSet(kernel: Kernel): Event {
  return event("kernel.price_set", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["price", kernel.price],
  ]);
}

/** A version repeats what the head answers from now on. */
export function shadowStarted(kernel: Kernel, run: ShadowRun): Event {
  return event("kernel.shadow_started", [
    ...versionAttributes(kernel, { id: run.versionId, number: run.number }),
    ["head_version_id", toHex(run.headVersionId)],
    ["requests", run.requests],
    ["budget", `${run.budget.amount}${run.budget.denom}`],
  ]);
}

/** The last of a shadow run is known. */
export function shadowEnded(kernel: Kernel, run: ShadowRun): Event {
  return event("kernel.shadow_ended", [
    ...versionAttributes(kernel, { id: run.versionId, number: run.number }),
    ["end", shortName(ShadowEndNames, run.end)],
    ["answered", run.answered],
    ["agreed", run.agreed],
  ]);
}

/**
 * What a version must have shown before it takes the head's place was said anew; nothing for 0
 * requests.
 */
export function shadowPolicySet(kernel: Kernel, policy: ShadowPolicy): Event {
  return event("kernel.shadow_policy_set", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["min_requests", policy.minRequests],
    ["min_agreement_bps", policy.minAgreementBps],
  ]);
}

/** Requests that name the kernel run another version, or none when the id is empty. */
export function headMoved(kernel: Kernel): Event {
  return event("kernel.head_moved", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["version_id", toHex(kernel.headVersionId)],
  ]);
}

/** A kernel belongs to another account. */
export function kernelTransferred(kernel: Kernel, from: string): Event {
  return event("kernel.transferred", [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["from", from],
    ["to", kernel.owner],
  ]);
}

function versionAttributes(
  kernel: Kernel,
  version: Pick<Version, "id" | "number">,
): Array<readonly [string, string | bigint]> {
  return [
    ["kernel", kernel.name],
    ["kernel_id", kernel.id],
    ["version_id", toHex(version.id)],
    ["number", version.number],
  ];
}
