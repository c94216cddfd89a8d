import type { Context } from "#core/baseapp/context.js";
import {
  Artifact,
  type MsgCreateArtifact,
  type MsgCreateArtifactResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { emptyBitmap } from "../types/chunks.js";
import { storageDeposit } from "../types/deposit.js";
import { artifactCreated } from "../types/events.js";
import { invalidSize, sizeMismatch } from "../types/registryErrors.js";
import { dropArtifact } from "./dropArtifact.js";
import { takeIntoEscrow } from "./escrow.js";
import type { KernelState } from "./kernelState.js";

/**
 * Opens an upload and takes its deposit. What exists already, complete or as the signer's upload,
 * is answered with its state and takes nothing. An upload belongs to its uploader alone, so that
 * nobody can hold a digest that another wants to publish.
 */
export function createArtifact(
  ctx: Context,
  state: KernelState,
  msg: MsgCreateArtifact,
): MsgCreateArtifactResponse {
  const uploader = parseAddress("account", msg.uploader);
  const artifact = state.artifacts.find(ctx, msg.digest);
  const upload = state.artifacts.findUpload(ctx, msg.digest, uploader);
  const existing = artifact ?? upload;
  if (existing === undefined) return stateOf(openUpload(ctx, state, msg, uploader));
  if (existing.size !== msg.size) {
    const digest = toHex(msg.digest);
    throw sizeMismatch({ digest, found: msg.size, expected: existing.size });
  }

  if (artifact !== undefined && upload !== undefined) {
    dropArtifact(ctx, state, upload, "redundant");
  }
  return stateOf(existing);
}

function openUpload(
  ctx: Context,
  state: KernelState,
  msg: MsgCreateArtifact,
  uploader: Address,
): Artifact {
  const params = state.params(ctx);
  const { digest, size } = msg;
  if (size > params.maxArtifactBytes) {
    throw invalidSize({ found: size, maximum: params.maxArtifactBytes });
  }

  const deposit = storageDeposit(params, size);
  takeIntoEscrow(ctx, state, uploader, deposit);
  const upload = Artifact.create({
    digest,
    size,
    chunkSize: params.chunkBytes,
    receivedChunks: emptyBitmap({ size, chunkSize: params.chunkBytes }),
    uploader: formatAddress("account", uploader),
    deposit,
    expiryHeight: ctx.height + params.uploadExpiryBlocks,
    uploadId: state.artifacts.takeUploadId(ctx),
  });
  state.artifacts.add(ctx, upload);

  ctx.emit(artifactCreated(upload));
  return upload;
}

function stateOf({ chunkSize, complete, receivedChunks }: Artifact): MsgCreateArtifactResponse {
  return { chunkSize, complete, receivedChunks };
}
