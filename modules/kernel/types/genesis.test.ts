import { describe, expect, test } from "vitest";
import {
  type Artifact,
  type GenesisState,
  type Kernel,
  Manifest,
  type RoyaltyShare,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { notCanonical } from "#core/codec/errors.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import {
  accountText,
  bytesOf,
  chunksOf,
  KernelFixture,
  kernelParts,
  manifestOf,
} from "#test/harness/kernelFixture.js";
import { exportGenesis } from "../keeper/genesis.js";
import { invalidManifest } from "./errors.js";
import { defaultGenesis, validateGenesis } from "./genesis.js";
import {
  invalidAccess,
  invalidGenesis,
  invalidParams,
  invalidParents,
  invalidRoyalty,
} from "./registryErrors.js";
import { computeVersionId } from "./versionId.js";

/**
 * Kernels digits (ACTIVE, then REJECTED) and iris (VALIDATING), artifacts of the first in places 0
 * to 2, of the second in 3 to 5, of the third in 6 to 8; in place 9 an upload with its second chunk
 * of three.
 */
function sample(): GenesisState {
  const kernels = new KernelFixture();
  kernels.settle(kernels.publishNew("alice", "digits", "a"));
  kernels.settle(kernels.publishNew("alice", "digits", "b"), { accepted: false, reason: "no" });
  kernels.publishNew("bob", "iris", "c");
  const bytes = bytesOf("open", 3_000);
  kernels.create("carol", sha256(bytes), 3_000n);
  kernels.chunk("carol", sha256(bytes), { index: 1, data: chunksOf(bytes)[1]! });
  return exportGenesis(kernels.ctx, kernels.keeper.state);
}

const GOOD = sample();

function replace<T>(list: readonly T[], place: number, change: (one: T) => T): T[] {
  return list.map((one, index) => (index === place ? change(one) : one));
}

function withKernel(place: number, changes: Partial<Kernel>): GenesisState {
  return { ...GOOD, kernels: replace(GOOD.kernels, place, (one) => ({ ...one, ...changes })) };
}

function withVersion(place: number, changes: Partial<Version>): GenesisState {
  const versions = replace(GOOD.versions, place, (one) => ({
    ...one,
    version: { ...one.version, ...changes },
  }));
  return { ...GOOD, versions };
}

/** Changes the manifest of a version together with its hash and id. */
function withManifest(place: number, change: (manifest: Manifest) => Uint8Array): GenesisState {
  const versions = replace(GOOD.versions, place, ({ version, manifest }) => {
    const bytes = change(Manifest.decode(manifest));
    const manifestHash = sha256(bytes);
    const { name } = Manifest.decode(bytes);
    const id = computeVersionId(name, manifestHash, version.parents);
    return { version: { ...version, manifestHash, id }, manifest: bytes };
  });
  return { ...GOOD, versions };
}

function withArtifact(place: number, changes: Partial<Artifact>): GenesisState {
  const artifacts = replace(GOOD.artifacts, place, (one) => ({
    ...one,
    artifact: { ...one.artifact, ...changes },
  }));
  return { ...GOOD, artifacts };
}

function withChunks(
  place: number,
  change: (chunks: GenesisState["artifacts"][number]["chunks"]) => typeof chunks,
): GenesisState {
  const artifacts = replace(GOOD.artifacts, place, (one) => ({
    ...one,
    chunks: change(one.chunks),
  }));
  return { ...GOOD, artifacts };
}

type Case = readonly [string, GenesisState, ErrorFactory?];

const reversed = (bytes: Uint8Array): Uint8Array =>
  concatBytes(bytes.subarray(2), bytes.subarray(0, 2));
const MODEL = sha256(kernelParts("a").model);

const KERNEL_CASES: readonly Case[] = [
  [
    "parameters that cannot work",
    { ...GOOD, params: { ...GOOD.params, maxGas: 0n } },
    invalidParams,
  ],
  ["kernels out of order", { ...GOOD, kernels: [...GOOD.kernels].reverse() }],
  ["a name that occurs twice", withKernel(1, { name: "digits" })],
  ["an owner who is nobody", withKernel(0, { owner: "" }), invalidAddress],
  ["a kernel id that was not given out", { ...GOOD, nextKernelId: 2n }],
  ["a kernel id of zero", withKernel(0, { id: 0n })],
  ["a wrong number of versions", withKernel(0, { versionCount: 3n })],
  ["a negative height of creation", withKernel(0, { createdHeight: -1n })],
  ["an active version that is not the head", withKernel(0, { headVersionId: new Uint8Array(0) })],
  ["a head that is not active", withKernel(1, { headVersionId: GOOD.versions[2]!.version.id })],
  ["a kernel without versions", { ...GOOD, versions: GOOD.versions.slice(0, 2) }],
];

