import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import {
  account,
  bytesOf,
  CHUNK,
  chunksOf,
  FUNDS,
  KernelFixture,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { invalidSize, sizeMismatch } from "../types/registryErrors.js";

const BYTES = bytesOf("model", 2_500);
const DIGEST = sha256(BYTES);
const SIZE = 2_500n;
const OPEN = { chunkSize: 1_024n, complete: false, receivedChunks: Uint8Array.of(0) };

describe("creating an artifact", () => {
  test("it opens an upload, takes its deposit and queues its expiry", () => {
    const kernels = new KernelFixture();
    expect(kernels.create("alice", DIGEST, SIZE)).toEqual(OPEN);
    expect(kernels.balance("alice")).toBe(FUNDS - SIZE);
    expect(kernels.moduleBalance("kernel")).toBe(SIZE);
    const upload = kernels.keeper.state.artifacts.findUpload(kernels.ctx, DIGEST, account("alice"));
    expect(upload).toMatchObject({ size: SIZE, expiryHeight: 101n, uploadId: 1n });
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("creating it again answers with what arrived and takes nothing", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, SIZE);
    kernels.chunk("alice", DIGEST, { index: 1, data: chunksOf(BYTES)[1]! });
    const before = kernels.dump();
    expect(kernels.create("alice", DIGEST, SIZE)).toEqual({
      ...OPEN,
      receivedChunks: Uint8Array.of(2),
    });
    expect(kernels.dump()).toEqual(before);
  });

  test("creating a complete one answers that it is complete and takes nothing", () => {
    const kernels = new KernelFixture();
    kernels.upload("alice", BYTES);
    const before = kernels.dump();
    const complete = { chunkSize: 1_024n, complete: true, receivedChunks: new Uint8Array(0) };
    expect(kernels.create("bob", DIGEST, SIZE)).toEqual(complete);
    expect(kernels.dump()).toEqual(before);
  });

  test("two accounts upload the same bytes without standing in each other's way", () => {
    const kernels = new KernelFixture();
    kernels.create("bob", DIGEST, 1n);
    kernels.create("alice", DIGEST, SIZE);
    kernels.upload("alice", BYTES);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)?.size).toBe(SIZE);
    expect(kernels.balance("bob")).toBe(FUNDS - 1n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("whoever asks for what another has completed meanwhile gets the deposit back", () => {
    const kernels = new KernelFixture();
    kernels.create("bob", DIGEST, SIZE);
    kernels.chunk("bob", DIGEST, { index: 0, data: BYTES.slice(0, CHUNK) });
    kernels.upload("alice", BYTES);
    expect(kernels.create("bob", DIGEST, SIZE).complete).toBe(true);
    expect(kernels.balance("bob")).toBe(FUNDS);
    const left = kernels.keeper.state.artifacts.findUpload(kernels.ctx, DIGEST, account("bob"));
    expect(left).toBeUndefined();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("the chunk size of an upload outlives a change of the parameter", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, SIZE);
    const { state } = kernels.keeper;
    state.setParams(kernels.ctx, { ...state.params(kernels.ctx), chunkBytes: 2_048n });
    expect(kernels.create("alice", DIGEST, SIZE)).toEqual(OPEN);
    expect(kernels.upload("alice", BYTES)).toEqual(DIGEST);
  });

  test("without a deposit per byte nothing moves", () => {
    const kernels = new KernelFixture(smallGenesis({ depositPerByte: "0" }));
    kernels.create("alice", DIGEST, SIZE);
    expect(kernels.balance("alice")).toBe(FUNDS);
  });
});

describe("creating is refused and changes nothing", () => {
  test("for more bytes than the parameter allows", () => {
    const kernels = new KernelFixture();
    kernels.expectRefused(invalidSize, () => kernels.create("alice", DIGEST, 100_001n));
    expect(kernels.create("alice", DIGEST, 100_000n).complete).toBe(false);
  });

  test("for another size than that of the upload or the artifact", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, SIZE);
    kernels.expectRefused(sizeMismatch, () => kernels.create("alice", DIGEST, SIZE + 1n));
    kernels.upload("alice", BYTES);
    kernels.expectRefused(sizeMismatch, () => kernels.create("bob", DIGEST, SIZE + 1n));
  });

  test("for an account that cannot pay the deposit", () => {
    const kernels = new KernelFixture(smallGenesis({ depositPerByte: "5000" }));
    kernels.expectRefused(insufficientFunds, () => kernels.create("alice", DIGEST, SIZE));
  });
});
