import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { caught } from "#test/harness/caught.js";
import { bytesOf, KernelFixture } from "#test/harness/kernelFixture.js";
import { unknownArtifact } from "../types/registryErrors.js";
import { type ArtifactStores, findArtifact, readArtifact } from "./artifactReader.js";

const BYTES = bytesOf("model", 5_000);

/** A committed chain with an artifact, read as the node reads it. */
function committed(kernels: KernelFixture): ArtifactStores {
  kernels.store.stage(kernels.branch, 1n);
  kernels.store.commit();
  const snapshot = kernels.store.snapshot(1n)!;
  return { state: snapshot.kv(kernels.keys.state), blobs: snapshot.kv(kernels.keys.blobs) };
}

describe("reading an artifact of committed state", () => {
  test("its chunks come one by one and are the bytes that were uploaded", () => {
    const kernels = new KernelFixture();
    const digest = kernels.upload("alice", BYTES);
    const stores = committed(kernels);
    expect(findArtifact(stores.state, digest)?.size).toBe(5_000n);
    const chunks = [...readArtifact(stores, digest)];
    expect(chunks.map(({ length }) => length)).toEqual([1_024, 1_024, 1_024, 1_024, 904]);
    expect(concatBytes(...chunks)).toEqual(BYTES);
  });

  test("one that is unknown or incomplete is refused", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", sha256(BYTES), 5_000n);
    const stores = committed(kernels);
    const error = caught(() => [...readArtifact(stores, sha256(BYTES))]);
    expect(unknownArtifact.is(error)).toBe(true);
  });

  test("one whose bytes go away while it is read is refused", () => {
    const kernels = new KernelFixture();
    const digest = kernels.upload("alice", BYTES);
    const stores = kernels.keeper.state.artifacts.stores(kernels.ctx);
    const { uploadId } = findArtifact(stores.state, digest)!;
    const reading = readArtifact(stores, digest);
    reading.next();
    kernels.release("alice", digest);
    kernels.keeper.state.artifacts.deleteChunks(kernels.ctx, uploadId, { from: 5n, left: 0n });
    expect(unknownArtifact.is(caught(() => reading.next()))).toBe(true);
  });
});
