import type { Socket } from "node:net";
import {
  type handleUnaryCall,
  logVerbosity,
  Metadata,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import type { DoorCalls, DoorMethod } from "../doors/doorCalls.js";
import { HEIGHT_HEADER, heightOf } from "../doors/blockHeight.js";
import { arrivalLimit } from "./arrivalLimit.js";
import { type Connections, takeConnections } from "./connections.js";
import { addReflection } from "./reflection/reflectionService.js";

/** How the door stands open. */
export interface GrpcDoorOptions {
  /** Empty for every interface. */
  readonly host: string;
  /** 0 for a free port. */
  readonly port: number;
  /** Largest request and response, in bytes. */
  readonly maxReceiveBytes: number;
  readonly maxSendBytes: number;
  /** Further ones are closed at once. */
  readonly maxConnections: number;
  /** Calls under way on one connection; further ones wait, or are refused. */
  readonly maxStreams: number;
  /** Longest time that a request may take to arrive, in milliseconds. */
  readonly readTimeoutMs: number;
}

/** A connection that is silent this long is asked whether anybody is there. */
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** A connection without a call for so long is closed; clients open another. */
const MAX_IDLE_MS = 600_000;
/** Calls that run get this long when the node stops. */
const CLOSE_GRACE_MS = 2_000;
/** A status travels in a header, and clients take none of any length. */
const MAX_DETAILS_LENGTH = 1_000;

/** Serves every method of {@link DoorCalls} over gRPC in cleartext, with server reflection. */
export class GrpcDoor {
  readonly port: number;
  readonly #server: Server;
  readonly #connections: Connections;

  private constructor(server: Server, connections: Connections) {
    this.#server = server;
    this.#connections = connections;
    this.port = connections.port;
  }

  /** Starts to listen; fails when the address is taken. */
  static async listen(calls: DoorCalls, options: GrpcDoorOptions): Promise<GrpcDoor> {
    // Failures are answers and errors here; the library would write them to stderr as well.
    setLogVerbosity(logVerbosity.NONE);
    let connections: Connections | undefined = undefined;
    const server = new Server({
      "grpc.max_receive_message_length": options.maxReceiveBytes,
      "grpc.max_send_message_length": options.maxSendBytes,
      "grpc.max_concurrent_streams": options.maxStreams,
      "grpc.keepalive_time_ms": KEEPALIVE_MS,
      "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
      "grpc.max_connection_idle_ms": MAX_IDLE_MS,
      interceptors: [arrivalLimit(options.readTimeoutMs, (peer) => connections?.end(peer))],
    });
    const names = new Set(calls.methods().map(({ service }) => service.typeName));
    for (const name of names) {
      const methods = calls.methods().filter(({ service }) => service.typeName === name);
      addMethods(server, calls, methods);
    }
    addReflection(server, [...names]);
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const { host, port, maxConnections } = options;
    const take = (socket: Socket): void => {
      injector.injectConnection(socket);
    };
    connections = await takeConnections({ host, port, maxConnections, take });
    return new GrpcDoor(server, connections);
  }

  /** Lets calls end that run, for a moment, and closes every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#connections.stop();
    await new Promise<void>((settle) => {
      const timer = setTimeout(() => {
        server.forceShutdown();
        settle();
      }, CLOSE_GRACE_MS);
      server.tryShutdown(() => {
        clearTimeout(timer);
        settle();
      });
    });
  }
}

/** Bytes pass through as they are: the query thread decodes them. */
function addMethods(server: Server, calls: DoorCalls, methods: readonly DoorMethod[]): void {
  const definition: Record<string, ServiceDefinition[string]> = {};
  const handlers: UntypedServiceImplementation = {};
  for (const { path, method } of methods) {
    definition[method.name] = {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (bytes: Buffer) => bytes,
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    handlers[method.name] = unary(calls, path);
  }
  server.addService(definition, handlers);
}

function unary(calls: DoorCalls, path: string): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const answer = async (): Promise<void> => {
      const height = heightOf(headerOf(call.metadata));
      const { value, height: answered } = await calls.call({ path, data: call.request, height });
      if (answered > 0n) call.sendMetadata(heightMetadata(answered));
      callback(null, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    };
    answer().catch((error: unknown) => {
      callback(toGrpcError(error));
    });
  };
}

function headerOf(metadata: Metadata): string | undefined {
  const [first] = metadata.get(HEIGHT_HEADER);
  return first?.toString();
}

function heightMetadata(height: bigint): Metadata {
  const metadata = new Metadata();
  metadata.set(HEIGHT_HEADER, height.toString());
  return metadata;
}

function toGrpcError(error: unknown): { readonly code: number; readonly details: string } {
  if (error instanceof CallFailure) {
    return { code: error.code, details: headerText(error.description) };
  }
  return { code: StatusCode.INTERNAL, details: "the node failed to answer" };
}

/** What may stand in a header once its characters are escaped. */
function headerText(text: string): string {
  const cut = text.length > MAX_DETAILS_LENGTH ? `${text.slice(0, MAX_DETAILS_LENGTH)}…` : text;
  // Half of a character, which the cut may leave, has no escape: the library would throw.
  return cut.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
