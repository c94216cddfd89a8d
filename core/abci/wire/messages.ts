import { ChainError } from "#core/primitives/errors.js";
import { Request, Response } from "#core/codec/generated/tendermint/abci.js";
import type { MessageCodec, Partial } from "#core/codec/message.js";
import { WireWriter } from "#core/codec/wire/writer.js";
import type { AbciCall } from "../application.js";
import { AbciProtocolError } from "../errors.js";

/** A member of the request or response union. */
type Member = keyof Request | keyof Response;

const CALLS: readonly AbciCall[] = [
  "checkTx",
  "query",
  "verifyVoteExtension",
  "processProposal",
  "finalizeBlock",
  "commit",
  "prepareProposal",
  "extendVote",
  "info",
  "initChain",
  "listSnapshots",
  "offerSnapshot",
  "loadSnapshotChunk",
  "applySnapshotChunk",
];

const REQUEST_MEMBERS: ReadonlyArray<keyof Request> = ["flush", ...CALLS, "echo"];
const RESPONSE_MEMBERS: ReadonlyArray<keyof Response> = [...REQUEST_MEMBERS, "exception"];

/** The names of the calls, the frequent ones first. */
export { CALLS as ABCI_CALLS };

/** A response as a frame: its length and its bytes. `response` sets one member of the union. */
export function frameResponse(response: Partial<Response>): Uint8Array {
  return frame(Response, response);
}

/** A request as a frame: its length and its bytes. `request` sets one member of the union. */
export function frameRequest(request: Partial<Request>): Uint8Array {
  return frame(Request, request);
}

function frame<T extends object>(codec: MessageCodec<T>, message: Partial<T>): Uint8Array {
  const writer = new WireWriter();
  writer.delimited(() => {
    codec.write(codec.create(message), writer);
  });
  return writer.finish();
}

/** A request and which of the union's members it is. */
export interface ReadRequest {
  readonly member: keyof Request;
  readonly request: Request;
}

/** A response and which of the union's members it is. */
export interface ReadResponse {
  readonly member: keyof Response;
  readonly response: Response;
}

/**
 * Decodes the bytes of a frame. Fails with an {@link AbciProtocolError} unless they are well-formed,
 * have only fields that ABCI 2.0 knows, and hold exactly one member of the union.
 */
export function readRequest(content: Uint8Array): ReadRequest {
  const request = decode(Request, content);
  return { request, member: onlyMember(request, REQUEST_MEMBERS, "request") };
}

/** Decodes the bytes of a frame like {@link readRequest}. */
export function readResponse(content: Uint8Array): ReadResponse {
  const response = decode(Response, content);
  return { response, member: onlyMember(response, RESPONSE_MEMBERS, "response") };
}

function decode<T extends object>(codec: MessageCodec<T>, content: Uint8Array): T {
  try {
    return codec.decode(content);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new AbciProtocolError(error.message);
  }
}

function onlyMember<M extends Member>(
  message: { readonly [Name in M]?: unknown },
  members: readonly M[],
  what: string,
): M {
  const present = members.filter((name) => message[name] !== undefined);
  const [member] = present;
  if (member === undefined) throw new AbciProtocolError(`an empty or unknown ${what}`);
  if (present.length > 1) throw new AbciProtocolError(`a ${what} of several kinds`);
  return member;
}
