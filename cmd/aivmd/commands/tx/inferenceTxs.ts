import { MsgChallenge, MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { fromHex } from "#core/primitives/bytes.js";
import { validateChallenge, validateRequestInference } from "#modules/inference/types/msgs.js";
import type { Ask } from "#sdk/inference/ask.js";
import { quote } from "#sdk/inference/quote.js";
import { wrongUse } from "../../errors.js";
import { readBytes, readInteger } from "../query/fieldText.js";
import { readCoin } from "./amounts.js";
import { INPUT_OPTIONS, readInputs } from "./inputs.js";
import { listFlag, type MessageSource, textFlag, type TxGroup } from "./txTable.js";

const IDS = { minimum: 1n, maximum: (1n << 64n) - 1n };

/** `aivmd tx inference`. */
export const INFERENCE_TXS: TxGroup = {
  name: "inference",
  summary: "ask kernels, challenge results",
  commands: [
    {
      name: "request",
      summary: "pay a committee to run a kernel; `aivmd kernel run` also waits for the answer",
      args: [["<kernel>", "name, or the id of a version in hex"]],
      options: [
        ...INPUT_OPTIONS,
        ["--assurance <kind>", "committee, or full: every available provider (default: committee)"],
        ["--max-price <coin>", "fail when it would cost more (default: the quote)"],
        ["--priority-fee <coin>", "paid on top for an earlier place in the queue"],
      ],
      example: "digits --input digit.json --from alice",
      build: request,
    },
    {
      name: "challenge",
      summary: "dispute a fulfilled result within its window; who is wrong pays",
      args: [["<request-id>", "number of the request"]],
      options: [
        ["--as-member", "as a member in the minority, with its pending penalty as the bond"],
        ["--digest <hex...>", "as a member: the digests of its answers, in batch order"],
      ],
      example: "7 --from alice",
      build: challenge,
    },
  ],
};

async function request(source: MessageSource): Promise<PackedMessage[]> {
  const { sender, rpc, flags } = source;
  const ask = askOf(source);
  const { price, versionId, inputs, assurance } = await quote(rpc, ask);
  const maxPrice = textFlag(flags, "maxPrice");
  const priorityFee = textFlag(flags, "priorityFee");
  const message = MsgRequestInference.create({
    requester: sender.account,
    versionId,
    inputs: [...inputs],
    assurance,
    maxPrice: maxPrice === undefined ? price : readCoin(maxPrice, "--max-price"),
    ...(priorityFee === undefined ? {} : { priorityFee: readCoin(priorityFee, "--priority-fee") }),
  });
  validateRequestInference(message);
  return [pack(MsgRequestInference, message)];
}

/** What is asked, by the words and flags of a command; fails with `cli/2`. */
export function askOf({ args: [kernel = ""], flags }: Pick<MessageSource, "args" | "flags">): Ask {
  const assurance = textFlag(flags, "assurance");
  if (assurance !== undefined && assurance !== "committee" && assurance !== "full") {
    throw wrongUse({ problem: `--assurance: neither committee nor full: ${assurance}` });
  }
  return { kernel: kernelOf(kernel), input: readInputs(flags), assurance };
}

/** A kernel's name, or the id of a version that was given in hex. */
export function kernelOf(text: string): Ask["kernel"] {
  const versionId = /^[0-9a-fA-F]{64}$/.test(text) ? fromHex(text.toLowerCase()) : undefined;
  return versionId ?? text;
}

function challenge({ sender, args: [id = ""], flags }: MessageSource): PackedMessage[] {
  const message = {
    challenger: sender.account,
    requestId: readInteger(IDS, id, "request-id"),
    asMember: flags["asMember"] === true,
    requestDigests: listFlag(flags, "digest").map((hex) => readBytes(hex, "--digest")),
  };
  validateChallenge(message);
  return [pack(MsgChallenge, message)];
}
