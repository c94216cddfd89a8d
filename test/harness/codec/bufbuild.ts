import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";

type Values = Readonly<Record<string, unknown>>;

/** One of our messages as @bufbuild/protobuf holds it. */
export function toBufbuild(descriptor: DescMessage, message: object): Message {
  return create(descriptor, initOf(descriptor, message));
}

/** Our form of a message of @bufbuild/protobuf; embedded messages that are absent are undefined. */
export function fromBufbuild(descriptor: DescMessage, message: Message): object {
  const values = message as unknown as Values;
  const plain: Record<string, unknown> = {};
  for (const field of descriptor.fields) {
    const value = field.oneof === undefined ? values[field.localName] : chosen(field, values);
    plain[field.localName] = mapValue(field, value ?? absent(field), fromBufbuild);
  }
  return plain;
}

function initOf(descriptor: DescMessage, message: object): Record<string, unknown> {
  const values = message as Values;
  const init: Record<string, unknown> = {};
  for (const field of descriptor.fields) {
    const value = mapValue(field, values[field.localName], initOf);
    if (field.oneof === undefined) init[field.localName] = value;
    else if (!isUnset(value)) init[field.oneof.localName] = { case: field.localName, value };
  }
  return init;
}

/** A member of a oneof is unset in our messages when it has its default. */
function isUnset(value: unknown): boolean {
  return value === undefined || (value instanceof Uint8Array && value.length === 0);
}

function chosen(field: DescField, values: Values): unknown {
  const union = values[field.oneof?.localName ?? ""] as { case?: string; value?: unknown };
  return union.case === field.localName ? union.value : undefined;
}

function absent(field: DescField): unknown {
  return field.message === undefined ? new Uint8Array(0) : undefined;
}

function mapValue(
  field: DescField,
  value: unknown,
  convert: (descriptor: DescMessage, message: Message) => object,
): unknown {
  const { message } = field;
  if (message === undefined || value === undefined) return value;
  if (field.fieldKind !== "list") return convert(message, value as Message);
  return (value as readonly Message[]).map((element) => convert(message, element));
}
