import { describe, expect, it } from "vitest";
import type { LoadedKernel } from "./loadedKernel.js";
import { WarmKernels } from "./warmKernels.js";

/** Versions of the given sizes; `released` and `loaded` record what happens to them. */
class Shelf {
  readonly loaded: string[] = [];
  readonly released: string[] = [];
  readonly kernels = new Map<string, { bytes: number }>();

  readonly warm: WarmKernels;

  constructor(warm: WarmKernels) {
    this.warm = warm;
  }

  async use(key: string, bytes: number): Promise<void> {
    await this.warm.get(key, {
      expectedBytes: () => Promise.resolve(bytes),
      load: () => {
        this.loaded.push(key);
        const kernel = {
          bytes,
          release: () => {
            this.released.push(key);
            return Promise.resolve();
          },
        };
        this.kernels.set(key, kernel);
        return Promise.resolve(kernel as unknown as LoadedKernel);
      },
    });
  }
}

describe("versions that stay loaded", () => {
  it("are found again, and counted", async () => {
    const shelf = new Shelf(new WarmKernels(100));
    for (const key of ["a", "b", "a", "a"]) await shelf.use(key, 40);
    expect(shelf.loaded).toEqual(["a", "b"]);
    expect(shelf.warm.usage).toEqual({
      loaded: ["b", "a"],
      loadedBytes: 80,
      hits: 2,
      loads: 2,
      evictions: 0,
    });
  });

  it("make room by bytes, the one used longest ago first, before another is loaded", async () => {
    const shelf = new Shelf(new WarmKernels(100));
    await shelf.use("a", 40);
    await shelf.use("b", 40);
    await shelf.use("a", 40);
    // b is the one that was not used lately, and its 40 bytes are enough.
    await shelf.use("c", 60);
    expect(shelf.released).toEqual(["b"]);
    expect(shelf.warm.usage).toMatchObject({ loaded: ["a", "c"], loadedBytes: 100, evictions: 1 });
    // Many small ones fit where a count of versions would have dropped them.
    for (let index = 0; index < 20; index++) await shelf.use(`s${index}`, 2);
    expect(shelf.warm.usage.loaded).toHaveLength(21);
  });

  it("are alone when one exceeds the budget by itself", async () => {
    const shelf = new Shelf(new WarmKernels(100));
    await shelf.use("a", 40);
    await shelf.use("large", 400);
    expect(shelf.warm.usage.loaded).toEqual(["large"]);
    await shelf.use("a", 40);
    expect(shelf.warm.usage.loaded).toEqual(["a"]);
  });

  it("make room when one has grown, but for that one", async () => {
    const shelf = new Shelf(new WarmKernels(100));
    await shelf.use("a", 40);
    await shelf.use("b", 40);
    shelf.kernels.get("b")!.bytes = 90;
    await shelf.warm.shrink();
    expect(shelf.warm.usage.loaded).toEqual(["b"]);
    shelf.kernels.get("b")!.bytes = 900;
    await shelf.warm.shrink();
    expect(shelf.warm.usage.loaded).toEqual(["b"]);
  });

  it("do not count what failed to load", async () => {
    const warm = new WarmKernels(100);
    const failing = {
      expectedBytes: () => Promise.resolve(1),
      load: () => Promise.reject(new Error("no")),
    };
    await expect(warm.get("a", failing)).rejects.toThrow("no");
    expect(warm.usage).toMatchObject({ loaded: [], loads: 0 });
  });
});
