import type { Context } from "#core/baseapp/context.js";
import type {
  Artifact,
  MsgReleaseArtifact,
  MsgReleaseArtifactResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { artifactReferenced, notUploader, unknownArtifact } from "../types/registryErrors.js";
import { uploaderOf } from "./artifactBook.js";
import { dropArtifact } from "./dropArtifact.js";
import type { KernelState } from "./kernelState.js";

/**
 * Drops the signer's upload under way or, without one, the complete artifact that the signer
 * uploaded and no version refers to.
 */
export function releaseArtifact(
  ctx: Context,
  state: KernelState,
  msg: MsgReleaseArtifact,
): MsgReleaseArtifactResponse {
  const uploader = parseAddress("account", msg.uploader);
  const upload = state.artifacts.findUpload(ctx, msg.digest, uploader);
  const released = upload ?? requireOwn(state.artifacts.find(ctx, msg.digest), msg, uploader);

  dropArtifact(ctx, state, released, "released");
  return {};
}

function requireOwn(
  artifact: Artifact | undefined,
  msg: MsgReleaseArtifact,
  uploader: Address,
): Artifact {
  const digest = toHex(msg.digest);
  if (artifact === undefined) throw unknownArtifact({ digest, uploader: msg.uploader });
  if (!equalBytes(uploaderOf(artifact), uploader)) {
    throw notUploader({ digest, uploader: artifact.uploader });
  }
  const { references } = artifact;
  if (references > 0n) throw artifactReferenced({ digest, references });
  return artifact;
}
