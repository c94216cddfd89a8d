import fastify, { type FastifyHttpOptions, type FastifyInstance } from "fastify";
import type { Server } from "node:http";
import { answerClientError } from "./clientErrors.js";

/** What clients may take of a server. */
export interface HttpLimits {
  /** Further ones are closed at once. */
  readonly maxConnections: number;
  /** A larger body is refused with 413. */
  readonly maxBodyBytes: number;
  /** Longest time that a request may take to arrive, in milliseconds. */
  readonly readTimeoutMs: number;
}

/** Where a server listens. */
export interface HttpAddress {
  /** Empty for every interface. */
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
}

/** A request line and headers beyond this are refused with 431. */
const MAX_HEADER_BYTES = 16_384;
const CONNECTION_CHECK_MS = 1_000;

/** An HTTP server within limits, whose handlers get bodies as bytes whatever their type is said to be. */
export function httpServer(
  { maxConnections, maxBodyBytes, readTimeoutMs }: HttpLimits,
  options: FastifyHttpOptions<Server>,
): FastifyInstance {
  const server = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: readTimeoutMs,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: readTimeoutMs,
      connectionsCheckingInterval: CONNECTION_CHECK_MS,
    },
    clientErrorHandler: answerClientError,
    ...options,
  });
  server.server.maxConnections = maxConnections;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  return server;
}

/** Starts to listen; gives the port. Fails with the system's error when the address is taken. */
export async function listen(
  server: FastifyInstance,
  { host, port }: HttpAddress,
): Promise<number> {
  await server.listen({ port, host: host === "" ? "::" : host });
  const address = server.server.address();
  return typeof address === "object" ? (address?.port ?? port) : port;
}

/** The HTTP status that an error of the server asks for; undefined for one that asks for none. */
export function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}
