import { describe, expect, test } from "vitest";
import { GasMeter } from "#core/baseapp/gas.js";
import { MsgUploadChunk } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import {
  account,
  accountText,
  bytesOf,
  chunksOf,
  FUNDS,
  KernelFixture,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { SeededRandom } from "#test/harness/random.js";
import {
  chunkOutOfRange,
  digestMismatch,
  unknownArtifact,
  wrongChunkLength,
} from "../types/registryErrors.js";

const BYTES = bytesOf("model", 5_000);
const DIGEST = sha256(BYTES);
const CHUNKS = chunksOf(BYTES);

function opened(): KernelFixture {
  const kernels = new KernelFixture();
  kernels.create("alice", DIGEST, 5_000n);
  return kernels;
}

function readAll(kernels: KernelFixture): Uint8Array {
  return concatBytes(...kernels.keeper.state.artifacts.read(kernels.ctx, DIGEST));
}

describe("uploading chunks", () => {
  test.each([1, 2, 3])("in any order, the last one completes the artifact (seed %i)", (seed) => {
    const kernels = opened();
    const order = new SeededRandom(BigInt(seed)).shuffle(CHUNKS.map((_, index) => index));
    const answers = order.map((index) => {
      return kernels.chunk("alice", DIGEST, { index, data: CHUNKS[index]! }).complete;
    });
    expect(answers).toEqual([false, false, false, false, true]);
    expect(readAll(kernels)).toEqual(BYTES);
    const { artifacts } = kernels.keeper.state;
    expect(artifacts.find(kernels.ctx, DIGEST)).toMatchObject({
      complete: true,
      receivedChunks: new Uint8Array(0),
      expiryHeight: 101n,
    });
    expect(artifacts.findUpload(kernels.ctx, DIGEST, account("alice"))).toBeUndefined();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("one chunk is enough for a small artifact", () => {
    const kernels = new KernelFixture();
    const digest = sha256(Uint8Array.of(7));
    kernels.create("alice", digest, 1n);
    expect(kernels.chunk("alice", digest, { index: 0, data: Uint8Array.of(7) }).complete).toBe(
      true,
    );
  });

  test("the same chunk again changes nothing, before and after completion", () => {
    const kernels = opened();
    kernels.chunk("alice", DIGEST, { index: 2, data: CHUNKS[2]! });
    const before = kernels.dump();
    expect(kernels.chunk("alice", DIGEST, { index: 2, data: CHUNKS[2]! }).complete).toBe(false);
    expect(kernels.dump()).toEqual(before);
    kernels.upload("alice", BYTES);
    const after = kernels.dump();
    expect(kernels.chunk("alice", DIGEST, { index: 2, data: CHUNKS[2]! }).complete).toBe(true);
    expect(kernels.dump()).toEqual(after);
  });

  test("a wrong last chunk is refused and the right one still completes the artifact", () => {
    const kernels = opened();
    for (const index of [0, 1, 2, 3])
      kernels.chunk("alice", DIGEST, { index, data: CHUNKS[index]! });
    const wrong = CHUNKS[4]!.map((byte) => byte ^ 1);
    kernels.expectRefused(digestMismatch, () =>
      kernels.chunk("alice", DIGEST, { index: 4, data: wrong }),
    );
    expect(kernels.chunk("alice", DIGEST, { index: 4, data: CHUNKS[4]! }).complete).toBe(true);
  });

  test("a wrong early chunk is put right by sending it again", () => {
    const kernels = opened();
    kernels.chunk("alice", DIGEST, { index: 1, data: CHUNKS[1]!.map((byte) => byte ^ 1) });
    for (const index of [0, 2, 3]) kernels.chunk("alice", DIGEST, { index, data: CHUNKS[index]! });
    kernels.expectRefused(digestMismatch, () =>
      kernels.chunk("alice", DIGEST, { index: 4, data: CHUNKS[4]! }),
    );
    expect(kernels.chunk("alice", DIGEST, { index: 1, data: CHUNKS[1]! }).complete).toBe(false);
    expect(kernels.chunk("alice", DIGEST, { index: 4, data: CHUNKS[4]! }).complete).toBe(true);
    expect(readAll(kernels)).toEqual(BYTES);
  });

  test("an upload that another has completed meanwhile ends with its deposit back", () => {
    const kernels = opened();
    kernels.chunk("alice", DIGEST, { index: 0, data: CHUNKS[0]! });
    kernels.upload("bob", BYTES);
    expect(kernels.chunk("alice", DIGEST, { index: 1, data: CHUNKS[1]! }).complete).toBe(true);
    expect(kernels.balance("alice")).toBe(FUNDS);
    expect(readAll(kernels)).toEqual(BYTES);
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("a chunk is refused and changes nothing", () => {
  test("when the artifact was not created by its sender", () => {
    const kernels = opened();
    const chunk = { index: 0, data: CHUNKS[0]! };
    kernels.expectRefused(unknownArtifact, () => kernels.chunk("bob", DIGEST, chunk));
  });

  test("when its index is out of range", () => {
    const kernels = opened();
    for (const index of [5n, (1n << 64n) - 1n]) {
      const chunk = { index, data: CHUNKS[0]! };
      kernels.expectRefused(chunkOutOfRange, () => kernels.chunk("alice", DIGEST, chunk));
    }
  });

  test("when it is too short or too long for its place", () => {
    const kernels = opened();
    for (const [index, length] of [
      [0, 1_023],
      [0, 1_025],
      [4, 903],
      [4, 1_024],
    ] as const) {
      const chunk = { index, data: new Uint8Array(length) };
      kernels.expectRefused(wrongChunkLength, () => kernels.chunk("alice", DIGEST, chunk));
    }
  });
});

describe("gas", () => {
  const params = {
    chunkBytes: 262_144n,
    maxArtifactBytes: 2_000_000n,
    maxVersionBytes: 2_000_000n,
  };
  const bytes = bytesOf("large", 1_048_576);
  const digest = sha256(bytes);

  function gasOfChunks(): bigint[] {
    const kernels = new KernelFixture(smallGenesis(params));
    kernels.create("alice", digest, BigInt(bytes.length));
    return chunksOf(bytes, 262_144).map((data, index) => {
      const gas = new GasMeter(100_000_000n);
      const uploader = accountText("alice");
      const message = { uploader, digest, index: BigInt(index), data };
      kernels.deliver(MsgUploadChunk, message, kernels.contextAt(1n, gas));
      return gas.used;
    });
  }

  test("a chunk of the default size costs under eight million", () => {
    const [first = 0n] = gasOfChunks();
    expect(first).toBeGreaterThan(7_864_320n);
    expect(first).toBeLessThan(7_900_000n);
  });

  test("the last chunk pays besides for reading the others", () => {
    const [first = 0n, , , last = 0n] = gasOfChunks();
    const read = 3n * 786_432n;
    expect(last - first).toBeGreaterThan(read);
    expect(last - first).toBeLessThan(read + 20_000n);
  });
});
