import type { AbciCall } from "./application.js";

/** A call without which the node cannot go on has failed: a fault of the application. */
export interface FatalFailure {
  readonly call: AbciCall;
  readonly error: unknown;
}

/** Something that an operator may want to read about; `connection` counts from 1. */
export type AbciIncident =
  | { readonly kind: "connectionOpened"; readonly connection: number }
  | { readonly kind: "connectionClosed"; readonly connection: number }
  /** The peer sent what ABCI does not allow; its connection is closed. */
  | { readonly kind: "protocolError"; readonly connection: number; readonly problem: string }
  /** The operating system ended a connection. */
  | { readonly kind: "socketError"; readonly connection: number; readonly error: Error }
  /** A query, transaction check or snapshot call failed and was answered with an error. */
  | { readonly kind: "callFailed"; readonly call: AbciCall; readonly error: unknown }
  /** A connection could not be accepted. */
  | { readonly kind: "listenerError"; readonly error: Error };
