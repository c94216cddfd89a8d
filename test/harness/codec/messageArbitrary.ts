import type { DescMessage } from "@bufbuild/protobuf";
import fc, { type Arbitrary } from "fast-check";
import type { AnyCodec, Field } from "#core/codec/message.js";
import { ALL_TYPES, DESCRIPTORS } from "./messageTypes.js";

/** Which values a message may hold: whatever the wire carries, or what JSON can say as well. */
export type ValueRange = "wire" | "json";

type Values = Record<string, unknown>;

/** Levels of embedded messages below the outermost one. */
const DEPTH = 3;

/** Random messages of a type, with at most one member of each oneof. */
export function messageArbitrary(codec: AnyCodec, range: ValueRange): Arbitrary<object> {
  return messagesTo(codec, range, DEPTH);
}

/** Arbitraries made so far; many types hold the same ones. */
const made = new Map<string, Arbitrary<object>>();

function messagesTo(codec: AnyCodec, range: ValueRange, depth: number): Arbitrary<object> {
  const key = `${codec.typeName} ${range} ${depth}`;
  const arbitrary = made.get(key) ?? makeMessages(codec, range, depth);
  made.set(key, arbitrary);
  return arbitrary;
}

function makeMessages(codec: AnyCodec, range: ValueRange, depth: number): Arbitrary<object> {
  if (range === "json") {
    switch (codec.typeName) {
      case "google.protobuf.Timestamp":
        return instants(-62_135_596_800n, 253_402_300_799n, false);
      case "google.protobuf.Duration":
        return instants(-315_576_000_000n, 315_576_000_000n, true);
      case "google.protobuf.Any":
        return packed(depth);
      default:
    }
  }
  const fields: { [name: string]: Arbitrary<unknown> } = {};
  for (const field of codec.fields) fields[field.name] = fieldArbitrary(field, range, depth);
  const descriptor = DESCRIPTORS.getMessage(codec.typeName);
  return fc
    .tuple(fc.record(fields, { noNullPrototype: true }), fc.nat())
    .map(([message, choice]) => keepOneOf(descriptor, codec, { message, choice }));
}

/** Leaves one member of each oneof, the one that `choice` falls on. */
function keepOneOf(
  descriptor: DescMessage | undefined,
  codec: AnyCodec,
  { message, choice }: { message: Values; choice: number },
): object {
  const defaults = codec.create() as Values;
  for (const { fields } of descriptor?.oneofs ?? []) {
    for (const [index, { localName }] of fields.entries()) {
      if (index !== choice % fields.length) message[localName] = defaults[localName];
    }
  }
  return message;
}

function fieldArbitrary(field: Field, range: ValueRange, depth: number): Arbitrary<unknown> {
  const optional = field.kind === "message" && !field.required;
  if (optional && depth === 0) return fc.constant(0).map(() => (field.repeated ? [] : undefined));
  const single = valueArbitrary(field, range, depth);
  if (field.repeated) return fc.array(single, { maxLength: 3 });
  return optional ? fc.option(single, { nil: undefined }) : single;
}

function valueArbitrary(field: Field, range: ValueRange, depth: number): Arbitrary<unknown> {
  if (field.form === "dec" && range === "json") {
    return field.kind === "bytes" ? DEC.map((digits) => Buffer.from(digits)).map(plain) : DEC;
  }
  switch (field.kind) {
    case "message":
      return messagesTo(field.message!(), range, Math.max(0, depth - 1));
    case "enum":
      return enumArbitrary(field, range);
    default:
      return SCALARS[field.kind];
  }
}

function enumArbitrary(field: Field, range: ValueRange): Arbitrary<number> {
  const known = fc.constantFrom(...(field.enumNames ?? []).map(([number]) => number));
  return range === "json" ? known : fc.oneof({ weight: 4, arbitrary: known }, SCALARS.int32);
}

/** Lengths around those where a length prefix grows, and around internal buffer sizes. */
const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 300 }) },
);

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 60, maxLength: 140 }) },
);

const SCALARS = {
  string: text,
  bytes,
  bool: fc.boolean(),
  int32: fc.integer(),
  uint32: fc.nat({ max: 0xffff_ffff }),
  int64: integers(-(1n << 63n), (1n << 63n) - 1n),
  uint64: integers(0n, (1n << 64n) - 1n),
  fixed64: integers(0n, (1n << 64n) - 1n),
  sfixed64: integers(-(1n << 63n), (1n << 63n) - 1n),
} as const;

/** Integers of every length, not only long ones. */
function integers(min: bigint, max: bigint): Arbitrary<bigint> {
  return fc
    .tuple(fc.bigInt({ min, max }), fc.nat(63), fc.constantFrom(min, max, 0n, 1n, undefined))
    .map(([value, shift, extreme]) => extreme ?? value >> BigInt(shift));
}

const DEC = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((value) => value.toString());

/** Seconds and nanoseconds; of one sign where a duration demands it. */
function instants(min: bigint, max: bigint, sameSign: boolean): Arbitrary<object> {
  const digits = fc.constantFrom(1, 1000, 1_000_000, 500_000_000);
  return fc
    .tuple(fc.bigInt({ min, max }), fc.nat(999_999_999), digits)
    .map(([seconds, fraction, step]) => {
      const nanos = (fraction - (fraction % step)) * (sameSign && seconds < 0n ? -1 : 1);
      return { seconds, nanos: nanos === 0 ? 0 : nanos };
    });
}

/** An Any that holds a coin, a multisig key with keys inside, a time or another Any. */
function packed(depth: number): Arbitrary<object> {
  const names = [
    "/cosmos.base.v1beta1.Coin",
    "/google.protobuf.Timestamp",
    "/google.protobuf.Duration",
    ...(depth > 0 ? ["/cosmos.crypto.multisig.LegacyAminoPubKey", "/google.protobuf.Any"] : []),
  ];
  return fc.constantFrom(...names).chain((typeUrl) => {
    const codec = ALL_TYPES.get(typeUrl);
    return messagesTo(codec, "json", Math.max(0, depth - 1)).map((message) => ({
      typeUrl,
      value: codec.encode(message),
    }));
  });
}

function plain(buffer: Uint8Array): Uint8Array {
  return Uint8Array.from(buffer);
}
