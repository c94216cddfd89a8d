import { describe, expect, test } from "vitest";
import { assert, assertDefined, InvariantError, unreachable } from "./assert.js";
import { ChainError } from "./errors.js";

describe("assert", () => {
  test("a condition that holds passes", () => {
    expect(() => {
      assert(true, "never shown");
    }).not.toThrow();
  });

  test("a condition that does not hold throws an InvariantError with the message", () => {
    const broken = (): void => {
      assert(false, "the sum is kept");
    };
    expect(broken).toThrow(InvariantError);
    expect(broken).toThrow("the sum is kept");
    expect(broken).not.toThrow(ChainError);
  });

  test("a defined value is returned, even when it is falsy", () => {
    expect(assertDefined(0, "a number")).toBe(0);
    expect(assertDefined("", "a text")).toBe("");
    expect(assertDefined(null, "null is a value")).toBeNull();
  });

  test("an undefined value throws an InvariantError with the message", () => {
    expect(() => assertDefined<number>(undefined, "it was checked above")).toThrow(
      new InvariantError("it was checked above"),
    );
  });

  test("an unreachable branch names the value that reached it", () => {
    const reach = (): void => {
      unreachable("red" as never);
    };
    expect(reach).toThrow("unreachable: red");
  });
});
