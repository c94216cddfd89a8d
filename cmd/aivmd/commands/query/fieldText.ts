import type { EnumNames, Field } from "#core/codec/message.js";
import { fromBase64, fromHex } from "#core/primitives/bytes.js";
import { wrongUse } from "../../errors.js";

const RANGES = {
  int32: { minimum: -(1n << 31n), maximum: (1n << 31n) - 1n },
  uint32: { minimum: 0n, maximum: (1n << 32n) - 1n },
  int64: { minimum: -(1n << 63n), maximum: (1n << 63n) - 1n },
  uint64: { minimum: 0n, maximum: (1n << 64n) - 1n },
} as const;

/**
 * Value of a request's field as the command line writes it: integers in digits, bytes in hex or
 * base64, enums by name with or without their prefix. `argument` names it in the error `cli/2`.
 */
export function readField(field: Field, text: string, argument: string): unknown {
  switch (field.kind) {
    case "string":
      return text;
    case "bytes":
      return readBytes(text, argument);
    case "bool":
      return readBool(text, argument);
    case "enum":
      return readEnum(field.enumNames ?? [], text, argument);
    case "int32":
      return Number(readInteger(RANGES.int32, text, argument));
    case "uint32":
      return Number(readInteger(RANGES.uint32, text, argument));
    case "int64":
    case "sfixed64":
      return readInteger(RANGES.int64, text, argument);
    default:
      return readInteger(RANGES.uint64, text, argument);
  }
}

/** Bytes written in hex, with or without `0x`, or else in base64; fails with `cli/2`. */
export function readBytes(text: string, argument: string): Uint8Array {
  const bytes = fromHex(text.replace(/^0x/, "")) ?? fromBase64(text);
  if (bytes !== undefined) return bytes;
  throw wrongUse({ problem: `${argument}: neither hex nor base64: ${text}` });
}

/** An integer in digits within a range, both ends included; fails with `cli/2`. */
export function readInteger(
  { minimum, maximum }: { readonly minimum: bigint; readonly maximum: bigint },
  text: string,
  argument: string,
): bigint {
  const value = /^-?[0-9]{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value >= minimum && value <= maximum) return value;
  const problem = `${argument}: not a whole number from ${minimum} to ${maximum}: ${text}`;
  throw wrongUse({ problem });
}

function readBool(text: string, argument: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw wrongUse({ problem: `${argument}: neither true nor false: ${text}` });
}

function readEnum(names: EnumNames, text: string, argument: string): number {
  const wanted = text.toUpperCase().replaceAll("-", "_");
  const found = names.find(([, name]) => name === wanted || name.endsWith(`_${wanted}`));
  if (found !== undefined) return found[0];
  const known = shortNames(names).join(", ").toLowerCase();
  throw wrongUse({ problem: `${argument}: not one of ${known}: ${text}` });
}

/** Names of an enum's values without their common prefix, the unspecified one left out. */
export function shortNames(names: EnumNames): string[] {
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return names
    .filter(([, name]) => !name.endsWith("_UNSPECIFIED"))
    .map(([, name]) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
}
