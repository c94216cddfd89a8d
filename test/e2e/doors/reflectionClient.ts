import { create, createFileRegistry, type DescMethod, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { assertDefined } from "#core/primitives/assert.js";
import { ReflectionResponse } from "#server/grpc/reflection/reflectionMessages.js";

const raw = (bytes: Buffer): Buffer => bytes;

/** How a call ended: its status, 0 for OK, with the message of an error and the height answered. */
export interface CallEnd {
  readonly code: number;
  readonly details: string;
  readonly value: Uint8Array;
  readonly height: string | undefined;
}

/** A gRPC client that knows nothing of the chain but what reflection tells it, as grpcurl does. */
export class ReflectionClient {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  /** Names of all services. */
  async services(): Promise<string[]> {
    const { listServicesResponse } = await this.#ask(7, "*");
    return assertDefined(listServicesResponse, "services are listed").service.map(
      ({ name }) => name,
    );
  }

  /** Methods of a service, from the files that the server gives for it alone. */
  async methods(service: string): Promise<readonly DescMethod[]> {
    const { fileDescriptorResponse: files } = await this.#ask(4, service);
    const found = assertDefined(files, `${service} is described`).fileDescriptorProto;
    const file = found.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes)).toReversed();
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
    return assertDefined(registry.getService(service), `${service} is in its file`).methods;
  }

  /** Calls a method; never fails. */
  call(path: string, request: Uint8Array, headers: Record<string, string> = {}): Promise<CallEnd> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return new Promise((settle) => {
      let height: string | undefined;
      const end = (error: ServiceError | null, value?: Buffer): void => {
        const { code = 0, details = "" } = error ?? {};
        settle({ code, details, height, value: new Uint8Array(value ?? []) });
      };
      this.#client
        .makeUnaryRequest(path, raw, raw, Buffer.from(request), metadata, end)
        .on("metadata", (answered) => {
          height = answered.get("x-cosmos-block-height")[0]?.toString();
        });
    });
  }

  close(): void {
    this.#client.close();
  }

  #ask(field: number, text: string): Promise<ReflectionResponse> {
    const stream = this.#client.makeBidiStreamRequest(
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      raw,
      (bytes: Buffer) => ReflectionResponse.decode(bytes),
    );
    return new Promise((settle, fail) => {
      stream.on("data", (response: ReflectionResponse) => {
        settle(response);
        stream.end();
      });
      stream.on("error", fail);
      const name = Buffer.from(text);
      stream.write(Buffer.concat([Buffer.of((field << 3) | 2, name.length), name]));
    });
  }
}
