import { MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { toHex } from "#sdk/index.js";

/** A message of a transaction as people read it. */
export interface ShownMessage {
  /** Without its package: `MsgSend`. */
  readonly name: string;
  readonly typeUrl: string;
  /** Its fields where the explorer knows the type, otherwise its size. */
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
}

const KNOWN = [MsgSend, MsgRequestInference] as const;
const SHOWN_LENGTH = 160;

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
  const codec = KNOWN.find((one) => one.typeUrl === typeUrl);
  if (codec === undefined) return { name, typeUrl, fields: [["size", `${value.length} bytes`]] };
  const fields = Object.entries(codec.decode(value)).map(
    ([field, content]: [string, unknown]) => [field, textOf(content)] as const,
  );
  return { name, typeUrl, fields: fields.filter(([, text]) => text !== "") };
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return cut(toHex(value));
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  if (typeof value === "object" && value !== null) {
    const { amount, denom } = value as { readonly amount?: unknown; readonly denom?: unknown };
    if (typeof amount === "string" && typeof denom === "string") return `${amount}${denom}`;
    return cut(Object.values(value).map(textOf).join(" "));
  }
  if (typeof value === "string") return cut(value);
  return typeof value === "number" || typeof value === "bigint" ? String(value) : "";
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
