import { describe, expect, test } from "vitest";
import { ChainError } from "#core/primitives/errors.js";
import { ModeInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { type AnyCodec, defineMessage, type Field, type MessageCodec } from "./message.js";

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

function field(number: number, name: string, kind: Field["kind"], more: object = {}): Field {
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
  field(11, "child", "message", { message: () => EVERYTHING as unknown as AnyCodec }),
  field(12, "numbers", "int64", { repeated: true }),
  field(13, "fixedNumbers", "fixed64", { repeated: true }),
  field(14, "names", "string", { repeated: true }),
  field(2000, "flags", "bool", { repeated: true }),
]);

function decode(hex: string): Everything {
  return EVERYTHING.decode(Uint8Array.from(Buffer.from(hex, "hex")));
}

function encode(message: Partial<Everything>): string {
  return Buffer.from(EVERYTHING.encode(EVERYTHING.create(message))).toString("hex");
}

/** The code and the detail of the error that decoding ends with. */
function refusal(work: () => unknown): { code: number; detail: ChainError["detail"] } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { code: error.code, detail: error.detail };
  }
  throw new Error("nothing is refused");
}

describe("values and their bytes", () => {
  const cases: ReadonlyArray<readonly [string, Partial<Everything>]> = [
    ["", {}],
    ["0a09c3a9e282acf09f9880", { text: "é€😀" }],
    ["0a03efbbbf", { text: "\ufeff" }],
    ["1202ff00", { data: Uint8Array.of(0xff, 0) }],
    ["1801", { flag: true }],
    ["20ffffffffffffffffff01", { small: -1 }],
    ["20ffffffff07", { small: 0x7fff_ffff }],
    ["2080808080f8ffffffff01", { small: -0x8000_0000 }],
    ["28ffffffff0f", { natural: 0xffff_ffff }],
    ["30ffffffffffffffffff01", { signed: -1n }],
    ["3080808080808080808001", { signed: -(1n << 63n) }],
    ["30ffffffffffffffff7f", { signed: (1n << 63n) - 1n }],
    ["387f", { unsigned: 127n }],
    ["388001", { unsigned: 128n }],
    ["38ffffff7f", { unsigned: (1n << 28n) - 1n }],
    ["388080808001", { unsigned: 1n << 28n }],
    ["3880bcc1960b", { unsigned: 3_000_000_000n }],
    ["388080808080808001", { unsigned: 1n << 49n }],
    ["38ffffffffffffffffff01", { unsigned: (1n << 64n) - 1n }],
    ["410100000000000000", { fixed: 1n }],
    ["41ffffffffffffffff", { fixed: (1n << 64n) - 1n }],
    ["49ffffffffffffffff", { sfixed: -1n }],
    ["50ffffffffffffffffff01", { choice: -1 }],
    ["5a00", { child: EVERYTHING.create() }],
    ["620b01ffffffffffffffffff01", { numbers: [1n, -1n] }],
    ["6a080100000000000000", { fixedNumbers: [1n] }],
    ["7200720161", { names: ["", "a"] }],
    ["827d020100", { flags: [true, false] }],
  ];

  test.each(cases)("%s", (hex, message) => {
    expect(encode(message)).toBe(hex);
    expect(decode(hex)).toStrictEqual(EVERYTHING.create(message));
    const bytes = Buffer.from(hex, "hex");
    expect(EVERYTHING.decodeCanonical(bytes)).toStrictEqual(EVERYTHING.create(message));
  });

  test.each([127, 128, 500, 512, 513, 16_383, 16_384, 70_000])(
    "texts and bytes of %i bytes at every depth",
    (length) => {
      const child = EVERYTHING.create({
        text: "ü".repeat(length >> 1),
        data: new Uint8Array(length),
      });
      const message = EVERYTHING.create({
        text: "x".repeat(length),
        child: EVERYTHING.create({ child, flag: true }),
        names: ["a".repeat(length), "tail"],
      });
      expect(EVERYTHING.decode(EVERYTHING.encode(message))).toStrictEqual(message);
    },
  );
});

