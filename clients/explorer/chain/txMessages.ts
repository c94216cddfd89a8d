import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { signedTypes } from "#sdk/amino/messageTypes.js";
import { toHex } from "#sdk/index.js";

/** A message of a transaction as people read it. */
export interface ShownMessage {
  /** Without its package: `MsgSend`. */
  readonly name: string;
  readonly typeUrl: string;
  /** Its fields where the chain takes the type, otherwise its size. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
}

const SHOWN_LENGTH = 160;
/** Elements of a list that are looked at. */
const LISTED = 20;

/** The messages of a transaction; none when its bytes are no transaction. */
export function messagesOf(bytes: Uint8Array): ShownMessage[] {
  try {
    return Tx.decode(bytes).body?.messages.map(shown) ?? [];
  } catch {
    return [];
  }
}

function shown({ typeUrl, value }: { typeUrl: string; value: Uint8Array }): ShownMessage {
  const name = typeUrl.slice(typeUrl.lastIndexOf(".") + 1);
  const codec = signedTypes().find(typeUrl);
  if (codec === undefined) return { name, typeUrl, fields: [["size", `${value.length} bytes`]] };
  const fields = Object.entries(codec.decode(value)).map(
    ([field, content]: [string, unknown]) => [field, textOf(content)] as const,
  );
  return { name, typeUrl, fields: fields.filter(([, text]) => text !== "") };
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return cut(toHex(value.subarray(0, SHOWN_LENGTH)));
  if (Array.isArray(value)) return cut(value.slice(0, LISTED).map(textOf).join(", "));
  if (typeof value === "object" && value !== null) {
    const { amount, denom } = value as { readonly amount?: unknown; readonly denom?: unknown };
    if (typeof amount === "string" && typeof denom === "string") return `${amount}${denom}`;
    return cut(Object.values(value).map(textOf).join(" "));
  }
  if (typeof value === "string") return cut(value);
  if (typeof value === "boolean") return value ? "yes" : "";
  return typeof value === "number" || typeof value === "bigint" ? String(value) : "";
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
