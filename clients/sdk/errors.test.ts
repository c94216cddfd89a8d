import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ChainError } from "#core/primitives/errors.js";
import { findCause, isSdkError, SdkError, SDK_ERROR_CODES } from "./errors.js";

describe("errors", () => {
  const inner = new SdkError("RPC_UNREACHABLE", { url: "http://x", method: "status" });
  const outer = new SdkError("BROADCAST_UNCERTAIN", { hash: "ab" }, inner);

  test("have a code, facts of that code, and a sentence with the facts", () => {
    expect(outer.facts.hash).toBe("ab");
    expect(outer.message).toBe("it is not known whether the transaction was taken (hash ab)");
    expect(outer.name).toBe("SdkError");
  });

  test("show neither empty facts nor lists in the sentence", () => {
    const error = new SdkError("KERNEL_FAILED", {
      requestId: 4n,
      height: 9n,
      failures: [],
      verified: true,
    });
    expect(error.message).toBe("the kernel failed (requestId 4, height 9, verified true)");
    const simulated = {
      stage: "simulate",
      codespace: "sdk",
      code: 18,
      hash: "",
      height: 0n,
    } as const;
    expect(new SdkError("TX_FAILED", { ...simulated, log: "no" }).message).toBe(
      "transaction failed (stage simulate, codespace sdk, code 18, height 0, log no)",
    );
  });

  test("are told apart by their code", () => {
    expect(isSdkError(outer, "BROADCAST_UNCERTAIN")).toBe(true);
    expect(isSdkError(outer, "RPC_UNREACHABLE")).toBe(false);
    expect(isSdkError(new Error("x"), "RPC_UNREACHABLE")).toBe(false);
  });

  test("are found along the chain of causes", () => {
    const wrapped = new Error("app", { cause: outer });
    expect(findCause(wrapped, "RPC_UNREACHABLE")).toBe(inner);
    expect(findCause(wrapped, "NOT_FOUND")).toBeUndefined();
    expect(findCause("text", "NOT_FOUND")).toBeUndefined();
    const loop = new Error("a");
    loop.cause = loop;
    expect(findCause(loop, "NOT_FOUND")).toBeUndefined();
  });

  test("keep an error of the chain's types as their cause", () => {
    const cause = new ChainError("light", { code: 11, summary: "not enough" }, {});
    expect(new SdkError("HEADER_UNVERIFIED", { height: 4n }, cause).cause).toBe(cause);
    expect(new SdkError("HEADER_UNVERIFIED", { height: 4n })).not.toHaveProperty("cause");
  });

  test("are all in the README's table, and the table has no others", () => {
    const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8");
    const listed = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(listed).toEqual(SDK_ERROR_CODES);
  });
});
