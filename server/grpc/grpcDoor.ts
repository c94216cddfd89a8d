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
}

/** A connection that is silent this long is asked whether anybody is there. */
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;
/** A connection without a call for so long is closed; clients open another. */
const MAX_IDLE_MS = 600_000;
/** Calls under way on one connection. */
const MAX_STREAMS = 100;
/** Calls that run get this long when the node stops. */
const CLOSE_GRACE_MS = 2_000;

/** Serves every method of {@link DoorCalls} over gRPC in cleartext, with server reflection. */
export class GrpcDoor {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Starts to listen; fails when the address is taken. */
  static async listen(calls: DoorCalls, options: GrpcDoorOptions): Promise<GrpcDoor> {
    // Failures are answers and errors here; the library would write them to stderr as well.
    setLogVerbosity(logVerbosity.NONE);
    const server = new Server({
      "grpc.max_receive_message_length": options.maxReceiveBytes,
      "grpc.max_send_message_length": options.maxSendBytes,
      "grpc.max_concurrent_streams": MAX_STREAMS,
      "grpc.keepalive_time_ms": KEEPALIVE_MS,
      "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
      "grpc.max_connection_idle_ms": MAX_IDLE_MS,
      "grpc.so_reuseport": 0,
    });
    const names = new Set(calls.methods().map(({ service }) => service.typeName));
    for (const name of names) {
      const methods = calls.methods().filter(({ service }) => service.typeName === name);
      addMethods(server, calls, methods);
    }
    addReflection(server, [...names]);
    return new GrpcDoor(server, await bind(server, options));
  }

  /** Lets calls end that run, for a moment, and closes every connection. */
  async close(): Promise<void> {
    const server = this.#server;
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

function bind(server: Server, { host, port }: GrpcDoorOptions): Promise<number> {
  const name = host === "" ? "[::]" : host.includes(":") ? `[${host}]` : host;
  return new Promise((settle, fail) => {
    server.bindAsync(`${name}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) settle(bound);
      else fail(error);
    });
  });
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
  if (error instanceof CallFailure) return { code: error.code, details: error.description };
  return { code: StatusCode.INTERNAL, details: "the node failed to answer" };
}
