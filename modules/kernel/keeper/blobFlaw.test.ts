import { expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import {
  account,
  bytesOf,
  chunksOf,
  KernelFixture,
  kernelParts,
} from "#test/harness/kernelFixture.js";
import { chunkKey, type ChunkPlace } from "../types/keys.js";
import { findBlobFlaw } from "./blobFlaw.js";

const OPEN = bytesOf("open", 3_000);

/** A published version, an upload that lacks chunks, and one whose bytes are being deleted. */
function sample() {
  const kernels = new KernelFixture();
  const { state } = kernels.keeper;
  kernels.publishNew("alice", "digits", "a");
  kernels.create("carol", sha256(OPEN), 3_000n);
  kernels.chunk("carol", sha256(OPEN), { index: 1, data: chunksOf(OPEN)[1]! });
  const dropped = bytesOf("dropped", 3_000);
  kernels.create("carol", sha256(dropped), 3_000n);
  kernels.chunk("carol", sha256(dropped), { index: 0, data: chunksOf(dropped)[0]! });
  const upload = (digest: Uint8Array) =>
    state.artifacts.findUpload(kernels.ctx, digest, account("carol"))!;
  const gone = upload(sha256(dropped));
  state.artifacts.remove(kernels.ctx, gone);
  const blobs = kernels.ctx.kv(kernels.keys.blobs);
  return {
    artifact: state.artifacts.find(kernels.ctx, sha256(kernelParts("a").model))!,
    open: upload(sha256(OPEN)),
    gone,
    flaw: () => findBlobFlaw(kernels.ctx, state),
    get: (place: ChunkPlace) => blobs.get(chunkKey(place))!,
    set: (place: ChunkPlace, bytes: Uint8Array) => {
      blobs.set(chunkKey(place), bytes);
    },
    remove: (place: ChunkPlace) => {
      blobs.delete(chunkKey(place));
    },
  };
}

test("chunks that the tree names have no flaw, those of open and of dropped uploads included", () => {
  expect(sample().flaw()).toBeUndefined();
});

test.each([
  ["an artifact", "artifact", 0],
  ["an upload that is not complete", "open", 1],
  ["an upload whose bytes are being deleted", "gone", 0],
] as const)("a chunk of %s that is changed, cut, missing or moved is found", (_, which, index) => {
  const given = sample();
  const { uploadId } = given[which];
  const place = { uploadId, index };
  const good = given.get(place);
  const name = `chunk ${index} of upload ${uploadId}`;
  for (const bad of [good.with(0, good[0]! ^ 1), good.subarray(1), Uint8Array.of(...good, 0)]) {
    given.set(place, bad);
    expect(given.flaw()).toBe(`${name} has other bytes`);
  }
  given.remove(place);
  expect(given.flaw()).toBe(`${name} is missing`);
  const moved = { uploadId, index: index + 2 };
  given.set(moved, good);
  expect(given.flaw()).toBe(`${name} is missing`);
  given.remove(moved);
  given.set(place, good);
  expect(given.flaw()).toBeUndefined();
});

test("a chunk that nothing names is found, before, between and behind the others", () => {
  const given = sample();
  const { uploadId } = given.open;
  for (const place of [
    { uploadId: 0n, index: 0 },
    { uploadId, index: 0 },
    { uploadId, index: 2 },
    { uploadId: 99n, index: 3 },
  ]) {
    given.set(place, OPEN);
    expect(given.flaw()).toBe(`the blob ${toHex(chunkKey(place))} belongs to nothing`);
    given.remove(place);
  }
  expect(given.flaw()).toBeUndefined();
});

test.each([1, 8, 11, 13, 131_071])("a key of %i bytes is found, and nothing fails", (length) => {
  const kernels = new KernelFixture();
  kernels.publishNew("alice", "digits", "a");
  const blobs = kernels.ctx.kv(kernels.keys.blobs);
  for (const byte of [0, 255]) {
    const key = new Uint8Array(length).fill(byte);
    blobs.set(key, OPEN);
    const flaw = findBlobFlaw(kernels.ctx, kernels.keeper.state);
    expect(flaw).toBe(`the blob ${toHex(key.subarray(0, 12))} belongs to nothing`);
    blobs.delete(key);
  }
});

test("more chunks than are read at a time are compared to the last", () => {
  const kernels = new KernelFixture();
  const { state } = kernels.keeper;
  for (let index = 0; index < 47; index++) {
    state.artifacts.setChunk(kernels.ctx, { uploadId: 5n, index }, Uint8Array.of(index));
  }
  expect(findBlobFlaw(kernels.ctx, state)).toBeUndefined();
  const blobs = kernels.ctx.kv(kernels.keys.blobs);
  for (const index of [14, 15, 16, 29, 30, 46]) {
    const key = chunkKey({ uploadId: 5n, index });
    blobs.set(key, Uint8Array.of(99));
    expect(findBlobFlaw(kernels.ctx, state)).toBe(`chunk ${index} of upload 5 has other bytes`);
    blobs.set(key, Uint8Array.of(index));
  }
});
