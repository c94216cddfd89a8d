import type { DescMessage } from "@bufbuild/protobuf";
import { type AnyCodec, type Field, wireType } from "#core/codec/message.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * Whether cosmjs-types 0.11 writes the message as protobuf has it. It writes 64-bit varints from
 * 2^31 to 2^32 as zeros, and empty packed lists although there is nothing in them.
 */
export function isWrittenByCosmjs(codec: AnyCodec, message: object): boolean {
  return codec.fields.every((field) => {
    const value = (message as Values)[field.name];
    if (!field.repeated) return isElementWritten(field, value);
    const list = value as readonly unknown[];
    if (list.length === 0 && wireType(field.kind) !== 2) return false;
    return list.every((element) => isElementWritten(field, element));
  });
}

function isElementWritten(field: Field, element: unknown): boolean {
  if (typeof element === "bigint") return element < 1n << 31n || element >= 1n << 32n;
  if (field.message === undefined || element === undefined) return true;
  return isWrittenByCosmjs(field.message(), element as object);
}

/** The message as cosmjs-types holds it: members of a oneof that are not set are undefined. */
export function toCosmjs(descriptor: DescMessage, message: object): object {
  const values: Record<string, unknown> = { ...message };
  for (const { localName, message: inner, oneof, fieldKind } of descriptor.fields) {
    const value = values[localName];
    if (value === undefined) continue;
    if (inner !== undefined && fieldKind === "list") {
      values[localName] = (value as readonly object[]).map((one) => toCosmjs(inner, one));
    } else if (inner !== undefined) {
      values[localName] = toCosmjs(inner, value as object);
    } else if (oneof !== undefined && (value as Uint8Array).length === 0) {
      values[localName] = undefined;
    }
  }
  return values;
}
