import { toJson as toOtherJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toBufbuild } from "#test/harness/codec/bufbuild.js";
import { messageArbitrary } from "#test/harness/codec/messageArbitrary.js";
import { ALL_TYPES, DESCRIPTORS, MESSAGE_TYPES } from "#test/harness/codec/messageTypes.js";
import { ChainError } from "#core/primitives/errors.js";
import { PageResponse } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { Coin } from "#core/codec/generated/cosmos/base/v1beta1.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { CommissionRates, Params } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { Fee, ModeInfo, TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { Any, Duration, Timestamp } from "#core/codec/generated/google/protobuf.js";
import { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import { EvidenceParams } from "#core/codec/generated/tendermint/types.js";
import { malformedJson } from "./errors.js";
import { fromJson, type JsonObject, type JsonValue, toGatewayJson, toJson } from "./json.js";
import type { AnyCodec, MessageCodec } from "./message.js";
import { pack, TypeRegistry } from "./typeRegistry.js";

const RUNS = { seed: 0x150, numRuns: 25 };
const registry = ALL_TYPES;

/** JSON without what proto JSON says otherwise: unset messages, and decimals with their point. */
function comparable(codec: AnyCodec, json: JsonValue): JsonValue {
  if (!isObject(json) || codec.typeName === "google.protobuf.Any") return withoutNulls(json);
  const kept: JsonObject = {};
  for (const { protoName, form, message, repeated } of codec.fields) {
    const value = json[protoName];
    if (value === undefined || value === null || form === "dec") continue;
    if (message === undefined) kept[protoName] = value;
    else if (!repeated) kept[protoName] = comparable(message(), value);
    else kept[protoName] = (value as JsonValue[]).map((one) => comparable(message(), one));
  }
  return kept;
}

function withoutNulls(json: JsonValue): JsonValue {
  if (Array.isArray(json)) return json.map(withoutNulls);
  if (!isObject(json)) return json;
  const entries = Object.entries(json).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNulls(value)]));
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

describe.each(MESSAGE_TYPES)("$name", ({ codec, descriptor }) => {
  const messages = messageArbitrary(codec, "json");

  test("survives JSON", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const json = toJson(codec, message, registry);
        const text = JSON.stringify(json);
        expect(fromJson(codec, JSON.parse(text), { registry })).toStrictEqual(message);
      }),
      RUNS,
    );
  });

  test("is read from whatever JSON, or refused with the path", () => {
    const broken = fc.tuple(messages, fc.nat(), fc.jsonValue()).map(([message, place, value]) => {
      const json = toJson(codec, message, registry);
      if (!isObject(json)) return value;
      const names = Object.keys(json);
      return { ...json, [names[place % names.length] ?? "none"]: value };
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.jsonValue()), (json) => {
        try {
          codec.encode(fromJson(codec, json, { registry }));
        } catch (error) {
          expect(malformedJson.is(error)).toBe(true);
          expect((error as ChainError).detail["at"]).toMatch(/^\$/);
        }
      }),
      RUNS,
    );
  });

  test("has the JSON of @bufbuild/protobuf where the rules agree", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const theirs = toOtherJson(descriptor, toBufbuild(descriptor, message), {
          useProtoFieldName: true,
          alwaysEmitImplicit: true,
          registry: DESCRIPTORS,
        });
        const ours = toJson(codec, message, registry);
        expect(comparable(codec, ours)).toStrictEqual(comparable(codec, theirs));
      }),
      RUNS,
    );
  });
});

/** What reading JSON is refused with. */
function refusal(codec: AnyCodec, json: unknown): ChainError["detail"] {
  try {
    fromJson(codec, json, { registry });
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    expect([error.codespace, error.code]).toStrictEqual(["codec", 4]);
    return error.detail;
  }
  throw new Error("the JSON is read");
}

function read<T extends object>(codec: MessageCodec<T>, json: unknown): T {
  return fromJson(codec, json, { registry });
}