describe("what an encoder may write and ours does not", () => {
  test.each<[string, string, Partial<Everything>]>([
    ["an unpacked list", "60016002", { numbers: [1n, 2n] }],
    ["an unpacked list of fixed size", "690100000000000000", { fixedNumbers: [1n] }],
    ["a list that is packed in parts", "620101600262020304", { numbers: [1n, 2n, 3n, 4n] }],
    ["an empty packed list", "6200", {}],
    ["fields in another order", "20010a0161", { text: "a", small: 1 }],
    [
      "elements between other fields",
      "720161200172 0162".replace(" ", ""),
      { small: 1, names: ["a", "b"] },
    ],
    ["a default", "2000", {}],
  ])("%s decodes but is not canonical", (_, hex, message) => {
    expect(decode(hex)).toStrictEqual(EVERYTHING.create(message));
    const canonical = (): unknown => EVERYTHING.decodeCanonical(Buffer.from(hex, "hex"));
    expect(refusal(canonical)).toStrictEqual({ code: 3, detail: { type: "test.Everything" } });
  });
});

describe("refused", () => {
  test.each([
    ["an unknown field", "b00101", "", "unknown field 22"],
    ["field zero", "0000", "", "unknown field 0"],
    ["an unknown field of an embedded message", "5a03b00101", ".child", "unknown field 22"],
    ["a text that is a number", "0801", ".text", "a wrong wire type"],
    ["a bool that is bytes", "1a00", ".flag", "a wrong wire type"],
    ["a number of 32 fixed bits", "2500000000", ".small", "a wrong wire type"],
    ["a fixed number that is a varint", "4001", ".fixed", "a wrong wire type"],
    ["a message that is a number", "5801", ".child", "a wrong wire type"],
    ["a message that is a group", "5b5c", ".child", "a wrong wire type"],
    ["a list of numbers of 32 fixed bits", "6500000000", ".numbers", "a wrong wire type"],
    ["a list of texts that is a number", "7001", ".names", "a wrong wire type"],
    ["a number twice", "20012001", ".small", "the field twice"],
    ["a message twice", "5a005a00", ".child", "the field twice"],
    ["a default twice", "20002000", ".small", "the field twice"],
    ["a padded one", "208100", ".small", "a padded varint"],
    ["a padded zero", "388000", ".unsigned", "a padded varint"],
    ["a number padded to ten bytes", "3881808080808080808000", ".unsigned", "a padded varint"],
    ["a padded negative number of 32 bits", "208180808000", ".small", "a padded varint"],
    ["a padded tag", "a00001", "", "a padded varint"],
    ["a padded length", "0a8000", ".text", "a padded varint"],
    ["a padded element", "62028000", ".numbers", "a padded varint"],
    ["a padded natural number", "288180808000", ".natural", "a padded varint"],
    ["65 bits", "38ffffffffffffffffff02", ".unsigned", "a varint over 64 bits"],
    ["eleven bytes", "388080808080808080808001", ".unsigned", "a varint over 64 bits"],
    ["33 bits in a natural number", "288080808010", ".natural", "a varint over 32 bits"],
    ["64 bits in a natural number", "28ffffffffffffffffff01", ".natural", "a varint over 32 bits"],
    ["2^31 in a signed number", "208080808008", ".small", "a varint over 32 bits"],
    ["-2^31-1 in a signed number", "20fffffffff7ffffffff01", ".small", "a varint over 32 bits"],
    ["a tag over 32 bits", "808080801000", "", "a varint over 32 bits"],
    ["a bool of two", "1802", ".flag", "a bool over 1"],
    ["a bool of 2^32", "188080808010", ".flag", "a bool over 1"],
    ["the end behind a tag", "20", ".small", "the end inside a varint"],
    ["the end inside a number", "2080", ".small", "the end inside a varint"],
    ["the end inside a tag", "80", "", "the end inside a varint"],
    ["the end inside a text", "0a0561", ".text", "a length past the end"],
    ["the end inside a fixed number", "41000000", ".fixed", "a length past the end"],
    ["the end inside a packed number", "620180", ".numbers", "the end inside a varint"],
    [
      "the end inside a packed fixed number",
      "6a03010203",
      ".fixedNumbers",
      "a length past the end",
    ],
    [
      "a text that leaves its message",
      "5a020a056161616161",
      ".child.text",
      "a length past the end",
    ],
    ["a length of 2^32-1", "0affffffff0f", ".text", "a length past the end"],
    ["a length of 2^32", "0a8080808010", ".text", "a varint over 32 bits"],
    ["text that is not UTF-8", "0a01ff", ".text", "text that is not UTF-8"],
    ["overlong UTF-8", "0a02c080", ".text", "text that is not UTF-8"],
    ["a surrogate in UTF-8", "0a03eda080", ".text", "text that is not UTF-8"],
    ["UTF-8 that breaks off", "0a01c3", ".text", "text that is not UTF-8"],
    ["UTF-8 beyond the last plane", "0a04f4908080", ".text", "text that is not UTF-8"],
    ["UTF-8 that breaks off in a list", "7201c3", ".names", "text that is not UTF-8"],
  ])("%s", (_, hex, at, found) => {
    expect(refusal(() => decode(hex))).toStrictEqual({
      code: 2,
      detail: { at: `test.Everything${at}`, found },
    });
  });

  test.each(["0a0208011200", "12000a020801"])("two members of a oneof, %s", (hex) => {
    const decoded = (): unknown => ModeInfo.decode(Buffer.from(hex, "hex"));
    expect(refusal(decoded).detail["found"]).toBe("two members of sum");
  });

  test("a long text that is not UTF-8 at its end", () => {
    const bytes = EVERYTHING.encode(EVERYTHING.create({ text: "x".repeat(2000) }));
    bytes[bytes.length - 1] = 0xff;
    expect(refusal(() => EVERYTHING.decode(bytes)).code).toBe(2);
  });

  test("messages nested deeper than 32 levels", () => {
    const nested = (levels: number): Everything => {
      let message = EVERYTHING.create();
      for (let level = 0; level < levels; level++) message = EVERYTHING.create({ child: message });
      return message;
    };
    const deepest = nested(32);
    expect(EVERYTHING.decode(EVERYTHING.encode(deepest))).toStrictEqual(deepest);
    const { code, detail } = refusal(() => EVERYTHING.decode(EVERYTHING.encode(nested(33))));
    expect([code, detail["found"]]).toStrictEqual([2, "messages nested too deep"]);
  });

  test("ten thousand levels, without running out of stack", () => {
    let bytes = new Uint8Array(0);
    for (let level = 0; level < 10_000; level++) {
      const length = [bytes.length & 0x7f, bytes.length >> 7, 0].slice(
        0,
        bytes.length > 127 ? 2 : 1,
      );
      if (bytes.length > 16_383) break;
      if (length.length === 2) length[0] = (length[0] ?? 0) | 0x80;
      bytes = Uint8Array.of(0x5a, ...length, ...bytes);
    }
    expect(refusal(() => EVERYTHING.decode(bytes)).code).toBe(2);
  });
});

describe("messages own what they hold", () => {
  test("bytes that were decoded do not change with the input", () => {
    const input = Buffer.from("1202ff00", "hex");
    const { data } = EVERYTHING.decode(input);
    input.fill(0x55);
    expect(data).toStrictEqual(Uint8Array.of(0xff, 0));
  });

  test("bytes that were encoded do not change with the message", () => {
    const data = new Uint8Array(100_000).fill(1);
    const message = EVERYTHING.create({ data });
    const bytes = EVERYTHING.encode(message);
    data.fill(2);
    expect(bytes.at(-1)).toBe(1);
  });

  test("defaults are not shared", () => {
    const [first, second] = [decode(""), decode("")];
    first.numbers.push(1n);
    expect(second.numbers).toStrictEqual([]);
    expect(EVERYTHING.create().numbers).toStrictEqual([]);
  });

  test("a view into a larger buffer decodes within its bounds", () => {
    const buffer = Buffer.from("ffff1202ff00ffff", "hex");
    expect(EVERYTHING.decode(buffer.subarray(2, 6)).data).toStrictEqual(Uint8Array.of(0xff, 0));
    expect(refusal(() => EVERYTHING.decode(buffer.subarray(2, 5))).code).toBe(2);
  });
});
