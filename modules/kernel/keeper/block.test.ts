import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import {
  account,
  bytesOf,
  CHUNK,
  chunksOf,
  FUNDS,
  KernelFixture,
} from "#test/harness/kernelFixture.js";
import { MAX_DELETIONS_PER_BLOCK, MAX_DROPS_PER_BLOCK } from "./block.js";

const BYTES = bytesOf("model", 3_000);
const DIGEST = sha256(BYTES);

describe("the beginning of a block", () => {
  test("what no version refers to is dropped at its height, with its deposit back", () => {
    const kernels = new KernelFixture();
    kernels.upload("alice", BYTES);
    kernels.beginBlock(100n);
    expect(kernels.balance("alice")).toBe(FUNDS - 3_000n);
    kernels.beginBlock(101n);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)).toBeUndefined();
    expect(kernels.balance("alice")).toBe(FUNDS);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("an upload under way expires like a complete artifact, each account's by itself", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, 3_000n);
    kernels.chunk("alice", DIGEST, { index: 2, data: chunksOf(BYTES)[2]! });
    kernels.beginBlock(50n);
    kernels.create("bob", DIGEST, 3_000n);
    kernels.beginBlock(101n);
    const { artifacts } = kernels.keeper.state;
    expect(artifacts.findUpload(kernels.ctx, DIGEST, account("alice"))).toBeUndefined();
    expect(artifacts.findUpload(kernels.ctx, DIGEST, account("bob"))).toBeDefined();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("what a version refers to stays", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.beginBlock(10_000n);
    const { models } = kernels.keeper.getManifest(kernels.ctx, id);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, models[0]!.digest)).toBeDefined();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("a block drops a bounded number, the next ones drop the rest", () => {
    const kernels = new KernelFixture();
    const count = 2 * MAX_DROPS_PER_BLOCK + 1;
    for (let index = 0; index < count; index++)
      kernels.create("alice", sha256(Uint8Array.of(index)), 1n);
    const left = [];
    for (let height = 101n; height < 105n; height++) {
      kernels.beginBlock(height);
      left.push([...kernels.keeper.state.artifacts.all(kernels.ctx)].length);
      expect(kernels.brokenInvariants()).toEqual([]);
    }
    expect(left).toEqual([count - MAX_DROPS_PER_BLOCK, 1, 0, 0]);
    expect(kernels.balance("alice")).toBe(FUNDS);
  });

  test("a block deletes a bounded number of chunks, from several uploads if need be", () => {
    const kernels = new KernelFixture();
    const large = bytesOf("large", 90 * CHUNK);
    const small = bytesOf("small", 30 * CHUNK);
    for (const bytes of [large, small]) kernels.release("alice", kernels.upload("alice", bytes));
    const { artifacts } = kernels.keeper.state;
    const left: bigint[][] = [];
    for (let height = 2n; height < 6n; height++) {
      kernels.beginBlock(height);
      left.push([...artifacts.removals(kernels.ctx)].map(([, chunks]) => chunks));
      expect(kernels.brokenInvariants()).toEqual([]);
    }
    const [first, second] = [90n - MAX_DELETIONS_PER_BLOCK, 90n - 2n * MAX_DELETIONS_PER_BLOCK];
    const third = 120n - 3n * MAX_DELETIONS_PER_BLOCK;
    expect(left).toEqual([[first, 30n], [second, 30n], [third], []]);
    expect(artifacts.firstChunkFrom(kernels.ctx, { uploadId: 0n, index: 0 })).toBeUndefined();
  });
});
