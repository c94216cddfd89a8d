import {
  Assurance,
  QueryQuoteRequest,
  QueryQuoteResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  MsgSetShadowPolicy,
  MsgStartShadow,
  MsgStopShadow,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { fromHex } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { WHOLE_BPS } from "#modules/kernel/types/royalty.js";
import { maxValueSetBytes } from "#modules/kernel/types/schema.js";
import {
  MAX_SHADOW_REQUESTS,
  validateSetShadowPolicy,
  validateStartShadow,
  validateStopShadow,
} from "#modules/kernel/types/shadow.js";
import { callQuery, type QueryMethod } from "#sdk/query/callQuery.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { resolveVersion } from "../kernel/pull/resolveVersion.js";
import { readInteger } from "../query/fieldText.js";
import { readCoin } from "./amounts.js";
import { VERSION_MEANING } from "./readVersionId.js";
import { type MessageSource, textFlag, type TxGroup } from "./txTable.js";

const COUNT = { minimum: 1n, maximum: BigInt(MAX_SHADOW_REQUESTS) };
const COUNT_OR_NONE = { ...COUNT, minimum: 0n };
const BPS = { minimum: 0n, maximum: BigInt(WHOLE_BPS) };

/** How many answers of the head are repeated unless somebody says so. */
const DEFAULT_REQUESTS = "100";

/**
 * Commands of `aivmd tx kernel` that let a version show what it can before it takes the head's
 * place.
 */
export const KERNEL_SHADOW_TXS: TxGroup["commands"] = [
  {
    name: "start-shadow",
    summary: "let a version repeat what its kernel's head answers, at the owner's cost",
    args: [["<version>", VERSION_MEANING]],
    options: [
      ["--requests <count>", `answers to repeat (default: ${DEFAULT_REQUESTS})`],
      ["--budget <coin>", "taken now, the rest comes back (default: what the largest inputs cost)"],
    ],
    example: "digits@2 --requests 50 --from alice",
    build: startShadow,
  },
  {
    name: "stop-shadow",
    summary: "end a kernel's shadow run and get back what is left of its budget",
    args: [["<kernel>", "its name"]],
    example: "digits --from alice",
    build: stopShadow,
  },
  {
    name: "set-shadow-policy",
    summary: "say what a version must have shown before it takes the head's place",
    args: [
      ["<kernel>", "its name"],
      ["<requests>", "that were answered at least; 0: any active version becomes the head"],
    ],
    options: [["--agreement <bps>", "basis points that agreed with the head (default: 10000)"]],
    example: "digits 50 --agreement 9900 --from alice",
    build: setShadowPolicy,
  },
];

async function startShadow(source: MessageSource): Promise<PackedMessage[]> {
  const { sender, rpc, args, flags } = source;
  const [version = ""] = args;
  const text = textFlag(flags, "requests") ?? DEFAULT_REQUESTS;
  const requests = Number(readInteger(COUNT, text, "--requests"));
  const given = textFlag(flags, "budget");
  const known = given === undefined ? undefined : readCoin(given, "--budget");
  const id = fromHex(version.toLowerCase());
  const named =
    known !== undefined && id?.length === 32
      ? { versionId: id, budget: known }
      : await fromChain(rpc, version, { requests, known });
  const message = { owner: sender.account, requests, ...named };
  validateStartShadow(message);
  return [pack(MsgStartShadow, message)];
}

/** Id of a version as people name it, and a budget that pays for the largest inputs. */
async function fromChain(
  rpc: RpcTransport,
  text: string,
  { requests, known }: { readonly requests: number; readonly known: Coin | undefined },
): Promise<{ readonly versionId: Uint8Array; readonly budget: Coin }> {
  const { version, manifest } = await resolveVersion(rpc, text);
  if (known !== undefined) return { versionId: version.id, budget: known };
  const price = await largestPrice(rpc, version.id, manifest);
  const budget = coin(price.denom, amountOf(price) * BigInt(requests));
  return { versionId: version.id, budget };
}

const QUOTE: QueryMethod<QueryQuoteRequest, QueryQuoteResponse> = {
  path: "/aivm.inference.v1.Query/Quote",
  request: QueryQuoteRequest,
  response: QueryQuoteResponse,
};

async function largestPrice(
  rpc: RpcTransport,
  versionId: Uint8Array,
  { inputs }: Manifest,
): Promise<Coin> {
  const request = QueryQuoteRequest.create({
    versionId,
    inputBytes: maxValueSetBytes(inputs),
    inputCount: 1,
    assurance: Assurance.COMMITTEE,
  });
  const { response } = await callQuery(rpc, QUOTE, request);
  return response.price;
}

function stopShadow({ sender, args: [kernel = ""] }: MessageSource): PackedMessage[] {
  const message = { owner: sender.account, kernel };
  validateStopShadow(message);
  return [pack(MsgStopShadow, message)];
}

function setShadowPolicy({
  sender,
  args: [kernel = "", requests = ""],
  flags,
}: MessageSource): PackedMessage[] {
  const minRequests = Number(readInteger(COUNT_OR_NONE, requests, "requests"));
  const agreement = textFlag(flags, "agreement") ?? (minRequests > 0 ? String(WHOLE_BPS) : "0");
  const minAgreementBps = Number(readInteger(BPS, agreement, "--agreement"));
  const message = { owner: sender.account, kernel, minRequests, minAgreementBps };
  validateSetShadowPolicy(message);
  return [pack(MsgSetShadowPolicy, message)];
}
