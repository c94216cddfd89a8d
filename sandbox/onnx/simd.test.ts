import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf } from "#test/harness/sandboxKernel.js";
import { SandboxPool } from "../worker/sandboxPool.js";
import { hasVectorInstructions } from "./simd.js";

let entry: string;
let shelf: KernelShelf;

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
});

afterAll(async () => {
  await shelf.remove();
  await rm(entry);
});

describe("a processor without the vector instructions of the model engine", () => {
  it("is not the one that the tests run on", () => {
    expect(hasVectorInstructions()).toBe(true);
  });

  it.runIf(process.arch === "x64")("leaves the host without engines, saying why", async () => {
    const flags = ["--no-enable-sse4-1"];
    const pool = new SandboxPool({ artifactFolder: shelf.folder, entry, flags });
    try {
      expect(await pool.checkConformance()).toEqual({
        conforms: false,
        reason:
          "this processor lacks the vector instructions of the model engine: on x86-64 it needs SSE4.1",
      });
      expect(await pool.engines()).toEqual([]);
    } finally {
      await pool.close();
    }
  });
});
