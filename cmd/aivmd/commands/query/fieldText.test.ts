import { describe, expect, it } from "vitest";
import { QueryQuoteRequest } from "#core/codec/generated/aivm/inference/v1.js";
import { QueryVersionRequest } from "#core/codec/generated/aivm/kernel/v1.js";
import { QueryAllBalancesRequest } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { AnyCodec, Field } from "#core/codec/message.js";
import { caught } from "#test/harness/caught.js";
import { wrongUse } from "../../errors.js";
import { readField } from "./fieldText.js";

function fieldOf(codec: AnyCodec, name: string): Field {
  return codec.fields.find(({ protoName }) => protoName === name)!;
}

const BYTES = fieldOf(QueryVersionRequest, "id");
const COUNT = fieldOf(QueryQuoteRequest, "input_count");
const SIZE = fieldOf(QueryQuoteRequest, "input_bytes");
const ASSURANCE = fieldOf(QueryQuoteRequest, "assurance");
const FLAG = fieldOf(QueryAllBalancesRequest, "resolve_denom");

describe("a field on the command line", () => {
  it.each([
    ["hex", BYTES, "00ff", Uint8Array.of(0, 255)],
    ["hex with 0x", BYTES, "0x00FF", Uint8Array.of(0, 255)],
    ["base64 where it is no hex", BYTES, "AP8=", Uint8Array.of(0, 255)],
    ["a 32-bit number", COUNT, "4294967295", 4_294_967_295],
    ["a 64-bit number", SIZE, "18446744073709551615", 18_446_744_073_709_551_615n],
    ["an enum's short name", ASSURANCE, "full", 2],
    ["an enum's whole name", ASSURANCE, "ASSURANCE_COMMITTEE", 1],
    ["a bool", FLAG, "true", true],
  ])("is read as %s", (_, field, text, value) => {
    expect(readField(field, text, "x")).toEqual(value);
  });

  it.each([
    ["bytes that are neither hex nor base64", BYTES, "zz!", "neither hex nor base64: zz!"],
    ["a number that is too large", COUNT, "4294967296", "0 to 4294967295: 4294967296"],
    ["a negative count", SIZE, "-1", "whole number from 0"],
    ["words for a number", SIZE, "ten", "whole number from 0 to 18446744073709551615: ten"],
    ["an unknown name", ASSURANCE, "some", "not one of committee, full: some"],
    ["anything but true and false", FLAG, "yes", "neither true nor false: yes"],
  ])("refuses %s and names the argument", (_, field, text, problem) => {
    const error = caught(() => readField(field, text, "--input"));
    expect(wrongUse.is(error)).toBe(true);
    expect((error as Error).message).toContain("--input: ");
    expect((error as Error).message).toContain(problem);
  });
});
