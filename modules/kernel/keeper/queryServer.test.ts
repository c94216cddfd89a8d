import { describe, expect, test } from "vitest";
import { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { QueryService } from "#core/codec/generated/aivm/kernel/v1.js";
import { QueryRouter } from "#core/baseapp/queryRouter.js";
import { sha256 } from "#core/crypto/hash.js";
import { invalidAddress, keyNotFound } from "#core/primitives/sdkErrors.js";
import {
  accountText,
  bytesOf,
  chunksOf,
  KernelFixture,
  kernelParts,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { invalidDigest } from "../types/registryErrors.js";

const DIGEST = sha256(kernelParts("digits").model);

/** A chain with kernels digits (two versions) and iris (one). */
function populated(): { kernels: KernelFixture; digits: Uint8Array[]; iris: Uint8Array } {
  const kernels = new KernelFixture();
  const digits = ["digits", "again"].map((seed) => kernels.publishNew("alice", "digits", seed));
  return { kernels, digits, iris: kernels.publishNew("bob", "iris") };
}

describe("queries", () => {
  test("every method of the service is served", () => {
    const router = new QueryRouter();
    new KernelFixture().module.registerQueries(router);
    expect(router.routes().map(({ method }) => method.name)).toEqual(
      QueryService.methods.map(({ name }) => name),
    );
  });

  test("parameters", () => {
    const { params } = smallGenesis();
    expect(new KernelFixture().query("Params", {})).toEqual({ params });
  });

  test("a kernel by name and by id", () => {
    const { kernels } = populated();
    const kernel = kernels.keeper.state.findKernelByName(kernels.ctx, "iris");
    expect(kernels.query("Kernel", { name: "iris" })).toEqual({ kernel });
    expect(kernels.query("KernelById", { id: 2n })).toEqual({ kernel });
  });

  test("kernels page by page, in order of their ids", () => {
    const { kernels } = populated();
    const first = kernels.query("Kernels", { pagination: PageRequest.create({ limit: 1n }) });
    expect(first).toMatchObject({ kernels: [{ name: "digits" }] });
    const { nextKey } = (first as { pagination: { nextKey: Uint8Array } }).pagination;
    const second = kernels.query("Kernels", { pagination: PageRequest.create({ key: nextKey }) });
    expect(second).toMatchObject({ kernels: [{ name: "iris" }] });
  });

  test("a version with its manifest", () => {
    const { kernels, iris } = populated();
    expect(kernels.query("Version", { id: iris })).toEqual({
      version: kernels.keeper.findVersion(kernels.ctx, iris),
      manifest: kernels.keeper.getManifest(kernels.ctx, iris),
    });
  });

  test("versions of one kernel page by page, in order of their numbers or backwards", () => {
    const { kernels, digits } = populated();
    const ids = (reverse: boolean): Uint8Array[] => {
      const pagination = PageRequest.create({ reverse });
      const answer = kernels.query("Versions", { name: "digits", pagination });
      return (answer as { versions: Array<{ id: Uint8Array }> }).versions.map(({ id }) => id);
    };
    expect(ids(false)).toEqual(digits);
    expect(ids(true)).toEqual([...digits].reverse());
  });

  test("an artifact, and one account's upload", () => {
    const { kernels } = populated();
    const artifact = kernels.keeper.state.artifacts.find(kernels.ctx, DIGEST);
    expect(kernels.query("Artifact", { digest: DIGEST, uploader: "" })).toEqual({ artifact });
    const bytes = bytesOf("other", 2_000);
    const digest = sha256(bytes);
    kernels.create("bob", digest, 2_000n);
    kernels.chunk("bob", digest, { index: 1, data: chunksOf(bytes)[1]! });
    expect(kernels.query("Artifact", { digest, uploader: accountText("bob") })).toMatchObject({
      artifact: { complete: false, receivedChunks: Uint8Array.of(2) },
    });
  });

  test("chunks of an artifact and of an upload", () => {
    const { kernels } = populated();
    const [, second] = chunksOf(kernelParts("digits").model);
    const request = { digest: DIGEST, index: 1n, uploader: "" };
    expect(kernels.query("ArtifactChunk", request)).toEqual({ data: second });
    const bytes = bytesOf("other", 2_000);
    const digest = sha256(bytes);
    kernels.create("bob", digest, 2_000n);
    kernels.chunk("bob", digest, { index: 1, data: chunksOf(bytes)[1]! });
    const partial = { digest, index: 1n, uploader: accountText("bob") };
    expect(kernels.query("ArtifactChunk", partial)).toEqual({ data: chunksOf(bytes)[1] });
    kernels.expectRefused(keyNotFound, () =>
      kernels.query("ArtifactChunk", { ...partial, index: 0n }),
    );
  });
});

describe("queries for what does not exist", () => {
  const unknown = new Uint8Array(32);
  const uploader = accountText("bob");

  test.each([
    ["Kernel", { name: "nothing" }],
    ["KernelById", { id: 9n }],
    ["Version", { id: unknown }],
    ["Versions", { name: "nothing", pagination: undefined }],
    ["Artifact", { digest: unknown, uploader: "" }],
    ["Artifact", { digest: DIGEST, uploader }],
    ["ArtifactChunk", { digest: unknown, index: 0n, uploader: "" }],
    ["ArtifactChunk", { digest: DIGEST, index: 2n, uploader: "" }],
    ["ArtifactChunk", { digest: DIGEST, index: (1n << 64n) - 1n, uploader: "" }],
  ])("%s %o is not found", (method, request) => {
    const { kernels } = populated();
    kernels.expectRefused(keyNotFound, () => kernels.query(method, request));
  });

  test("ids, digests and addresses that are none are refused", () => {
    const { kernels } = populated();
    const short = new Uint8Array(31);
    kernels.expectRefused(invalidDigest, () => kernels.query("Version", { id: short }));
    const request = { digest: short, uploader: "" };
    kernels.expectRefused(invalidDigest, () => kernels.query("Artifact", request));
    const stranger = { digest: unknown, uploader: "bob" };
    kernels.expectRefused(invalidAddress, () => kernels.query("Artifact", stranger));
  });
});
