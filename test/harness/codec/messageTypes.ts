import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { DESCRIPTOR_SET_GZIP_BASE64 } from "#core/codec/generated/descriptors.js";
import { type AnyCodec, MessageCodec } from "#core/codec/message.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";

/** What cosmjs-types knows about a message type. */
export interface CosmjsCodec {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

/** A generated message type and what others say about it. */
export interface MessageType {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly descriptor: DescMessage;
  /** Undefined for our own packages and those that cosmjs-types leaves out. */
  readonly cosmjs: CosmjsCodec | undefined;
}

const require = createRequire(import.meta.url);

const GENERATED = join(import.meta.dirname, "../../../core/codec/generated");

/** The schema that the generated code was rendered from. */
export const DESCRIPTORS = createFileRegistry(
  fromBinary(
    FileDescriptorSetSchema,
    gunzipSync(Buffer.from(DESCRIPTOR_SET_GZIP_BASE64, "base64")),
  ),
);

/** Every message type that is generated, by name. */
export const MESSAGE_TYPES: readonly MessageType[] = await loadMessageTypes();

/** A registry of every message type. */
export const ALL_TYPES = new TypeRegistry(MESSAGE_TYPES.map(({ codec }) => codec));

async function loadMessageTypes(): Promise<MessageType[]> {
  const files = readdirSync(GENERATED, { recursive: true, encoding: "utf8" });
  const types: MessageType[] = [];
  for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
    const module = (await import(join(GENERATED, file))) as Record<string, unknown>;
    for (const value of Object.values(module)) {
      if (isCodec(value)) types.push(describeType(value));
    }
  }
  return types;
}

function isCodec(value: unknown): value is AnyCodec {
  return value instanceof MessageCodec;
}

function describeType(codec: AnyCodec): MessageType {
  const descriptor = DESCRIPTORS.getMessage(codec.typeName);
  if (descriptor === undefined) throw new Error(`${codec.typeName} is not in the descriptors`);
  return { name: codec.typeName, codec, descriptor, cosmjs: findCosmjs(descriptor) };
}

function findCosmjs(descriptor: DescMessage): CosmjsCodec | undefined {
  try {
    const module = require(`cosmjs-types/${descriptor.file.name}`) as Record<string, unknown>;
    return module[localName(descriptor)] as CosmjsCodec | undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function localName({ parent, name }: DescMessage): string {
  return parent === undefined ? name : `${localName(parent)}_${name}`;
}
