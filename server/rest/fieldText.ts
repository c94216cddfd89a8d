import { parseInstant } from "#core/codec/civilTime.js";
import type { Field } from "#core/codec/message.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { parseDec } from "#core/primitives/dec.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";

/**
 * The value of a singular field, or of one element, as a path or a query string writes it: the
 * rules of grpc-gateway v1.16, whose errors repeat those of Go's strconv. Fails with a CallFailure.
 */
export function valueOfText(field: Field, text: string): unknown {
  switch (field.kind) {
    case "string":
      return field.form === "dec" ? decOf(text) : text;
    case "bytes":
      return bytesOf(text);
    case "bool":
      return boolOf(text);
    case "enum":
      return enumOf(field, text);
    case "message":
      return messageOf(field, text);
    default:
      return integerOfKind(field.kind, text);
  }
}

type IntegerKind = Exclude<Field["kind"], "string" | "bytes" | "bool" | "enum" | "message">;

function integerOfKind(kind: IntegerKind, text: string): number | bigint {
  switch (kind) {
    case "int32":
      return Number(integerOf(text, "ParseInt", SIGNED_32));
    case "uint32":
      return Number(integerOf(text, "ParseUint", UNSIGNED_32));
    case "int64":
    case "sfixed64":
      return integerOf(text, "ParseInt", SIGNED_64);
    case "uint64":
    case "fixed64":
      return integerOf(text, "ParseUint", UNSIGNED_64);
  }
}

interface Range {
  readonly minimum: bigint;
  readonly maximum: bigint;
}

const SIGNED_32: Range = { minimum: -(1n << 31n), maximum: (1n << 31n) - 1n };
const UNSIGNED_32: Range = { minimum: 0n, maximum: (1n << 32n) - 1n };
const SIGNED_64: Range = { minimum: -(1n << 63n), maximum: (1n << 63n) - 1n };
const UNSIGNED_64: Range = { minimum: 0n, maximum: (1n << 64n) - 1n };

/** More digits are out of range whatever they are. */
const LONGEST_INTEGER = 40;

function integerOf(text: string, parser: string, { minimum, maximum }: Range): bigint {
  const isSigned = minimum < 0n;
  const isInteger = (isSigned ? /^[+-]?[0-9]+$/ : /^[0-9]+$/).test(text);
  if (!isInteger) throw syntaxError(parser, text);
  const value = text.length > LONGEST_INTEGER ? undefined : BigInt(text.replace("+", ""));
  if (value === undefined || value < minimum || value > maximum) {
    throw refusal(`strconv.${parser}: parsing ${quoted(text)}: value out of range`);
  }
  return value;
}

const TRUE = ["1", "t", "T", "TRUE", "true", "True"];
const FALSE = ["0", "f", "F", "FALSE", "false", "False"];

function boolOf(text: string): boolean {
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw syntaxError("ParseBool", text);
}

function enumOf(field: Field, text: string): number {
  const names = field.enumNames ?? [];
  const found = names.find(([number, name]) => name === text || String(number) === text);
  if (found !== undefined) return found[0];
  throw refusal(
    `${quoted(text)} is not a valid value of ${field.protoName}; ` +
      `it is one of ${names.map(([, name]) => name).join(", ")}`,
  );
}

/** Base64 of either alphabet; a plus that was not escaped arrives as a space. */
function bytesOf(text: string): Uint8Array {
  const standard = text.replaceAll(" ", "+").replaceAll("-", "+").replaceAll("_", "/");
  const bare = standard.replace(/=+$/, "");
  const bytes = fromBase64(bare.padEnd(Math.ceil(bare.length / 4) * 4, "="));
  if (bytes === undefined) throw refusal(`${quoted(text)} is not base64`);
  return bytes;
}

function decOf(text: string): string {
  const value = parseDec(text);
  if (value === undefined) throw refusal(`${quoted(text)} is not a decimal`);
  return value.toString();
}

/** Times and durations have a text; other messages are given field by field. */
function messageOf(field: Field, text: string): unknown {
  switch (field.message?.().typeName) {
    case "google.protobuf.Timestamp": {
      const instant = parseInstant(text);
      if (instant === undefined) throw refusal(`${quoted(text)} is not an RFC 3339 time`);
      return instant;
    }
    case "google.protobuf.Duration":
      return durationOf(text);
    default:
      throw refusal(
        `${field.protoName} is a message: name its fields, as in ${field.protoName}.field=value`,
      );
  }
}

function durationOf(text: string): object {
  const match = /^(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?s$/.exec(text);
  if (match === null) throw refusal(`${quoted(text)} is not a duration such as 10s`);
  const sign = match[1] === "-" ? -1 : 1;
  const nanos = Number((match[3] ?? "").padEnd(9, "0"));
  return { seconds: BigInt(sign) * BigInt(match[2] ?? "0"), nanos: sign * nanos + 0 };
}

function syntaxError(parser: string, text: string): CallFailure {
  return refusal(`strconv.${parser}: parsing ${quoted(text)}: invalid syntax`);
}

/** What clients sent is repeated only as far as it fits into a sentence. */
function quoted(text: string): string {
  const longest = 60;
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
