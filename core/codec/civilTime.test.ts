import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatFraction, formatInstant, parseInstant } from "./civilTime.js";

const RUNS = { seed: 0xc1f, numRuns: 5000 };
const EARLIEST_MS = Date.parse("0001-01-01T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T23:59:59Z");

/** Instants at whole seconds of years 1 to 9999, many at the ends of months and years. */
const seconds = fc.oneof(
  fc.integer({ min: EARLIEST_MS / 1000, max: LATEST_MS / 1000 }),
  fc
    .tuple(fc.integer({ min: 1, max: 9998 }), fc.nat(12), fc.integer({ min: -2, max: 2 }))
    .map(([year, month, offset]) => new Date(0).setUTCFullYear(year, month, 1) / 1000 + offset)
    .filter((second) => second >= EARLIEST_MS / 1000),
);

test("instants are written as Date writes them", () => {
  fc.assert(
    fc.property(seconds, fc.nat(999), (second, millisecond) => {
      const expected = new Date(second * 1000 + millisecond).toISOString();
      const written = formatInstant({ seconds: BigInt(second), nanos: millisecond * 1_000_000 });
      expect(written).toBe(millisecond === 0 ? expected.replace(".000Z", "Z") : expected);
    }),
    RUNS,
  );
});

test("instants are read as Date reads them, in whatever zone", () => {
  const zone = fc.tuple(fc.constantFrom("+", "-"), fc.nat(23), fc.nat(59));
  fc.assert(
    fc.property(seconds, zone, (second, [sign, hours, minutes]) => {
      const local = new Date(second * 1000).toISOString().slice(0, 19);
      const text = `${local}${sign}${two(hours)}:${two(minutes)}`;
      const milliseconds = Date.parse(text);
      const expected =
        milliseconds < EARLIEST_MS || milliseconds > LATEST_MS
          ? undefined
          : { seconds: BigInt(milliseconds / 1000), nanos: 0 };
      expect(parseInstant(text)).toStrictEqual(expected);
    }),
    RUNS,
  );
});

test("what is written is read again, to the nanosecond", () => {
  fc.assert(
    fc.property(seconds, fc.nat(999_999_999), (second, nanos) => {
      const instant = { seconds: BigInt(second), nanos };
      expect(parseInstant(formatInstant(instant))).toStrictEqual(instant);
    }),
    RUNS,
  );
});

describe("the calendar", () => {
  test.each(["2000-02-29", "2024-02-29", "0004-02-29", "1999-12-31", "2400-02-29"])(
    "has %s",
    (date) => {
      const parsed = parseInstant(`${date}T00:00:00Z`);
      expect(parsed).toStrictEqual({ seconds: BigInt(Date.parse(date) / 1000), nanos: 0 });
    },
  );

  test.each(["1900-02-29", "2023-02-29", "2100-02-29", "2024-04-31", "2024-00-10", "2024-01-00"])(
    "lacks %s",
    (date) => {
      expect(parseInstant(`${date}T00:00:00Z`)).toBeUndefined();
    },
  );
});

test.each([
  "2024-01-01T24:00:00Z",
  "2024-01-01T00:60:00Z",
  "2024-01-01T00:00:60Z",
  "2024-01-01T00:00:00",
  "2024-01-01 00:00:00Z",
  "2024-01-01T00:00:00.Z",
  "2024-01-01T00:00:00.1234567890Z",
  "2024-01-01T00:00:00+24:00",
  "2024-01-01T00:00:00+00:60",
  "2024-01-01T00:00:00+0100",
  "24-01-01T00:00:00Z",
  "12024-01-01T00:00:00Z",
  "0000-12-31T23:59:59Z",
  "0001-01-01T00:00:00+00:01",
  "9999-12-31T23:59:59-00:01",
  " 2024-01-01T00:00:00Z",
  "2024-01-01T00:00:00Z\n",
])("%j is no instant", (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test.each([
  [0, ""],
  [1, ".000000001"],
  [1000, ".000001"],
  [1_000_000, ".001"],
  [100_000_000, ".100"],
  [999_999_999, ".999999999"],
  [999_999_000, ".999999"],
])("%i nanoseconds are written %j", (nanos, text) => {
  expect(formatFraction(nanos)).toBe(text);
});

function two(value: number): string {
  return value.toString().padStart(2, "0");
}
