import type { AnyCodec, Field } from "#core/codec/message.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import { valueOfText } from "./fieldText.js";

/** A request under construction: fields of the message by their property. */
export type DraftMessage = Record<string, unknown>;

/**
 * Sets the field that a dotted path names, for example `pagination.limit`, in names of the proto
 * or of its JSON. A repeated field takes every value, another the first. A path that names no field
 * is ignored, as gateways do. Fails with a CallFailure.
 */
export function setField(
  codec: AnyCodec,
  draft: DraftMessage,
  path: string,
  values: readonly string[],
): void {
  const names = path.split(".");
  let owner = { codec, draft };
  for (const [index, name] of names.entries()) {
    const field = fieldNamed(owner.codec, name);
    if (field === undefined) return;
    if (index === names.length - 1) {
      assign(owner.draft, field, values);
      return;
    }
    owner = descend(owner.draft, field, path);
  }
}

/** The field of a name, in either spelling. */
export function fieldNamed(codec: AnyCodec, name: string): Field | undefined {
  return codec.fields.find((field) => field.protoName === name || field.name === name);
}

function assign(draft: DraftMessage, field: Field, values: readonly string[]): void {
  const [first = ""] = values;
  const parse = (text: string): unknown => valueOfText(field, text);
  draft[field.name] = field.repeated ? values.map(parse) : parse(first);
}

function descend(
  draft: DraftMessage,
  field: Field,
  path: string,
): { readonly codec: AnyCodec; readonly draft: DraftMessage } {
  const codec = field.message?.();
  if (codec === undefined || field.repeated) {
    throw new CallFailure(
      StatusCode.INVALID_ARGUMENT,
      `unexpected nested field in ${path.slice(0, 60)}: ${field.protoName} has no fields`,
    );
  }
  const inner = (draft[field.name] ?? codec.create()) as DraftMessage;
  draft[field.name] = inner;
  return { codec, draft: inner };
}
