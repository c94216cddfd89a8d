import { type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";

/** Whether a version keeps its artifacts and its deposit: all but rejected and revoked ones do. */
export function refersToArtifacts({ status }: Pick<Version, "status">): boolean {
  return status !== VersionStatus.REJECTED && status !== VersionStatus.REVOKED;
}