describe("times", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0n, 0],
    ["1970-01-01T00:00:00.500Z", 0n, 500_000_000],
    ["1970-01-01T00:00:00.000001Z", 0n, 1000],
    ["1970-01-01T00:00:00.000000001Z", 0n, 1],
    ["1969-12-31T23:59:59.999999999Z", -1n, 999_999_999],
    ["0001-01-01T00:00:00Z", -62_135_596_800n, 0],
    ["9999-12-31T23:59:59.999999999Z", 253_402_300_799n, 999_999_999],
  ])("%s", (text, seconds, nanos) => {
    expect(toJson(Timestamp, { seconds, nanos }, registry)).toBe(text);
    expect(read(Timestamp, text)).toStrictEqual({ seconds, nanos });
  });

  test.each([
    [-62_135_596_801n, 0],
    [253_402_300_800n, 0],
    [0n, -1],
    [0n, 1_000_000_000],
  ])("%i s and %i ns are not written", (seconds, nanos) => {
    expect(() => toJson(Timestamp, { seconds, nanos }, registry)).toThrow(/out of range/);
  });

  test("a time of another zone is the same instant", () => {
    expect(read(Timestamp, "2024-02-29T23:30:00.25+05:30").seconds).toBe(
      read(Timestamp, "2024-02-29T18:00:00Z").seconds,
    );
  });

  test.each(["", "2024-01-01", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", 5, null])(
    "%s is no time",
    (json) => {
      expect(refusal(Timestamp, json)).toStrictEqual({ at: "$", problem: "not an RFC 3339 time" });
    },
  );
});

describe("durations", () => {
  test.each([
    ["0s", 0n, 0],
    ["1814400s", 1_814_400n, 0],
    ["0.500s", 0n, 500_000_000],
    ["-0.000000001s", 0n, -1],
    ["-5s", -5n, 0],
    ["-5.000001s", -5n, -1000],
    ["315576000000s", 315_576_000_000n, 0],
  ])("%s", (text, seconds, nanos) => {
    expect(toJson(Duration, { seconds, nanos }, registry)).toBe(text);
    expect(read(Duration, text)).toStrictEqual({ seconds, nanos });
  });

  test.each(["", "5", "5m", "1.s", ".5s", "--5s", "0.0000000001s", 5])("%s is none", (json) => {
    expect(refusal(Duration, json)).toStrictEqual({
      at: "$",
      problem: "not a duration such as 10s",
    });
  });

  test.each([
    [315_576_000_001n, 0],
    [-315_576_000_001n, 0],
    [0n, 1_000_000_000],
    [1n, -1],
    [-1n, 1],
  ])("%i s and %i ns are not written", (seconds, nanos) => {
    expect(() => toJson(Duration, { seconds, nanos }, registry)).toThrow(/out of range/);
  });

  test("one over 10,000 years is refused", () => {
    expect(refusal(Duration, "315576000001s")).toStrictEqual({ at: "$", problem: "too long" });
  });
});

describe("decimals", () => {
  const rates = { rate: "0.100000000000000000", max_rate: "1.5", max_change_rate: "-0.01" };

  test("are written with 18 digits behind the point and read with fewer", () => {
    const message = read(CommissionRates, rates);
    expect(message).toStrictEqual({
      rate: "100000000000000000",
      maxRate: "1500000000000000000",
      maxChangeRate: "-10000000000000000",
    });
    expect(toJson(CommissionRates, message, registry)).toStrictEqual({
      rate: "0.100000000000000000",
      max_rate: "1.500000000000000000",
      max_change_rate: "-0.010000000000000000",
    });
  });

  test("that were never set are zero", () => {
    expect(toJson(CommissionRates, CommissionRates.create(), registry)).toMatchObject({
      rate: "0.000000000000000000",
    });
  });

  test.each(["", "1.", ".5", "1e3", "0.1234567890123456789", 0.5])("%s is none", (rate) => {
    expect(refusal(CommissionRates, { rate })).toStrictEqual({
      at: "$.rate",
      problem: "not a decimal",
    });
  });
});

