import type { MsgRouter } from "#core/baseapp/router.js";
import {
  MsgMultiSend,
  MsgMultiSendResponse,
  MsgSend,
  MsgSendResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { BANK_MODULE } from "../types/keys.js";
import { validateMultiSend, validateSend } from "../types/msgs.js";
import { type BankHandlers, multiSend, send } from "./send.js";

/** Routes every message of the module to its handler. */
export function registerBankMsgs(router: MsgRouter, bank: BankHandlers): void {
  router.add(BANK_MODULE, {
    codec: MsgSend,
    responseCodec: MsgSendResponse,
    signers: (msg) => [msg.fromAddress],
    validate: validateSend,
    handle: (ctx, msg) => send(ctx, bank, msg),
  });
  router.add(BANK_MODULE, {
    codec: MsgMultiSend,
    responseCodec: MsgMultiSendResponse,
    signers: (msg) => msg.inputs.map((input) => input.address),
    validate: validateMultiSend,
    handle: (ctx, msg) => multiSend(ctx, bank, msg),
  });
}
