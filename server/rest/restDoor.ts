import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { attempt } from "#core/codec/attempt.js";
import { toGatewayJson } from "#core/codec/json.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import { ChainError } from "#core/primitives/errors.js";
import { HEIGHT_HEADER, heightOf } from "../doors/blockHeight.js";
import { CallFailure, httpStatusOf, StatusCode } from "../doors/callStatus.js";
import type { DoorAnswer, DoorCalls } from "../doors/doorCalls.js";
import { addCors } from "../http/cors.js";
import {
  type HttpAddress,
  type HttpLimits,
  httpServer,
  listen,
  statusCodeOf,
} from "../http/httpServer.js";
import { addDocs } from "./openapi/docsRoutes.js";
import { encodeRequest, type RestRoute } from "./restRequest.js";
import { restRoutes } from "./restRoutes.js";

/** How the door stands open. */
export interface RestDoorOptions extends HttpAddress, HttpLimits {
  /** Whether pages of any origin may ask. */
  readonly cors: boolean;
  /** Longest time that a connection may be silent, in milliseconds. */
  readonly idleTimeoutMs: number;
}

/** What a REST door serves. */
export interface RestSources {
  readonly calls: DoorCalls;
  /** What an Any may hold. */
  readonly types: TypeRegistry;
}

/** Longest value of a path's variable. */
const MAX_VARIABLE_LENGTH = 8_192;
const NO_BODY = new Uint8Array(0);
const CORS = {
  methods: "GET, HEAD, POST, OPTIONS",
  allowed: `content-type, ${HEIGHT_HEADER}`,
  exposed: `${HEIGHT_HEADER}, grpc-metadata-${HEIGHT_HEADER}`,
};

/**
 * Serves every method with a `google.api.http` annotation over REST, in the JSON of the SDK's
 * gateway. Errors are `{code, message, details}` with the HTTP status of their gRPC code.
 */
export class RestDoor {
  readonly port: number;
  readonly #server: FastifyInstance;

  private constructor(server: FastifyInstance, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Starts to listen; fails with the system's error when the address is taken. */
  static async listen(sources: RestSources, options: RestDoorOptions): Promise<RestDoor> {
    const server = createServer(options);
    if (options.cors) addCors(server, CORS);
    addErrors(server);
    addRoutes(server, sources);
    addDocs(server, sources.calls);
    return new RestDoor(server, await listen(server, options));
  }

  /** Stops to listen and closes every connection. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}

function createServer(options: RestDoorOptions): FastifyInstance {
  return httpServer(options, {
    connectionTimeout: options.idleTimeoutMs,
    keepAliveTimeout: options.idleTimeoutMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_VARIABLE_LENGTH },
    frameworkErrors: (error, _request, reply) => {
      void sendFailure(reply, new CallFailure(StatusCode.INVALID_ARGUMENT, error.message));
    },
  });
}

function addErrors(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) =>
    sendFailure(reply, new CallFailure(StatusCode.UNIMPLEMENTED, "Not Implemented")),
  );
  server.setErrorHandler((error: unknown, _request, reply) => {
    const status = statusCodeOf(error);
    if (status === 413) {
      // With the connection closed, most clients would fail to write and never read why. What they
      // still send is thrown away, for as long as a request may take to arrive.
      void reply.removeHeader("connection");
      const failure = new CallFailure(StatusCode.RESOURCE_EXHAUSTED, "request body too large");
      return sendFailure(reply, failure, status);
    }
    const isRefused = status !== undefined && status < 500;
    const message =
      error instanceof Error && isRefused ? error.message : "the node failed to answer";
    const code = isRefused ? StatusCode.INVALID_ARGUMENT : StatusCode.INTERNAL;
    return sendFailure(
      reply,
      error instanceof CallFailure ? error : new CallFailure(code, message),
    );
  });
}

function addRoutes(server: FastifyInstance, sources: RestSources): void {
  for (const { route, method } of restRoutes(sources.calls)) {
    server.route({
      method: route.rule.verb === "get" ? "GET" : "POST",
      url: route.path.url,
      handler: (request, reply) => answer(sources, { route, call: method.path }, request, reply),
    });
  }
}

async function answer(
  { calls, types }: RestSources,
  { route, call }: { readonly route: RestRoute; readonly call: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = request.headers[HEIGHT_HEADER];
  const height = heightOf(typeof header === "string" ? header : header?.[0]);
  const parameters = request.params as Readonly<Record<string, string>>;
  const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
  const question = { url: request.url, parameters, body };
  const data = encodeRequest(route, question, types);
  return sendAnswer(reply, route, await calls.call({ path: call, data, height }), types);
}

function sendAnswer(
  reply: FastifyReply,
  { method }: RestRoute,
  { value, height }: DoorAnswer,
  types: TypeRegistry,
): FastifyReply {
  const json = attempt(() => toGatewayJson(method.response, method.response.decode(value), types));
  if (json instanceof ChainError) throw new CallFailure(StatusCode.INTERNAL, json.message);
  if (height > 0n) {
    void reply.header(HEIGHT_HEADER, height.toString());
    void reply.header(`grpc-metadata-${HEIGHT_HEADER}`, height.toString());
  }
  return reply.type("application/json").send(JSON.stringify(json));
}

function sendFailure(reply: FastifyReply, failure: CallFailure, status?: number): FastifyReply {
  const { code, message } = failure;
  return reply
    .code(status ?? httpStatusOf(code))
    .type("application/json")
    .send(JSON.stringify({ code, message, details: [] }));
}
