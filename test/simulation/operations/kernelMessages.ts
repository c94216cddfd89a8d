import {
  type Manifest,
  Manifest as ManifestCodec,
  MsgCreateArtifact,
  MsgDeprecateVersion,
  MsgPublishVersion,
  MsgReleaseArtifact,
  MsgSetAccess,
  MsgSetHead,
  MsgSetPrice,
  MsgSetRoyalty,
  MsgSetShadowPolicy,
  MsgStartShadow,
  MsgStopShadow,
  MsgTakeDownVersion,
  MsgTransferKernel,
  MsgUploadChunk,
  type RoyaltyShare,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import { compareText } from "#core/primitives/sorted.js";
import type { TestAccount } from "#test/harness/identities.js";

/** Opens an upload. */
export function createArtifact(
  from: TestAccount,
  digest: Uint8Array,
  size: number | bigint,
): PackedMessage {
  return pack(MsgCreateArtifact, { uploader: from.text, digest, size: BigInt(size) });
}

/** Uploads one chunk. */
export function uploadChunk(
  from: TestAccount,
  digest: Uint8Array,
  chunk: { readonly index: number; readonly data: Uint8Array },
): PackedMessage {
  const { index, data } = chunk;
  return pack(MsgUploadChunk, { uploader: from.text, digest, index: BigInt(index), data });
}

/** Drops an upload or an artifact. */
export function releaseArtifact(from: TestAccount, digest: Uint8Array): PackedMessage {
  return pack(MsgReleaseArtifact, { uploader: from.text, digest });
}

/** Publishes a version. */
export function publishVersion(
  from: TestAccount,
  manifest: Manifest,
  parents: readonly Uint8Array[] = [],
): PackedMessage {
  const bytes = ManifestCodec.encode(manifest);
  return pack(MsgPublishVersion, { owner: from.text, manifest: bytes, parents: [...parents] });
}

/** Takes a version out of the head's running. */
export function deprecateVersion(from: TestAccount, versionId: Uint8Array): PackedMessage {
  return pack(MsgDeprecateVersion, { owner: from.text, versionId });
}

/** Chooses the version that requests by name run. */
export function setHead(from: TestAccount, versionId: Uint8Array): PackedMessage {
  return pack(MsgSetHead, { owner: from.text, versionId });
}

/** Gives a kernel to another account. */
export function transferKernel(from: TestAccount, kernel: string, newOwner: string): PackedMessage {
  return pack(MsgTransferKernel, { owner: from.text, kernel, newOwner });
}

/** Ends a version for good. */
export function takeDownVersion(
  from: TestAccount,
  versionId: Uint8Array,
  reason = "asked for by a court",
): PackedMessage {
  return pack(MsgTakeDownVersion, { authority: from.text, versionId, reason });
}

/** Says who may run a kernel besides its owner; everybody without a list. */
export function setAccess(
  from: TestAccount,
  kernel: string,
  accounts: readonly TestAccount[] | undefined,
): PackedMessage {
  const allowed = (accounts ?? []).map(({ text }) => text).sort(compareText);
  const restricted = accounts !== undefined;
  return pack(MsgSetAccess, { owner: from.text, kernel, restricted, allowed });
}

/** Sets what a kernel's author asks for an execution. */
export function setPrice(from: TestAccount, kernel: string, price: string): PackedMessage {
  return pack(MsgSetPrice, { owner: from.text, kernel, price });
}

/** Divides what a kernel's owner gets. */
export function setRoyalty(
  from: TestAccount,
  kernel: string,
  shares: ReadonlyArray<Partial<RoyaltyShare>>,
): PackedMessage {
  const given = shares.map((share) => ({ address: "", kernel: "", bps: 100, ...share }));
  return pack(MsgSetRoyalty, { owner: from.text, kernel, shares: given });
}

/** Lets a version run beside its kernel's head. */
export function startShadow(
  from: TestAccount,
  versionId: Uint8Array,
  { requests = 2, budget = 50_000 }: { readonly requests?: number; readonly budget?: number } = {},
): PackedMessage {
  const coins = coin("unes", BigInt(budget));
  return pack(MsgStartShadow, { owner: from.text, versionId, requests, budget: coins });
}

/** Ends a kernel's shadow run. */
export function stopShadow(from: TestAccount, kernel: string): PackedMessage {
  return pack(MsgStopShadow, { owner: from.text, kernel });
}

/** Says what a version must have shown before it takes the head's place. */
export function setShadowPolicy(
  from: TestAccount,
  kernel: string,
  {
    minRequests,
    minAgreementBps,
  }: { readonly minRequests: number; readonly minAgreementBps: number },
): PackedMessage {
  return pack(MsgSetShadowPolicy, { owner: from.text, kernel, minRequests, minAgreementBps });
}
