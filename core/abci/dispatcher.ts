import type {
  AbciApplication,
  AbciCall,
  AbciRequests,
  AbciResponses,
  Answer,
} from "./application.js";
import { AbciProtocolError } from "./errors.js";
import { responseToFailure } from "./failures.js";
import type { AbciIncident, FatalFailure } from "./incidents.js";
import { frameResponse, type ReadRequest, readRequest } from "./wire/messages.js";
import { REQUESTS, type WireRequest } from "./wire/requests.js";
import { RESPONSES } from "./wire/responses.js";

/** The answer to one frame, and what it means for the connection. */
export interface Reply {
  readonly frame: Uint8Array;
  /** What the peer did wrong: the connection closes behind the reply. */
  readonly problem?: string;
  /** The application's failure: nothing is answered after the reply, on any connection. */
  readonly fatal?: FatalFailure;
}

type Calls = {
  readonly [Call in AbciCall]: (request: AbciRequests[Call]) => Answer<AbciResponses[Call]>;
};

const FLUSHED: Reply = { frame: frameResponse({ flush: {} }) };

/** Turns request frames into calls of the application and their results into response frames. */
export class Dispatcher {
  readonly #calls: Calls;
  readonly #report: (incident: AbciIncident) => void;
  #halted = false;

  constructor(application: AbciApplication, report: (incident: AbciIncident) => void) {
    this.#calls = application;
    this.#report = report;
  }

  /** Whether a consensus call has failed; nothing may be served any more. */
  get halted(): boolean {
    return this.#halted;
  }

  /** Serves one frame; never throws, and the promise never rejects. */
  serve(frame: Uint8Array): Answer<Reply> {
    try {
      return this.#serveRequest(readRequest(frame));
    } catch (error) {
      if (!(error instanceof AbciProtocolError)) throw error;
      return { frame: exception(error.message), problem: error.message };
    }
  }

  #serveRequest({ member, request }: ReadRequest): Answer<Reply> {
    if (member === "flush") return FLUSHED;
    if (member === "echo") {
      return { frame: frameResponse({ echo: { message: request.echo?.message ?? "" } }) };
    }
    // The member was found in this very request.
    return this.#serveCall(member, request[member] as WireRequest<typeof member>);
  }

  #serveCall<Call extends AbciCall>(call: Call, wire: WireRequest<Call>): Answer<Reply> {
    const request = REQUESTS[call].fromWire(wire);
    try {
      const answer = this.#calls[call](request);
      if (!(answer instanceof Promise)) return replyOf(call, answer);
      return answer
        .then((response) => replyOf(call, response))
        .catch((error: unknown) => this.#failed(call, error));
    } catch (error) {
      return this.#failed(call, error);
    }
  }

  #failed(call: AbciCall, error: unknown): Reply {
    const response = responseToFailure(call, error);
    if (response !== undefined) {
      this.#report({ kind: "callFailed", call, error });
      return replyOf(call, response);
    }
    this.#halted = true;
    return { frame: exception(`${call} failed: ${String(error)}`), fatal: { call, error } };
  }
}

function replyOf<Call extends AbciCall>(call: Call, response: AbciResponses[Call]): Reply {
  return { frame: frameResponse({ [call]: RESPONSES[call].toWire(response) }) };
}

function exception(error: string): Uint8Array {
  return frameResponse({ exception: { error } });
}
