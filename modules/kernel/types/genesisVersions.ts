import {
  type GenesisState,
  type GenesisVersion,
  type Kernel,
  Manifest,
  type Params,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, equalBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf } from "#core/primitives/coin.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { VALIDATION_ATTEMPTS } from "#modules/inference/types/limits.js";
import { isDeposit } from "./deposit.js";
import { validateManifest } from "./manifest.js";
import { validateParents } from "./msgs.js";
import { refersToArtifacts } from "./refersToArtifacts.js";
import { invalidGenesis } from "./registryErrors.js";
import { computeVersionId } from "./versionId.js";

/**
 * Checks versions, which are ordered by kernel and number, and the queue for validation jobs. The
 * manifests of versions that run or will run must be valid under the parameters.
 */
export function validateVersions(genesis: GenesisState): void {
  const byId = new Map(genesis.versions.map(({ version }) => [toHex(version.id), version]));
  const kernels = new Map(genesis.kernels.map((kernel) => [kernel.id, kernel]));
  const numbers = new Map<bigint, bigint>();
  for (const [index, entry] of genesis.versions.entries()) {
    const at = `kernel.versions[${index}]`;
    const kernel = kernels.get(entry.version.kernelId);
    if (kernel === undefined) throw invalidGenesis({ at, problem: "no such kernel" });
    const number = (numbers.get(kernel.id) ?? 0n) + 1n;
    if (entry.version.number !== number) {
      throw invalidGenesis({ at, problem: "numbers do not count", expected: number });
    }
    numbers.set(kernel.id, number);
    validateContent(entry, kernel, at);
    validateState(entry.version, genesis.params, at);
    validateLimits(entry, genesis.params);
    const orphan = entry.version.parents.find((parent) => !byId.has(toHex(parent)));
    if (orphan !== undefined) throw invalidGenesis({ at, problem: `no parent ${toHex(orphan)}` });
  }
  requireOrder(genesis);
  validateQueue(genesis.awaitingValidation, byId);
}

function requireOrder({ versions }: GenesisState): void {
  const byKernel = versions.map(({ version }) => version.kernelId);
  const ordered = byKernel.every((id, index) => compareBig(byKernel[index - 1] ?? id, id) <= 0);
  if (!ordered) throw invalidGenesis({ at: "kernel.versions", problem: "kernels do not ascend" });
}

/** What the id is the hash of. */
function validateContent({ version, manifest }: GenesisVersion, kernel: Kernel, at: string): void {
  validateParents(version.parents);
  const { name, baseVersionId, buckets } = Manifest.decodeCanonical(manifest);
  if (name !== kernel.name) throw invalidGenesis({ at, problem: "manifest of another kernel" });
  // A version may be ACTIVE from the start, without having been measured.
  const measured = version.bucketGas.length;
  if (measured > 0 && (buckets.length === 0 || measured !== buckets.length + 1)) {
    throw invalidGenesis({ at, problem: "wrong bucket gas" });
  }
  const isBased = version.parents.some((parent) => equalBytes(parent, baseVersionId));
  if (baseVersionId.length > 0 && !isBased) {
    throw invalidGenesis({ at, problem: "base is not among the parents" });
  }
  const manifestHash = sha256(manifest);
  if (!equalBytes(version.manifestHash, manifestHash)) {
    throw invalidGenesis({ at, problem: "wrong manifest hash" });
  }
  const expected = computeVersionId(name, manifestHash, version.parents);
  if (!equalBytes(version.id, expected)) throw invalidGenesis({ at, problem: "wrong id" });
}

const KNOWN: readonly number[] = [
  VersionStatus.VALIDATING,
  VersionStatus.ACTIVE,
  VersionStatus.DEPRECATED,
  VersionStatus.REVOKED,
  VersionStatus.REJECTED,
];

function validateState(version: Version, params: Params, at: string): void {
  parseAddress("account", version.publisher);
  const { status, deposit, validationFee } = version;
  const isHeld = status === VersionStatus.VALIDATING || amountOf(validationFee) === 0n;
  const isBacked = refersToArtifacts(version) || amountOf(deposit) === 0n;
  const problems: ReadonlyArray<readonly [boolean, string]> = [
    [!KNOWN.includes(status), "unknown status"],
    [!isDeposit(deposit, params) || !isBacked, "wrong deposit"],
    [!isDeposit(validationFee, params) || !isHeld, "wrong validation fee"],
    [hasNegativeHeight(version), "negative height"],
    [version.validationAttempts > VALIDATION_ATTEMPTS, "too many validation jobs"],
  ];
  const [, problem] = problems.find(([isBroken]) => isBroken) ?? [];
  if (problem !== undefined) throw invalidGenesis({ at, problem });
}

function hasNegativeHeight(version: Version): boolean {
  const { publishedHeight, suspendedUntil, validationHeight, revokedHeight } = version;
  return [publishedHeight, suspendedUntil, validationHeight, revokedHeight].some(
    (height) => height < 0n,
  );
}

function validateLimits({ version, manifest }: GenesisVersion, params: Params): void {
  const { status } = version;
  if (status !== VersionStatus.VALIDATING && status !== VersionStatus.ACTIVE) return;
  validateManifest(Manifest.decode(manifest), params);
}

/**
 * The queue holds versions that are VALIDATING, or were taken down so, by `validation_height` and
 * id.
 */
function validateQueue(waiting: readonly Uint8Array[], byId: ReadonlyMap<string, Version>): void {
  const queued = waiting.map((id, index) => {
    const version = byId.get(toHex(id));
    if (version !== undefined && mayWait(version)) return version;
    const at = `kernel.awaiting_validation[${index}]`;
    throw invalidGenesis({ at, problem: "not a version that is validating" });
  });
  if (isStrictlyAscending(queued, compareTurn)) return;
  throw invalidGenesis({ at: "kernel.awaiting_validation", problem: "not in order" });
}

function mayWait({ status }: Version): boolean {
  return status === VersionStatus.VALIDATING || status === VersionStatus.REVOKED;
}

function compareTurn(a: Version, b: Version): number {
  return compareBig(a.validationHeight, b.validationHeight) || compareBytes(a.id, b.id);
}
