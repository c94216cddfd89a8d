import { describe, expect, test } from "vitest";
import { RateLimiter } from "./rateLimiter.js";

let nowMs = 0;

function limiter(limit: Partial<ConstructorParameters<typeof RateLimiter>[0]> = {}): RateLimiter {
  nowMs = 0;
  return new RateLimiter({ count: 2, windowMs: 1_000, maxKeys: 3, ...limit }, () => nowMs);
}

describe("a key", () => {
  test("is served as often as the limit says, and again when its window is over", () => {
    const limits = limiter();
    limits.take("a");
    nowMs = 400;
    expect(limits.waitMs("a")).toBe(0);
    limits.take("a");
    expect(limits.waitMs("a")).toBe(600);
    expect(limits.waitMs("b")).toBe(0);
    nowMs = 999;
    expect(limits.waitMs("a")).toBe(1);
    nowMs = 1_000;
    expect(limits.waitMs("a")).toBe(0);
    expect(limits.size).toBe(0);
  });

  test("that was not served after all has lost nothing", () => {
    const limits = limiter({ count: 1 });
    limits.take("a");
    limits.giveBack("a");
    expect([limits.waitMs("a"), limits.size]).toEqual([0, 0]);
    limits.giveBack("a");
    expect(limits.size).toBe(0);
  });
});

test("a full memory serves those it knows, and nobody new until the oldest window is over", () => {
  const limits = limiter();
  for (const [index, key] of ["a", "b", "c"].entries()) {
    nowMs = index * 100;
    limits.take(key);
  }
  expect(limits.waitMs("a")).toBe(0);
  expect(limits.waitMs("d")).toBe(800);
  expect(limits.size).toBe(3);
  nowMs = 1_000;
  expect(limits.waitMs("d")).toBe(0);
});
