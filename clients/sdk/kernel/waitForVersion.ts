import { type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Clock } from "../clock.js";
import { SdkError } from "../errors.js";
import { pollUntil, type PollOptions } from "../poll.js";
import type { RpcTransport } from "../rpc/transport.js";
import { getVersion } from "./getVersion.js";

/** Validation runs every test vector at every provider: minutes for a large model. */
const TIMEOUT_MS = 600_000;

/**
 * Waits until the validation job of a version has ended, and gives the version when it may run.
 * Fails with `VERSION_REJECTED`, whose facts hold the chain's reason, or `WAIT_TIMED_OUT`.
 *
 * @example
 * const { modelGas } = await waitForVersion({ rpc, clock: systemClock }, versionId);
 */
export async function waitForVersion(
  { rpc, clock }: { readonly rpc: RpcTransport; readonly clock: Clock },
  versionId: Uint8Array,
  options: PollOptions = {},
): Promise<Version> {
  const waiting = { ...options, timeoutMs: options.timeoutMs ?? TIMEOUT_MS };
  return pollUntil(clock, `validation of ${toHex(versionId)}`, waiting, async () => {
    const { version, manifest } = await getVersion(rpc, versionId, { signal: options.signal });
    switch (version.status) {
      case VersionStatus.ACTIVE:
      case VersionStatus.DEPRECATED:
        return version;
      case VersionStatus.REJECTED:
      case VersionStatus.REVOKED: {
        const facts = { kernel: manifest.name, versionId: toHex(versionId) };
        throw new SdkError("VERSION_REJECTED", { ...facts, reason: version.reason });
      }
      default:
        return undefined;
    }
  });
}