const VERSION_CASES: readonly Case[] = [
  ["a version of no kernel", homeless()],
  ["numbers that do not count", withVersion(1, { number: 3n })],
  [
    "kernels' versions out of order",
    { ...GOOD, versions: [GOOD.versions[2]!, ...GOOD.versions.slice(0, 2)] },
  ],
  ["parents that are no ids", withVersion(0, { parents: [MODEL, MODEL] }), invalidParents],
  [
    "a manifest of another kernel",
    withManifest(1, (manifest) => Manifest.encode({ ...manifest, name: "iris" })),
  ],
  [
    "a manifest that is not canonical",
    withManifest(2, (manifest) => reversed(Manifest.encode(manifest))),
    notCanonical,
  ],
  ["a wrong manifest hash", withVersion(0, { manifestHash: MODEL })],
  ["a wrong id", withVersion(1, { id: MODEL })],
  [
    "an active version that breaks a limit",
    withManifest(2, (manifest) => Manifest.encode({ ...manifest, hardware: "gpu" })),
    invalidManifest,
  ],
  ["an unknown status", withVersion(1, { status: 9 as VersionStatus })],
  ["a status of nothing", withVersion(1, { status: VersionStatus.UNSPECIFIED })],
  ["a publisher who is nobody", withVersion(0, { publisher: "" }), invalidAddress],
  ["a deposit in another denomination", withVersion(0, { deposit: coin("uatom", 1n) })],
  ["a deposit that is no amount", withVersion(0, { deposit: { denom: "unes", amount: "-1" } })],
  ["a deposit of a rejected version", withVersion(1, { deposit: coin("unes", 1n) })],
  [
    "a fee of a version that is not validating",
    withVersion(0, { validationFee: coin("unes", 1n) }),
  ],
  ["a negative height of publication", withVersion(0, { publishedHeight: -1n })],
  ["a negative height of validation", withVersion(0, { validationHeight: -1n })],
  ["a negative height of suspension", withVersion(0, { suspendedUntil: -1n })],
  ["more validation jobs than a version gets", withVersion(2, { validationAttempts: 4 })],
  ["gas of buckets that there are not", withVersion(0, { bucketGas: [5n] })],
  ["a parent that does not exist", parentless()],
  ["a queue with a stranger", { ...GOOD, awaitingValidation: [MODEL] }],
  [
    "a queue with an active version",
    { ...GOOD, awaitingValidation: [GOOD.versions[0]!.version.id] },
  ],
  [
    "a queue with a version twice",
    { ...GOOD, awaitingValidation: [...GOOD.awaitingValidation, ...GOOD.awaitingValidation] },
  ],
];

/** A version more, of a kernel that does not exist. */
function homeless(): GenesisState {
  const last = GOOD.versions[2]!;
  const version = { ...last.version, kernelId: 9n };
  return { ...GOOD, versions: [...GOOD.versions, { ...last, version }] };
}

/** The rejected version derives from nothing that exists. */
function parentless(): GenesisState {
  const parents = [MODEL];
  const { manifestHash } = GOOD.versions[1]!.version;
  return withVersion(1, { parents, id: computeVersionId("digits", manifestHash, parents) });
}

const ARTIFACT_CASES: readonly Case[] = [
  ["upload ids out of order", { ...GOOD, artifacts: [...GOOD.artifacts].reverse() }],
  ["an upload id that was not given out", { ...GOOD, nextUploadId: 10n }],
  ["an upload id of zero", withArtifact(0, { uploadId: 0n })],
  ["an uploader who is nobody", withArtifact(0, { uploader: "" }), invalidAddress],
  ["a short digest", withArtifact(9, { digest: new Uint8Array(31) })],
  ["a size of nothing", withArtifact(9, { size: 0n })],
  ["chunks of nothing", withArtifact(9, { chunkSize: 0n })],
  ["more chunks than an artifact may have", withArtifact(9, { chunkSize: 1n, size: 8_193n })],
  ["an artifact that occurs twice", twice()],
  ["references that nobody makes", withArtifact(3, { references: 1n, expiryHeight: 0n })],
  ["references that are not counted", withArtifact(0, { references: 0n, expiryHeight: 9n })],
  ["an artifact that is not there", { ...GOOD, artifacts: GOOD.artifacts.slice(1) }],
  ["an unreferenced artifact that never expires", withArtifact(3, { expiryHeight: 0n })],
  ["a referenced artifact that expires", withArtifact(0, { expiryHeight: 5n })],
  ["a negative height of expiry", withArtifact(3, { expiryHeight: -1n })],
  ["a deposit of a referenced artifact", withArtifact(0, { deposit: coin("unes", 1n) })],
  ["a deposit in another denomination", withArtifact(9, { deposit: coin("uatom", 1n) })],
  ["a bitmap of a complete artifact", withArtifact(0, { receivedChunks: Uint8Array.of(1) })],
  ["a missing chunk", withChunks(0, (chunks) => chunks.slice(1))],
  ["a chunk too many", withChunks(0, (chunks) => [...chunks, { index: 2n, data: MODEL }])],
  ["chunks out of order", withChunks(0, (chunks) => [...chunks].reverse())],
  [
    "bytes that do not hash to the digest",
    withChunks(0, (chunks) =>
      replace(chunks, 0, (one) => ({ ...one, data: new Uint8Array(1_024) })),
    ),
  ],
  ["a bitmap that is too long", withArtifact(9, { receivedChunks: Uint8Array.of(2, 0) })],
  ["a bitmap with bits behind its end", withArtifact(9, { receivedChunks: Uint8Array.of(10) })],
  ["an upload of all chunks", withArtifact(9, { receivedChunks: Uint8Array.of(7) })],
  ["a chunk that the bitmap does not name", withArtifact(9, { receivedChunks: Uint8Array.of(1) })],
  ["a chunk of an upload too few", withChunks(9, () => [])],
  ["a chunk of an upload too many", withChunks(9, (chunks) => [...chunks, ...chunks])],
  ["a chunk of an upload with a wrong length", withChunks(9, () => [{ index: 1n, data: MODEL }])],
];

