import { type ServerInterceptor, ServerInterceptingCall, status } from "@grpc/grpc-js";
import type { Peer } from "./connections.js";

/** Reflection is a conversation: a client may think between two questions. */
const CONVERSATION_MS = 600_000;
/** What a client gets to read the status. */
const FAREWELL_MS = 1_000;

/**
 * Ends a call with DEADLINE_EXCEEDED whose request has not arrived after so many milliseconds, and
 * its connection a moment later: clients that send slowly, or never end, would keep their places
 * for ever, as a stream stays open until both sides have ended it.
 */
export function arrivalLimit(timeoutMs: number, endPeer: (peer: Peer) => void): ServerInterceptor {
  return (method, call) => {
    const expire = (): void => {
      const details = "the request took too long to arrive";
      call.sendStatus({ code: status.DEADLINE_EXCEEDED, details });
      setTimeout(endPeer, FAREWELL_MS, call.getConnectionInfo()).unref();
    };
    const timer = setTimeout(expire, method.requestStream ? CONVERSATION_MS : timeoutMs);
    timer.unref();
    return new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveHalfClose: (proceed) => {
            clearTimeout(timer);
            proceed();
          },
          onCancel: () => {
            clearTimeout(timer);
          },
        });
      },
    });
  };
}
