import { expect, test } from "vitest";
import { GenerationCache } from "./generationCache.js";

test("a cache keeps what is read and forgets what is not, within twice its capacity", () => {
  const cache = new GenerationCache<number, string>(10);
  for (let n = 0; n < 100; n++) {
    cache.set(n, `${n}`);
    expect(cache.get(0)).toBe("0");
    expect(cache.size).toBeLessThanOrEqual(20);
  }
  expect(cache.get(99)).toBe("99");
  expect(cache.get(50)).toBeUndefined();
});

test("what is deleted is gone from both generations", () => {
  const cache = new GenerationCache<number, string>(2);
  for (const n of [1, 2, 3]) cache.set(n, `${n}`);
  cache.get(1);
  cache.delete(1);
  expect(cache.get(1)).toBeUndefined();
  cache.clear();
  expect(cache.get(3)).toBeUndefined();
  expect(cache.size).toBe(0);
});