describe("an Any", () => {
  const coin: Coin = { denom: "unes", amount: "5" };

  test("is flattened beside its type", () => {
    const json = toJson(Any, pack(Coin, coin), registry);
    expect(json).toStrictEqual({
      "@type": "/cosmos.base.v1beta1.Coin",
      denom: "unes",
      amount: "5",
    });
    expect(read(Any, json)).toStrictEqual(pack(Coin, coin));
  });

  test("holds a time under a name of its own, as proto JSON has it", () => {
    const packed = pack(Timestamp, { seconds: 0n, nanos: 0 });
    const json = { "@type": "/google.protobuf.Timestamp", value: "1970-01-01T00:00:00Z" };
    expect(toJson(Any, packed, registry)).toStrictEqual(json);
    expect(read(Any, json)).toStrictEqual(packed);
  });

  test("is null when it is empty", () => {
    const empty = { typeUrl: "", value: new Uint8Array(0) };
    const body = TxBody.create({ messages: [empty] });
    const json = toJson(TxBody, body, registry) as JsonObject;
    expect(json["messages"]).toStrictEqual([null]);
    expect(read(TxBody, json)).toStrictEqual(body);
  });

  test("of an unknown type is not written", () => {
    const packed = { typeUrl: "/unknown.Type", value: new Uint8Array(0) };
    expect(() => toJson(Any, packed, registry)).toThrow("unknown type URL");
  });

  test("whose bytes are malformed is not written", () => {
    const packed = { typeUrl: Coin.typeUrl, value: Uint8Array.of(0xff) };
    expect(() => toJson(Any, packed, registry)).toThrow("malformed protobuf");
  });

  test.each([
    [{}, "$.@type", "a type URL is missing"],
    [{ "@type": 5 }, "$.@type", "a type URL is missing"],
    [{ "@type": "/unknown.Type" }, "$.@type", "unknown type /unknown.Type"],
    [{ "@type": Coin.typeUrl, nominal: "" }, "$.nominal", "unknown field"],
    [{ "@type": Timestamp.typeUrl }, "$.value", "not an RFC 3339 time"],
    ["text", "$", "not an object"],
  ])("%j is refused", (json, at, problem) => {
    expect(refusal(Any, json)).toStrictEqual({ at, problem });
  });

  test("within an Any ends at a depth that no stack minds", () => {
    let packed = pack(Coin, coin);
    let json: JsonValue = { "@type": Coin.typeUrl };
    for (let level = 0; level < 5000; level++) {
      packed = level < 1000 ? pack(Any, packed) : packed;
      json = { "@type": Any.typeUrl, value: json };
    }
    expect(() => toJson(Any, packed, registry)).toThrow("messages nested too deep");
    expect(refusal(Any, json)["problem"]).toBe("nested too deep");
  });
});

describe("members of a oneof", () => {
  test("that are unset are not written", () => {
    const mode = ModeInfo.create({ single: { mode: 1 } });
    expect(toJson(ModeInfo, mode, registry)).toStrictEqual({
      single: { mode: "SIGN_MODE_DIRECT" },
    });
    const key = PublicKey.create({ ed25519: Uint8Array.of(1) });
    expect(toJson(PublicKey, key, registry)).toStrictEqual({ ed25519: "AQ==" });
  });

  test("are refused when there are two", () => {
    const json = { single: { mode: 1 }, multi: {} };
    expect(refusal(ModeInfo, json)).toStrictEqual({ at: "$", problem: "two members of sum" });
    expect(read(ModeInfo, { single: { mode: 1 }, multi: null }).multi).toBeUndefined();
  });
});

