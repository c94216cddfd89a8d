import { describe, expect, test } from "vitest";
import type { JsonValue } from "#core/codec/json.js";
import { SdkError } from "../errors.js";
import { JsonCursor } from "./jsonCursor.js";

function cursor(value: JsonValue): JsonCursor {
  return new JsonCursor(value, "result", (at, problem) => {
    return new SdkError("RPC_MALFORMED", { method: "m", at, problem });
  });
}

/** The path that a reading is refused at; undefined when it is not. */
function refusedAt(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof SdkError) return (error as SdkError<"RPC_MALFORMED">).facts.at;
    throw error;
  }
  return undefined;
}

describe("values that are what they must be", () => {
  test.each<readonly [JsonValue, bigint]>([
    ["0", 0n],
    ["-7", -7n],
    ["9223372036854775807", (1n << 63n) - 1n],
    ["-9223372036854775808", -(1n << 63n)],
    [42, 42n],
    [-42, -42n],
  ])("%j is an integer of 64 bits", (json, value) => {
    expect(cursor(json).int64()).toBe(value);
  });

  test("hex, base64, text, bool, number and time", () => {
    expect(cursor("00FFab").hex()).toEqual(Uint8Array.of(0, 255, 171));
    expect(cursor("").hex()).toEqual(new Uint8Array(0));
    expect(cursor("AP8=").base64()).toEqual(Uint8Array.of(0, 255));
    expect(cursor(null).base64()).toEqual(new Uint8Array(0));
    expect(cursor("x").text()).toBe("x");
    expect(cursor(null).textOrEmpty()).toBe("");
    expect(cursor(true).bool()).toBe(true);
    expect(cursor(null).int32()).toBe(0);
    expect(cursor(-3).int32()).toBe(-3);
    expect(cursor("0001-01-01T00:00:00Z").time()).toEqual({ seconds: -62_135_596_800n, nanos: 0 });
  });

  test("members and elements, which may be absent", () => {
    const json = cursor({ a: { b: [1, 2] }, n: null });
    expect(
      json
        .field("a")
        .field("b")
        .elements()
        .map((one) => one.int32()),
    ).toEqual([1, 2]);
    expect(json.optional("n")).toBeUndefined();
    expect(json.optional("missing")).toBeUndefined();
    expect(json.optional("a")?.value).toEqual({ b: [1, 2] });
    expect(json.field("missing").elements()).toEqual([]);
  });
});

describe("values that are not", () => {
  test.each<readonly [string, JsonValue, (json: JsonCursor) => unknown]>([
    ["a list for an object", [], (json) => json.field("a")],
    ["text for an object", "a", (json) => json.field("a")],
    ["null for an object", null, (json) => json.optional("a")],
    ["an object for a list", {}, (json) => json.elements()],
    ["a number for text", 1, (json) => json.text()],
    ["null for text", null, (json) => json.text()],
    ["a number for text that may be absent", 1, (json) => json.textOrEmpty()],
    ["text for a bool", "true", (json) => json.bool()],
    ["a fraction for an integer", 1.5, (json) => json.int64()],
    ["a number that is not exact", 2 ** 60, (json) => json.int64()],
    ["digits with a leading zero", "01", (json) => json.int64()],
    ["no digits", "", (json) => json.int64()],
    ["an integer of 65 bits", "9223372036854775808", (json) => json.int64()],
    ["a negative one of 65 bits", "-9223372036854775809", (json) => json.int64()],
    ["text for a small integer", "1", (json) => json.int32()],
    ["an integer of 33 bits for a small one", 2 ** 31, (json) => json.int32()],
    ["odd hex", "abc", (json) => json.hex()],
    ["null for hex", null, (json) => json.hex()],
    ["hex for base64", "zz!", (json) => json.base64()],
    ["a number for base64", 1, (json) => json.base64()],
    ["a time without zone", "2026-01-01T00:00:00", (json) => json.time()],
  ])("%s", (_, json, read) => {
    expect(refusedAt(() => read(cursor(json)))).toBe("result");
  });

  test("are named by their path", () => {
    const json = cursor({ a: [{ b: "x" }] });
    const path = refusedAt(() => json.field("a").elements()[0]!.field("b").int64());
    expect(path).toBe("result.a[0].b");
  });

  test("members of a prototype are not members", () => {
    expect(cursor({}).optional("constructor")).toBeUndefined();
  });
});
