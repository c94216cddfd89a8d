import { describe, expect, test } from "vitest";
import { File, type Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import {
  bytesOf,
  KernelFixture,
  kernelParts,
  manifestOf,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { invalidManifest } from "../types/errors.js";
import {
  artifactMissing,
  filesTooLarge,
  invalidBase,
  modelNotOfBase,
} from "../types/registryErrors.js";

const PARTS = kernelParts("digits");
const MANIFEST = manifestOf("digits", PARTS);
const ADAPTER = bytesOf("adapter", 400);
const TEXT = bytesOf("library", 300);
const WORDS = bytesOf("data", 200);

function uploaded(genesis = smallGenesis()): KernelFixture {
  const kernels = new KernelFixture(genesis);
  for (const part of [PARTS.model, PARTS.inference, PARTS.vector, ADAPTER, TEXT, WORDS]) {
    kernels.upload("alice", part);
  }
  return kernels;
}

/** The manifest whose one model has an adapter. */
function adapted(baseVersionId: Uint8Array, model = PARTS.model, name = "digits"): Manifest {
  const models = [
    Model.create({ name: "net", digest: sha256(model), adapterDigest: sha256(ADAPTER) }),
  ];
  return { ...manifestOf(name, PARTS, "adapted"), models, baseVersionId };
}

function references(kernels: KernelFixture, bytes: Uint8Array): bigint | undefined {
  return kernels.keeper.state.artifacts.find(kernels.ctx, sha256(bytes))?.references;
}

describe("a version with an adapter", () => {
  test("shares its model with its base, and refers to the adapter", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    const { versionId } = kernels.publish("alice", adapted(base), [base]);
    expect([references(kernels, PARTS.model), references(kernels, ADAPTER)]).toEqual([2n, 1n]);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.settle(versionId, { accepted: false, reason: "does not fit" });
    expect([references(kernels, PARTS.model), references(kernels, ADAPTER)]).toEqual([1n, 0n]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("may be of another kernel and of another owner than its base", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    const other = adapted(base, PARTS.model, "digits-turned");
    expect(kernels.publish("bob", other, [base])).toMatchObject({ kernelId: 2n, number: 1n });
  });

  test("keeps its model when its base is taken down", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    kernels.publish("alice", adapted(base), [base]);
    kernels.settle(base, { accepted: false, reason: "later found wrong" });
    expect(references(kernels, PARTS.model)).toBe(1n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("is refused without its base, or when the base does not exist", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    const none = adapted(new Uint8Array(0));
    kernels.expectRefused(invalidManifest, () => kernels.publish("alice", none, [base]));
    const unknown = adapted(new Uint8Array(32).fill(7));
    kernels.expectRefused(invalidBase, () => kernels.publish("alice", unknown, [base]));
  });

  test("is refused when the base is not among the parents", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    const other = kernels.publish("alice", manifestOf("digits", PARTS, "2"), [base]).versionId;
    kernels.expectRefused(invalidBase, () => kernels.publish("alice", adapted(base)));
    kernels.expectRefused(invalidBase, () => kernels.publish("alice", adapted(base), [other]));
  });

  test("is refused when the base was rejected", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    kernels.settle(base, { accepted: false, reason: "no" });
    kernels.expectRefused(invalidBase, () => kernels.publish("alice", adapted(base), [base]));
  });

  test("is refused when the base has another model, or has it with an adapter", () => {
    const kernels = uploaded();
    const base = kernels.publish("alice", MANIFEST).versionId;
    const model = kernelParts("other").model;
    kernels.upload("alice", model);
    const stranger = adapted(base, model);
    kernels.expectRefused(modelNotOfBase, () => kernels.publish("alice", stranger, [base]));
    const first = kernels.publish("alice", adapted(base), [base]).versionId;
    const second = adapted(first);
    kernels.expectRefused(modelNotOfBase, () => kernels.publish("alice", second, [first]));
  });

  test("is refused when the adapter is not there", () => {
    const kernels = new KernelFixture();
    for (const part of [PARTS.model, PARTS.inference, PARTS.vector]) kernels.upload("alice", part);
    const base = kernels.publish("alice", MANIFEST).versionId;
    kernels.expectRefused(artifactMissing, () => kernels.publish("alice", adapted(base), [base]));
  });
});

describe("a version with libraries and data", () => {
  const files = (memoryBytes = 33_554_432n): Manifest => ({
    ...MANIFEST,
    limits: { ...MANIFEST.limits, memoryBytes },
    libraries: [File.create({ name: "text", digest: sha256(TEXT) })],
    data: [File.create({ name: "words", digest: sha256(WORDS) })],
  });

  test("refers to both, and gives libraries to aggregation code", () => {
    const kernels = uploaded();
    const { versionId } = kernels.publish("alice", files());
    expect([references(kernels, TEXT), references(kernels, WORDS)]).toEqual([1n, 1n]);
    expect(kernels.keeper.libraries(kernels.ctx, versionId)).toEqual([
      { name: "text", bytes: TEXT },
    ]);
    expect(kernels.brokenInvariants()).toEqual([]);
    kernels.settle(versionId, { accepted: false, reason: "no" });
    expect([references(kernels, TEXT), references(kernels, WORDS)]).toEqual([0n, 0n]);
  });

  test("is refused when one is missing, or when they do not fit the memory of the code", () => {
    const kernels = uploaded(smallGenesis({ maxVersionBytes: 40_000_000n }));
    const missing = {
      ...files(),
      data: [File.create({ name: "words", digest: sha256(bytesOf("x", 9)) })],
    };
    kernels.expectRefused(artifactMissing, () => kernels.publish("alice", missing));
    const record = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(WORDS))!;
    kernels.keeper.state.artifacts.write(kernels.ctx, { ...record, size: 16_777_216n - 299n });
    kernels.expectRefused(filesTooLarge, () => kernels.publish("alice", files(16_777_216n)));
    kernels.keeper.state.artifacts.write(kernels.ctx, { ...record, size: 8_388_609n });
    const twice = ["words", "words2"].map((name) => File.create({ name, digest: sha256(WORDS) }));
    kernels.expectRefused(filesTooLarge, () =>
      kernels.publish("alice", { ...files(16_777_216n), data: twice }),
    );
    kernels.keeper.state.artifacts.write(kernels.ctx, record);
    const library = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(TEXT))!;
    kernels.keeper.state.artifacts.write(kernels.ctx, { ...library, size: 1_048_577n });
    kernels.expectRefused(filesTooLarge, () => kernels.publish("alice", files(16_777_216n)));
    kernels.keeper.state.artifacts.write(kernels.ctx, library);
    expect(kernels.publish("alice", files(16_777_216n)).number).toBe(1n);
  });
});
