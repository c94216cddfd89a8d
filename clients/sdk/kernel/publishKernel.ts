import {
  type Kernel,
  Manifest,
  MsgPublishVersion,
  MsgPublishVersionResponse,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { SdkError } from "../errors.js";
import { executeTx } from "../tx/executeTx.js";
import { msgResponse } from "../tx/msgResponse.js";
import type { TxContext } from "../tx/txContext.js";
import { type KernelBundle, type NamedArtifact, namedArtifacts } from "./bundle.js";
import { findArtifact } from "./findArtifact.js";
import { findKernel } from "./findKernel.js";
import { listVersions } from "./listVersions.js";
import { uploadArtifact, type UploadOptions } from "./uploadArtifact.js";
import { isSmallArtifact, uploadSmallArtifacts } from "./uploadSmallArtifacts.js";
import { waitForVersion } from "./waitForVersion.js";

/** How far a publication is. */
export type PublishProgress =
  | { readonly stage: "uploading"; readonly bytesDone: number; readonly bytesTotal: number }
  | { readonly stage: "publishing" }
  | { readonly stage: "validating"; readonly versionId: Uint8Array }
  | { readonly stage: "active"; readonly versionId: Uint8Array };

/** How a kernel is published. */
export interface PublishOptions extends Omit<UploadOptions, "onBytes"> {
  /** Versions that this one derives from, in byte order; the kernel's head unless given. */
  readonly parents?: readonly Uint8Array[] | undefined;
  readonly onProgress?: ((progress: PublishProgress) => void) | undefined;
  /** Milliseconds that the validation may take; 600,000 unless given. */
  readonly validationTimeoutMs?: number | undefined;
}

/** A version that is on the chain and may run. */
export interface PublishedKernel {
  readonly name: string;
  readonly version: Version;
  /** Whether this call published it; false when the kernel had a version with this manifest. */
  readonly isNew: boolean;
}

/**
 * Publishes a kernel version: uploads the artifacts that the chain lacks, publishes the manifest,
 * and waits until the providers have validated it. Calling again after a failure resumes and does
 * not pay twice. Fails with `ARTIFACT_MISSING` before anything is sent, with `VERSION_REJECTED`,
 * and with the errors of `executeTx`.
 *
 * @example
 * const { version } = await publishKernel(context, bundle, {
 *   onProgress: (progress) => console.log(progress.stage),
 * });
 */
export async function publishKernel(
  context: TxContext,
  bundle: KernelBundle,
  options: PublishOptions = {},
): Promise<PublishedKernel> {
  const { name } = bundle.manifest;
  const { onProgress, signal, validationTimeoutMs: timeoutMs } = options;
  const kernel = await findKernel(context.rpc, name, { signal });
  const parents = options.parents ?? headOf(kernel);
  const existing = kernel && (await findPublished(context, bundle, parents, options));
  const versionId = existing?.id ?? (await publish(context, bundle, parents, options));
  onProgress?.({ stage: "validating", versionId });
  const version = await waitForVersion(context, versionId, { signal, timeoutMs });
  onProgress?.({ stage: "active", versionId });
  return { name, version, isNew: existing === undefined };
}

function headOf(kernel: Kernel | undefined): Uint8Array[] {
  return kernel === undefined || kernel.headVersionId.length === 0 ? [] : [kernel.headVersionId];
}

/**
 * The version that this publication would be, in whatever state: the chain takes it once. Else one
 * with the same manifest and other parents that runs or may yet run.
 */
async function findPublished(
  { rpc }: TxContext,
  { manifest }: KernelBundle,
  parents: readonly Uint8Array[],
  { signal }: PublishOptions,
): Promise<Version | undefined> {
  const hash = manifestHash(manifest);
  const id = computeVersionId(manifest.name, hash, parents);
  const versions = await listVersions(rpc, manifest.name, { signal });
  const same = versions.filter((version) => equalBytes(version.manifestHash, hash));
  return same.find((version) => equalBytes(version.id, id)) ?? same.find(mayRun);
}

function mayRun({ status }: Version): boolean {
  return status !== VersionStatus.REJECTED && status !== VersionStatus.REVOKED;
}

/** Uploads and publishes; gives the id of the version. */
async function publish(
  context: TxContext,
  bundle: KernelBundle,
  parents: readonly Uint8Array[],
  options: PublishOptions,
): Promise<Uint8Array> {
  await uploadArtifacts(context, bundle, options);
  options.onProgress?.({ stage: "publishing" });
  const message = pack(MsgPublishVersion, {
    owner: context.signer.address,
    manifest: Manifest.encode(bundle.manifest),
    parents: [...parents],
  });
  const included = await executeTx(context, [message], options);
  return msgResponse(included, MsgPublishVersionResponse).versionId;
}

async function uploadArtifacts(
  context: TxContext,
  bundle: KernelBundle,
  options: PublishOptions,
): Promise<void> {
  const artifacts = await withBytes(context, namedArtifacts(bundle), options);
  const bytesTotal = artifacts.reduce((sum, bytes) => sum + bytes.length, 0);
  let before = 0;
  const onBytes = (sent: number): void => {
    options.onProgress?.({ stage: "uploading", bytesDone: before + sent, bytesTotal });
  };
  const small = artifacts.filter(isSmallArtifact);
  await uploadSmallArtifacts(context, small, { ...options, onBytes });
  before = small.reduce((sum, bytes) => sum + bytes.length, 0);
  for (const bytes of artifacts) {
    if (isSmallArtifact(bytes)) continue;
    await uploadArtifact(context, bytes, { ...options, onBytes });
    before += bytes.length;
  }
}

/** Bytes of the artifacts; one that the bundle lacks must be on the chain already. */
async function withBytes(
  { rpc }: TxContext,
  artifacts: readonly NamedArtifact[],
  { signal }: PublishOptions,
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for (const { digest, bytes } of artifacts) {
    if (bytes !== undefined) found.push(bytes);
    else if ((await findArtifact(rpc, { digest }, { signal })) === undefined) {
      throw new SdkError("ARTIFACT_MISSING", { digest: toHex(digest) });
    }
  }
  return found;
}
