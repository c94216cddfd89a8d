import type { MsgRouter } from "#core/baseapp/router.js";
import {
  MsgChallenge,
  MsgChallengeResponse,
  MsgRequestInference,
  MsgRequestInferenceResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { validateChallenge, validateRequestInference } from "../types/msgs.js";
import { challenge } from "./challenge.js";
import type { InferenceKeeper } from "./keeper.js";
import { requestInference } from "./requestInference.js";

/** Routes every message of the module to its handler. */
export function registerInferenceMsgs(router: MsgRouter, keeper: InferenceKeeper): void {
  router.add(INFERENCE_MODULE, {
    codec: MsgRequestInference,
    responseCodec: MsgRequestInferenceResponse,
    signers: (msg) => [msg.requester],
    validate: validateRequestInference,
    handle: (ctx, msg) => requestInference(ctx, keeper, msg),
  });
  router.add(INFERENCE_MODULE, {
    codec: MsgChallenge,
    responseCodec: MsgChallengeResponse,
    signers: (msg) => [msg.challenger],
    validate: validateChallenge,
    handle: (ctx, msg) => challenge(ctx, keeper, msg),
  });
}
