import { defineMessage, type MessageCodec } from "#core/codec/message.js";
import { WireReader } from "#core/codec/wire/reader.js";
import { fromUtf8 } from "#core/primitives/bytes.js";

/** What a client of grpc/reflection asks; v1 and v1alpha are the same on the wire. */
export type ReflectionQuestion =
  | { readonly kind: "fileByFilename" | "fileContainingSymbol"; readonly name: string }
  | { readonly kind: "listServices" }
  | { readonly kind: "extensions"; readonly name: string }
  | { readonly kind: "unknown" };

/** Members of ServerReflectionRequest.message_request, by field number. */
const QUESTIONS: ReadonlyMap<number, Exclude<ReflectionQuestion["kind"], "unknown">> = new Map([
  [3, "fileByFilename"],
  [4, "fileContainingSymbol"],
  [5, "extensions"],
  [6, "extensions"],
  [7, "listServices"],
]);

/**
 * Reads a ServerReflectionRequest. Not by a codec: which member is set decides, and most clients
 * leave the text of `list_services` empty. Fails with `codec/2` where the bytes are malformed.
 */
export function readQuestion(bytes: Uint8Array): ReflectionQuestion {
  const at = "ServerReflectionRequest";
  const reader = new WireReader(bytes);
  let question: ReflectionQuestion = { kind: "unknown" };
  while (reader.position < reader.end) {
    const tag = reader.uint32(at);
    const kind = QUESTIONS.get(tag >>> 3);
    if ((tag & 7) !== 2) {
      reader.uint64(at);
      continue;
    }
    const name = fromUtf8(reader.bytes(at)) ?? "";
    if (kind !== undefined) question = { kind, name };
  }
  return question;
}

/** ServerReflectionResponse; one of its last three is set. */
export interface ReflectionResponse {
  readonly validHost: string;
  /** The request as it came. */
  readonly originalRequest: Uint8Array;
  readonly fileDescriptorResponse: { readonly fileDescriptorProto: Uint8Array[] } | undefined;
  readonly listServicesResponse: { readonly service: Array<{ readonly name: string }> } | undefined;
  readonly errorResponse: { readonly errorCode: number; readonly errorMessage: string } | undefined;
}

const PACKAGE = "grpc.reflection.v1";
const single = { repeated: false, required: false };
const list = { repeated: true, required: false };

const FileDescriptorResponse = defineMessage(`${PACKAGE}.FileDescriptorResponse`, [
  {
    ...list,
    number: 1,
    protoName: "file_descriptor_proto",
    name: "fileDescriptorProto",
    kind: "bytes",
  },
]);

const ServiceResponse = defineMessage(`${PACKAGE}.ServiceResponse`, [
  { ...single, number: 1, protoName: "name", name: "name", kind: "string" },
]);

const ListServiceResponse = defineMessage(`${PACKAGE}.ListServiceResponse`, [
  {
    ...list,
    number: 1,
    protoName: "service",
    name: "service",
    kind: "message",
    message: () => ServiceResponse,
  },
]);

const ErrorResponse = defineMessage(`${PACKAGE}.ErrorResponse`, [
  { ...single, number: 1, protoName: "error_code", name: "errorCode", kind: "int32" },
  { ...single, number: 2, protoName: "error_message", name: "errorMessage", kind: "string" },
]);

const ANSWER = { ...single, kind: "message", oneof: "message_response" } as const;

/** Codec of ServerReflectionResponse. */
export const ReflectionResponse: MessageCodec<ReflectionResponse> = defineMessage(
  `${PACKAGE}.ServerReflectionResponse`,
  [
    { ...single, number: 1, protoName: "valid_host", name: "validHost", kind: "string" },
    // A message whose bytes are passed on as they came.
    { ...single, number: 2, protoName: "original_request", name: "originalRequest", kind: "bytes" },
    {
      ...ANSWER,
      number: 4,
      protoName: "file_descriptor_response",
      name: "fileDescriptorResponse",
      message: () => FileDescriptorResponse,
    },
    {
      ...ANSWER,
      number: 6,
      protoName: "list_services_response",
      name: "listServicesResponse",
      message: () => ListServiceResponse,
    },
    {
      ...ANSWER,
      number: 7,
      protoName: "error_response",
      name: "errorResponse",
      message: () => ErrorResponse,
    },
  ],
);
