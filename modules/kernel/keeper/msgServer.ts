import type { MsgRouter } from "#core/baseapp/router.js";
import {
  MsgCreateArtifact,
  MsgCreateArtifactResponse,
  MsgDeprecateVersion,
  MsgDeprecateVersionResponse,
  MsgPublishVersion,
  MsgPublishVersionResponse,
  MsgReleaseArtifact,
  MsgReleaseArtifactResponse,
  MsgSetAccess,
  MsgSetAccessResponse,
  MsgSetHead,
  MsgSetHeadResponse,
  MsgSetPrice,
  MsgSetPriceResponse,
  MsgSetRoyalty,
  MsgSetRoyaltyResponse,
  MsgSetShadowPolicy,
  MsgSetShadowPolicyResponse,
  MsgStartShadow,
  MsgStartShadowResponse,
  MsgStopShadow,
  MsgStopShadowResponse,
  MsgTakeDownVersion,
  MsgTakeDownVersionResponse,
  MsgTransferKernel,
  MsgTransferKernelResponse,
  MsgUploadChunk,
  MsgUploadChunkResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { KERNEL_MODULE } from "../types/keys.js";
import {
  validateCreateArtifact,
  validateDeprecateVersion,
  validatePublishVersion,
  validateReleaseArtifact,
  validateSetAccess,
  validateSetHead,
  validateSetPrice,
  validateSetRoyalty,
  validateTakeDownVersion,
  validateTransferKernel,
  validateUploadChunk,
} from "../types/msgs.js";
import {
  validateSetShadowPolicy,
  validateStartShadow,
  validateStopShadow,
} from "../types/shadow.js";
import { createArtifact } from "./createArtifact.js";
import { deprecateVersion } from "./deprecateVersion.js";
import type { KernelState } from "./kernelState.js";
import { publishVersion } from "./publishVersion.js";
import { releaseArtifact } from "./releaseArtifact.js";
import { setAccess } from "./setAccess.js";
import { setHead } from "./setHead.js";
import { setPrice } from "./setPrice.js";
import { setRoyalty } from "./setRoyalty.js";
import { setShadowPolicy } from "./shadow/setShadowPolicy.js";
import { startShadow } from "./shadow/startShadow.js";
import { stopShadow } from "./shadow/stopShadow.js";
import { takeDownVersion } from "./takeDownVersion.js";
import { transferKernel } from "./transferKernel.js";
import { uploadChunk } from "./uploadChunk.js";

/** Routes every message of the module to its handler. */
export function registerKernelMsgs(router: MsgRouter, state: KernelState): void {
  registerArtifactMsgs(router, state);
  registerVersionMsgs(router, state);
  registerOwnerMsgs(router, state);
  registerShadowMsgs(router, state);
}

function registerArtifactMsgs(router: MsgRouter, state: KernelState): void {
  router.add(KERNEL_MODULE, {
    codec: MsgCreateArtifact,
    responseCodec: MsgCreateArtifactResponse,
    signers: (msg) => [msg.uploader],
    validate: validateCreateArtifact,
    handle: (ctx, msg) => createArtifact(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgUploadChunk,
    responseCodec: MsgUploadChunkResponse,
    signers: (msg) => [msg.uploader],
    validate: validateUploadChunk,
    handle: (ctx, msg) => uploadChunk(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgReleaseArtifact,
    responseCodec: MsgReleaseArtifactResponse,
    signers: (msg) => [msg.uploader],
    validate: validateReleaseArtifact,
    handle: (ctx, msg) => releaseArtifact(ctx, state, msg),
  });
}

function registerVersionMsgs(router: MsgRouter, state: KernelState): void {
  router.add(KERNEL_MODULE, {
    codec: MsgPublishVersion,
    responseCodec: MsgPublishVersionResponse,
    signers: (msg) => [msg.owner],
    validate: validatePublishVersion,
    handle: (ctx, msg) => publishVersion(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgDeprecateVersion,
    responseCodec: MsgDeprecateVersionResponse,
    signers: (msg) => [msg.owner],
    validate: validateDeprecateVersion,
    handle: (ctx, msg) => deprecateVersion(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgTakeDownVersion,
    responseCodec: MsgTakeDownVersionResponse,
    signers: (msg) => [msg.authority],
    validate: validateTakeDownVersion,
    handle: (ctx, msg) => takeDownVersion(ctx, state, msg),
  });
}

function registerOwnerMsgs(router: MsgRouter, state: KernelState): void {
  router.add(KERNEL_MODULE, {
    codec: MsgSetHead,
    responseCodec: MsgSetHeadResponse,
    signers: (msg) => [msg.owner],
    validate: validateSetHead,
    handle: (ctx, msg) => setHead(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgTransferKernel,
    responseCodec: MsgTransferKernelResponse,
    signers: (msg) => [msg.owner],
    validate: validateTransferKernel,
    handle: (ctx, msg) => transferKernel(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgSetAccess,
    responseCodec: MsgSetAccessResponse,
    signers: (msg) => [msg.owner],
    validate: validateSetAccess,
    handle: (ctx, msg) => setAccess(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgSetRoyalty,
    responseCodec: MsgSetRoyaltyResponse,
    signers: (msg) => [msg.owner],
    validate: validateSetRoyalty,
    handle: (ctx, msg) => setRoyalty(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgSetPrice,
    responseCodec: MsgSetPriceResponse,
    signers: (msg) => [msg.owner],
    validate: validateSetPrice,
    handle: (ctx, msg) => setPrice(ctx, state, msg),
  });
}

function registerShadowMsgs(router: MsgRouter, state: KernelState): void {
  router.add(KERNEL_MODULE, {
    codec: MsgStartShadow,
    responseCodec: MsgStartShadowResponse,
    signers: (msg) => [msg.owner],
    validate: validateStartShadow,
    handle: (ctx, msg) => startShadow(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgStopShadow,
    responseCodec: MsgStopShadowResponse,
    signers: (msg) => [msg.owner],
    validate: validateStopShadow,
    handle: (ctx, msg) => stopShadow(ctx, state, msg),
  });
  router.add(KERNEL_MODULE, {
    codec: MsgSetShadowPolicy,
    responseCodec: MsgSetShadowPolicyResponse,
    signers: (msg) => [msg.owner],
    validate: validateSetShadowPolicy,
    handle: (ctx, msg) => setShadowPolicy(ctx, state, msg),
  });
}
