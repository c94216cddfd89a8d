import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import {
  account,
  bytesOf,
  chunksOf,
  FUNDS,
  KernelFixture,
  kernelParts,
} from "#test/harness/kernelFixture.js";
import { artifactReferenced, notUploader, unknownArtifact } from "../types/registryErrors.js";

const BYTES = bytesOf("model", 3_000);
const DIGEST = sha256(BYTES);

describe("releasing", () => {
  test("a complete artifact is gone, its deposit back and its bytes deleted in the next block", () => {
    const kernels = new KernelFixture();
    kernels.upload("alice", BYTES);
    const artifact = kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)!;
    kernels.release("alice", DIGEST);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)).toBeUndefined();
    expect(kernels.balance("alice")).toBe(FUNDS);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.beginBlock();
    expect(kernels.storedChunks(artifact)).toBe(0);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("an upload under way is given up", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, 3_000n);
    kernels.chunk("alice", DIGEST, { index: 1, data: chunksOf(BYTES)[1]! });
    kernels.release("alice", DIGEST);
    expect(kernels.balance("alice")).toBe(FUNDS);
    kernels.beginBlock();
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("one's own upload goes before an artifact that another completed", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, 3_000n);
    kernels.upload("bob", BYTES);
    kernels.release("alice", DIGEST);
    expect(kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)?.complete).toBe(true);
    expect(kernels.balance("alice")).toBe(FUNDS);
  });

  test("what was released can be uploaded again at once", () => {
    const kernels = new KernelFixture();
    kernels.upload("alice", BYTES);
    kernels.release("alice", DIGEST);
    kernels.upload("alice", BYTES);
    kernels.beginBlock();
    const artifact = kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST)!;
    expect(kernels.storedChunks(artifact)).toBe(3);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("an artifact of a rejected version can be released by its uploader", () => {
    const kernels = new KernelFixture();
    const id = kernels.publishNew("alice", "digits");
    kernels.settle(id, { accepted: false, reason: "no" });
    kernels.release("alice", sha256(kernelParts("digits").model));
    expect(kernels.brokenInvariants()).toEqual([]);
  });
});

describe("releasing is refused and changes nothing", () => {
  test("for what does not exist", () => {
    const kernels = new KernelFixture();
    kernels.expectRefused(unknownArtifact, () => {
      kernels.release("alice", DIGEST);
    });
  });

  test("for another's artifact or upload", () => {
    const kernels = new KernelFixture();
    kernels.create("alice", DIGEST, 3_000n);
    kernels.expectRefused(unknownArtifact, () => {
      kernels.release("bob", DIGEST);
    });
    kernels.upload("alice", BYTES);
    kernels.expectRefused(notUploader, () => {
      kernels.release("bob", DIGEST);
    });
  });

  test("for an artifact that a version refers to", () => {
    const kernels = new KernelFixture();
    kernels.publishNew("alice", "digits");
    const digest = sha256(kernelParts("digits").model);
    kernels.expectRefused(artifactReferenced, () => {
      kernels.release("alice", digest);
    });
    expect(kernels.keeper.state.artifacts.findUpload(kernels.ctx, digest, account("alice"))).toBe(
      undefined,
    );
  });
});
