import type { handleBidiStreamingCall, Server } from "@grpc/grpc-js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { StatusCode } from "../../doors/callStatus.js";
import { type DescriptorIndex, type ProtoFile, servedDescriptors } from "./descriptorIndex.js";
import { readQuestion, ReflectionResponse } from "./reflectionMessages.js";

/** The two versions that clients ask for; they differ in the package alone. */
const SERVICES = [
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

/** Serves standard reflection of the services named, from the descriptors of the build. */
export function addReflection(server: Server, services: readonly string[]): void {
  const names = [...services, ...SERVICES].toSorted();
  const index = servedDescriptors();
  const answer = (request: Uint8Array): ReflectionResponse => reflect(index, names, request);
  for (const service of SERVICES) {
    const method = {
      path: `/${service}/ServerReflectionInfo`,
      requestStream: true,
      responseStream: true,
      requestSerialize: (bytes: Buffer) => bytes,
      requestDeserialize: (bytes: Buffer) => bytes,
      responseSerialize: (response: ReflectionResponse) =>
        Buffer.from(ReflectionResponse.encode(response)),
      responseDeserialize: (bytes: Buffer) => ReflectionResponse.decode(bytes),
    };
    server.addService({ ServerReflectionInfo: method }, { ServerReflectionInfo: stream(answer) });
  }
}

function stream(
  answer: (request: Uint8Array) => ReflectionResponse,
): handleBidiStreamingCall<Buffer, ReflectionResponse> {
  return (call) => {
    call.on("data", (request: Buffer) => {
      if (call.write(answer(request))) return;
      // Small questions have large answers: who does not read them gets no further ones.
      call.pause();
      call.once("drain", () => call.resume());
    });
    call.on("error", () => {
      call.end();
    });
    call.on("end", () => {
      call.end();
    });
  };
}

/** Answers one question of a reflection client; a bad one gets an error in the answer. */
export function reflect(
  index: DescriptorIndex,
  services: readonly string[],
  request: Uint8Array,
): ReflectionResponse {
  const base = ReflectionResponse.create({ originalRequest: request });
  const question = attempt(() => readQuestion(request));
  if (question instanceof ChainError) {
    return { ...base, errorResponse: failure(StatusCode.INVALID_ARGUMENT, question.message) };
  }
  const files = (file: ProtoFile | undefined, name: string): ReflectionResponse =>
    file === undefined
      ? { ...base, errorResponse: failure(StatusCode.NOT_FOUND, `unknown: ${name}`) }
      : {
          ...base,
          fileDescriptorResponse: {
            fileDescriptorProto: index.closure(file).map(({ bytes }) => bytes),
          },
        };
  switch (question.kind) {
    case "listServices":
      return { ...base, listServicesResponse: { service: services.map((name) => ({ name })) } };
    case "fileByFilename":
      return files(index.file(question.name), question.name);
    case "fileContainingSymbol":
      return files(index.fileOf(question.name), question.name);
    case "extensions":
      return files(undefined, `extensions of ${question.name}`);
    case "unknown":
      return { ...base, errorResponse: failure(StatusCode.UNIMPLEMENTED, "unknown question") };
  }
}

function failure(errorCode: number, errorMessage: string) {
  return { errorCode, errorMessage };
}