describe("names and paths", () => {
  test("snake case and camel case are read, absent and null fields keep their defaults", () => {
    const params = read(EvidenceParams, {
      max_age_num_blocks: "5",
      maxBytes: 7,
      max_age_duration: null,
    });
    const unset = { seconds: 0n, nanos: 0 };
    expect(params).toStrictEqual({ maxAgeNumBlocks: 5n, maxAgeDuration: unset, maxBytes: 7n });
  });

  test("keys are written in the order of fields", () => {
    const json = toJson(EvidenceParams, EvidenceParams.create(), registry) as JsonObject;
    expect(Object.keys(json)).toStrictEqual([
      "max_age_num_blocks",
      "max_age_duration",
      "max_bytes",
    ]);
  });

  test.each<[AnyCodec, unknown, string, string]>([
    [Coin, { denom: "a", extra: 1 }, "$.extra", "unknown field"],
    [Coin, JSON.parse('{"__proto__": 1}'), "$.__proto__", "unknown field"],
    [Coin, { constructor: 1 }, "$.constructor", "unknown field"],
    [Coin, { denom: 5 }, "$.denom", "not a string"],
    [Coin, { denom: "\ud800" }, "$.denom", "not Unicode"],
    [Coin, [], "$", "not an object"],
    [Coin, null, "$", "not an object"],
    [EvidenceParams, { max_bytes: 1, maxBytes: 1 }, "$.maxBytes", "the field twice"],
    [EvidenceParams, { max_bytes: "1.5" }, "$.max_bytes", "not an integer"],
    [EvidenceParams, { max_bytes: 1.5 }, "$.max_bytes", "not an integer"],
    [EvidenceParams, { max_bytes: 2 ** 53 }, "$.max_bytes", "not an integer"],
    [EvidenceParams, { max_bytes: true }, "$.max_bytes", "not an integer"],
    [EvidenceParams, { max_bytes: "9223372036854775808" }, "$.max_bytes", "integer out of range"],
    [Fee, { gas_limit: "18446744073709551616" }, "$.gas_limit", "integer out of range"],
    [Fee, { gas_limit: "-1" }, "$.gas_limit", "integer out of range"],
    [Fee, { amount: {} }, "$.amount", "not a list"],
    [Fee, { amount: [{ denom: "a" }, { denom: 5 }] }, "$.amount[1].denom", "not a string"],
    [Fee, { amount: [null] }, "$.amount[0]", "not an object"],
    [Params, { max_validators: 2 ** 32 }, "$.max_validators", "integer out of range"],
    [PublicKey, { ed25519: "***" }, "$.ed25519", "not base64"],
    [PublicKey, { ed25519: 5 }, "$.ed25519", "not base64"],
    [
      LegacyAminoPubKey,
      { public_keys: [{ "@type": 1 }] },
      "$.public_keys[0].@type",
      "a type URL is missing",
    ],
  ])("%o is refused", (codec, json, at, problem) => {
    expect(refusal(codec, json)).toStrictEqual({ at, problem });
  });

  test("an unknown enum value names the known ones", () => {
    const { at, problem } = refusal(ModeInfo, { single: { mode: "SIGN_MODE_TELEPATHY" } });
    expect(at).toBe("$.single.mode");
    expect(problem).toMatch(/^not one of SIGN_MODE_UNSPECIFIED, SIGN_MODE_DIRECT, /);
  });

  test("the path begins where the caller says", () => {
    const empty = new TypeRegistry();
    const readAt = (): unknown => fromJson(Coin, 5, { registry: empty, at: "app_state.bank" });
    expect(readAt).toThrow("app_state.bank");
  });
});

test("the gateway's JSON has null for empty bytes, which other JSON writes as an empty text", () => {
  const page = PageResponse.create({ total: 7n });
  expect(toGatewayJson(PageResponse, page, new TypeRegistry())).toEqual({
    next_key: null,
    total: "7",
  });
  expect(toJson(PageResponse, page, new TypeRegistry())).toEqual({ next_key: "", total: "7" });
  const more = PageResponse.create({ nextKey: Uint8Array.of(1) });
  expect(toGatewayJson(PageResponse, more, new TypeRegistry())).toEqual({
    next_key: "AQ==",
    total: "0",
  });
});
