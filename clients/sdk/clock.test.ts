import { describe, expect, test } from "vitest";
import { systemClock } from "./clock.js";

describe("the machine's clock", () => {
  test("tells nanoseconds since 1970", () => {
    const nowMs = Number(systemClock.nowNs() / 1_000_000n);
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(1_000);
  });

  test("pauses", async () => {
    await expect(systemClock.pause(1, undefined)).resolves.toBeUndefined();
    await expect(systemClock.pause(1, new AbortController().signal)).resolves.toBeUndefined();
  });

  test("ends a pause when the signal is aborted, before or meanwhile, with its reason", async () => {
    const reason = new Error("enough");
    await expect(systemClock.pause(1e9, AbortSignal.abort(reason))).rejects.toBe(reason);
    const abort = new AbortController();
    const pausing = systemClock.pause(1e9, abort.signal);
    abort.abort(reason);
    await expect(pausing).rejects.toBe(reason);
  });
});
