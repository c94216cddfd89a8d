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
import { findBlobFlaw } from "./blobFlaw.js";

const OPEN = bytesOf("open", 3_000);

/** A published version, an upload that lacks chunks, and one whose bytes are being deleted. */
function sample() {
  const kernels = new KernelFixture();
  kernels.publishNew("alice", "digits", "a");
  kernels.create("carol", sha256(OPEN), 3_000n);
  kernels.chunk("carol", sha256(OPEN), { index: 1, data: chunksOf(OPEN)[1]! });
  const { ctx } = kernels;
  const { state } = kernels.keeper;
  const artifact = state.artifacts.find(ctx, sha256(kernelParts("a").model))!;
  const upload = state.artifacts.findUpload(ctx, sha256(OPEN), account("carol"))!;
  const flaw = () => findBlobFlaw(ctx, state);
  return { kernels, ctx, state, artifact, upload, flaw };
}

test("blobs that the trees name have no flaw, those of open and dropped uploads included", () => {
  const { kernels, ctx, state, flaw } = sample();
  expect(flaw()).toBeUndefined();
  const dropped = bytesOf("dropped", 3_000);
  kernels.create("carol", sha256(dropped), 3_000n);
  kernels.chunk("carol", sha256(dropped), { index: 0, data: chunksOf(dropped)[0]! });
  state.artifacts.remove(ctx, state.artifacts.findUpload(ctx, sha256(dropped), account("carol"))!);
  expect(flaw()).toBeUndefined();
});

test("every way in which a blob can be wrong is said", () => {
  const { ctx, state, artifact, upload, flaw } = sample();
  const name = toHex(artifact.digest);
  const place = { uploadId: artifact.uploadId, index: 0 };
  const good = state.artifacts.findChunk(ctx, artifact, 0)!;
  const put = (bytes: Uint8Array) => {
    state.artifacts.setChunk(ctx, place, bytes);
  };
  put(new Uint8Array(good.length));
  expect(flaw()).toBe(`artifact ${name}: the bytes are not those of the digest`);
  put(good.subarray(1));
  expect(flaw()).toContain(`chunk 0 has ${good.length - 1} bytes in place of ${good.length}`);
  put(good);
  expect(flaw()).toBeUndefined();

  const open = toHex(upload.digest);
  const [first, second] = chunksOf(OPEN);
  const { uploadId } = upload;
  state.artifacts.setChunk(ctx, { uploadId, index: 0 }, first!);
  expect(flaw()).toBe(`artifact ${open}: chunk 0 is stray`);
  state.artifacts.deleteChunks(ctx, uploadId, { from: 2n, left: 0n });
  expect(flaw()).toBe(`artifact ${open}: chunk 1 is missing`);
  state.artifacts.setChunk(ctx, { uploadId, index: 1 }, second!);
  expect(flaw()).toBeUndefined();
  state.artifacts.setChunk(ctx, { uploadId: 99n, index: 3 }, second!);
  expect(flaw()).toBe("chunk 3 of upload 99 belongs to nothing");
});
