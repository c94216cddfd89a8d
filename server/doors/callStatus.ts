import type { QueryResponse } from "../query/messages.js";

/** Status codes of gRPC, which REST errors carry too (grpc/status.proto). */
export const StatusCode = {
  OK: 0,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

/** HTTP statuses that grpc-gateway v1.16 answers for those of gRPC; the rest are 500. */
const HTTP_STATUSES: ReadonlyMap<StatusCode, number> = new Map([
  [StatusCode.OK, 200],
  [StatusCode.INVALID_ARGUMENT, 400],
  [StatusCode.UNAUTHENTICATED, 401],
  [StatusCode.NOT_FOUND, 404],
  [StatusCode.RESOURCE_EXHAUSTED, 429],
  [StatusCode.UNIMPLEMENTED, 501],
  [StatusCode.UNAVAILABLE, 503],
  [StatusCode.DEADLINE_EXCEEDED, 504],
]);

/** The HTTP status of a gRPC status. */
export function httpStatusOf(code: StatusCode): number {
  return HTTP_STATUSES.get(code) ?? 500;
}

/** Why a call got no answer, as a door tells it. */
export class CallFailure extends Error {
  readonly code: StatusCode;
  /** What gRPC clients read; the message is what comes over ABCI and REST, status included. */
  readonly description: string;

  constructor(code: StatusCode, description: string, message: string = description) {
    super(message);
    this.name = "CallFailure";
    this.code = code;
    this.description = description;
  }
}

interface RootError {
  readonly status: StatusCode;
  /** What ends the sentence of such an error over ABCI. */
  readonly summary: string;
}

/**
 * Root errors under which ABCI reports what a method refused, as the SDK reads them back. Unlike
 * the SDK, a height of the future is the caller's mistake too, and no failure of the server.
 */
const ROOT_ERRORS: ReadonlyMap<number, RootError> = new Map([
  [4, { status: StatusCode.UNAUTHENTICATED, summary: "unauthorized" }],
  [6, { status: StatusCode.UNKNOWN, summary: "unknown request" }],
  [18, { status: StatusCode.INVALID_ARGUMENT, summary: "invalid request" }],
  [22, { status: StatusCode.NOT_FOUND, summary: "key not found" }],
  [26, { status: StatusCode.INVALID_ARGUMENT, summary: "invalid height" }],
]);

const STATUS_PREFIX = /^rpc error: code = [A-Za-z]+ desc = /;

/** What the answer to an ABCI query says went wrong; undefined when nothing did. */
export function failureOf(response: QueryResponse): CallFailure | undefined {
  const { code, codespace, log } = response;
  if (code === 0) return undefined;
  const root = codespace === "sdk" ? ROOT_ERRORS.get(code) : undefined;
  if (root === undefined) return new CallFailure(StatusCode.UNKNOWN, log);
  return new CallFailure(root.status, describe(log, root.summary), log);
}

/** Without what the way over ABCI added. */
function describe(log: string, summary: string): string {
  const bare = log.replace(STATUS_PREFIX, "");
  const tail = `: ${summary}`;
  return bare !== log && bare.endsWith(tail) ? bare.slice(0, -tail.length) : bare;
}

const STATUS_NAMES: ReadonlyMap<StatusCode, string> = new Map([
  [StatusCode.INVALID_ARGUMENT, "InvalidArgument"],
  [StatusCode.DEADLINE_EXCEEDED, "DeadlineExceeded"],
  [StatusCode.NOT_FOUND, "NotFound"],
  [StatusCode.UNIMPLEMENTED, "Unimplemented"],
  [StatusCode.INTERNAL, "Internal"],
  [StatusCode.UNAVAILABLE, "Unavailable"],
  [StatusCode.UNAUTHENTICATED, "Unauthenticated"],
]);

/** A failure as ABCI reports it: the SDK's root error, and a log with the status in it. */
export function abciFailure({
  code,
  description,
}: CallFailure): Pick<QueryResponse, "code" | "codespace" | "log"> {
  const [root, { summary }] = [...ROOT_ERRORS].find(([, one]) => one.status === code) ?? UNKNOWN;
  const name = STATUS_NAMES.get(code) ?? "Unknown";
  const log = `rpc error: code = ${name} desc = ${description}: ${summary}`;
  return { code: root, codespace: "sdk", log };
}

const UNKNOWN = [6, { status: StatusCode.UNKNOWN, summary: "unknown request" }] as const;
