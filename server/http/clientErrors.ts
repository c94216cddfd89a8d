import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { StatusCode } from "../doors/callStatus.js";

interface ClientError {
  readonly status: number;
  readonly code: StatusCode;
  readonly message: string;
}

/** What Node's parser refuses, by its code; anything else is malformed HTTP. */
const CLIENT_ERRORS: ReadonlyMap<string, ClientError> = new Map([
  [
    "HPE_HEADER_OVERFLOW",
    { status: 431, code: StatusCode.RESOURCE_EXHAUSTED, message: "request headers too large" },
  ],
  [
    "ERR_HTTP_REQUEST_TIMEOUT",
    {
      status: 408,
      code: StatusCode.DEADLINE_EXCEEDED,
      message: "the request took too long to arrive",
    },
  ],
]);

const MALFORMED: ClientError = {
  status: 400,
  code: StatusCode.INVALID_ARGUMENT,
  message: "malformed HTTP",
};

/** Answers what never became a request, in the door's form, and closes the connection. */
export function answerClientError(error: Error & { readonly code: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const { status, code, message } = CLIENT_ERRORS.get(error.code) ?? MALFORMED;
  const body = JSON.stringify({ code, message, details: [] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