/** The upload becomes a second one of its uploader for the same digest. */
function twice(): GenesisState {
  const upload = GOOD.artifacts[9]!;
  const again = { ...upload, artifact: { ...upload.artifact, uploadId: 11n } };
  return { ...GOOD, artifacts: [...GOOD.artifacts, again], nextUploadId: 12n };
}

const BOB = accountText("bob");

const CHOICE_CASES: readonly Case[] = [
  ["access to no kernel", { ...GOOD, access: [{ kernelId: 99n, allowed: [] }] }],
  [
    "access to a kernel twice",
    {
      ...GOOD,
      access: [
        { kernelId: 1n, allowed: [] },
        { kernelId: 1n, allowed: [] },
      ],
    },
  ],
  [
    "access for an account twice",
    { ...GOOD, access: [{ kernelId: 1n, allowed: [BOB, BOB] }] },
    invalidAccess,
  ],
  ["a royalty of no kernel", royalty({}, 99n)],
  ["a royalty of nothing", { ...GOOD, royalties: [{ kernelId: 1n, shares: [] }] }],
  ["a royalty of more than the whole", royalty({ bps: 10_001 }), invalidRoyalty],
  ["a royalty for no kernel", royalty({ address: "", kernel: "nothing" })],
  ["a deposit of a version that was taken down", revokedWithDeposit()],
  ["a negative height of a takedown", withVersion(0, { revokedHeight: -1n })],
  [
    "an authority that is nobody",
    { ...GOOD, params: { ...GOOD.params, authority: "gov" } },
    invalidAddress,
  ],
];

function royalty(changes: Partial<RoyaltyShare>, kernelId = 1n): GenesisState {
  const share = { address: BOB, kernel: "", bps: 1, ...changes };
  return { ...GOOD, royalties: [{ kernelId, shares: [share] }] };
}

/** The rejected version was taken down instead. */
function revokedWithDeposit(): GenesisState {
  return withVersion(1, { status: VersionStatus.REVOKED, deposit: coin("unes", 1n) });
}

describe("a kernel section", () => {
  test("the default one and one of a living chain are valid", () => {
    for (const genesis of [defaultGenesis("unes"), GOOD]) {
      expect(
        caught(() => {
          validateGenesis(genesis);
        }),
      ).toBeUndefined();
    }
  });

  test("versions that no longer run may break limits that were tightened since", () => {
    const rejected = withManifest(1, (manifest) =>
      Manifest.encode({ ...manifest, hardware: "gpu" }),
    );
    expect(
      caught(() => {
        validateGenesis(rejected);
      }),
    ).toBeUndefined();
  });

  test.each(
    [...KERNEL_CASES, ...VERSION_CASES, ...ARTIFACT_CASES, ...CHOICE_CASES].map(
      ([name, genesis, expected]) => {
        return { name, genesis, expected: expected ?? invalidGenesis };
      },
    ),
  )("$name is refused", ({ genesis, expected }) => {
    const error = caught(() => {
      validateGenesis(genesis);
    });
    expect(expected.is(error), String(error)).toBe(true);
  });

  test("the manifest in it is the canonical one that was published", () => {
    const manifest = Manifest.encode(manifestOf("digits", kernelParts("a"), "a"));
    expect(GOOD.versions[0]!.manifest).toEqual(manifest);
  });
});
