import { describe, expect, test } from "vitest";
import { notCanonical } from "#core/codec/errors.js";
import {
  Manifest,
  Model,
  MsgPublishVersion,
  MsgReleaseArtifact,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import {
  accountText,
  bytesOf,
  DENOM,
  FUNDS,
  KernelFixture,
  kernelParts,
  manifestOf,
  PARTS_BYTES,
  smallGenesis,
} from "#test/harness/kernelFixture.js";
import { invalidManifest, unknownEngine } from "../types/errors.js";
import {
  artifactMissing,
  codeAggregationRefused,
  duplicateVersion,
  notOwner,
  unknownParent,
  versionTooLarge,
} from "../types/registryErrors.js";
import { computeVersionId } from "../types/versionId.js";

const PARTS = kernelParts("digits");
const MANIFEST = manifestOf("digits", PARTS);
const FEE = 1_000n;

/** A chain on which an account has uploaded the parts of a kernel. */
function uploaded(genesis = smallGenesis(), by = "alice"): KernelFixture {
  const kernels = new KernelFixture(genesis);
  for (const part of [PARTS.model, PARTS.inference, PARTS.vector]) kernels.upload(by, part);
  return kernels;
}

describe("publishing the first version", () => {
  test("it makes the kernel, and the version waits for its validation job", () => {
    const kernels = uploaded();
    const bytes = Manifest.encode(MANIFEST);
    const id = computeVersionId("digits", sha256(bytes), []);
    const { state } = kernels.keeper;
    const answer = { kernelId: 1n, versionId: id, number: 1n, status: VersionStatus.VALIDATING };
    expect(kernels.publish("alice", MANIFEST)).toEqual(answer);
    expect(state.findKernelByName(kernels.ctx, "digits")).toEqual({
      id: 1n,
      name: "digits",
      owner: accountText("alice"),
      headVersionId: new Uint8Array(0),
      versionCount: 1n,
      createdHeight: 1n,
      price: "",
    });
    expect(state.getVersion(kernels.ctx, id)).toMatchObject({
      manifestHash: sha256(bytes),
      publisher: accountText("alice"),
      deposit: coin(DENOM, PARTS_BYTES),
      validationFee: coin(DENOM, FEE),
      publishedHeight: 1n,
    });
    expect(kernels.keeper.getManifest(kernels.ctx, id)).toEqual(MANIFEST);
    expect(kernels.keeper.awaitingValidation(kernels.ctx, 5)).toEqual([id]);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("the publisher's deposit takes the place of the uploader's", () => {
    const kernels = uploaded(smallGenesis(), "bob");
    expect(kernels.balance("bob")).toBe(FUNDS - PARTS_BYTES);
    kernels.publish("alice", MANIFEST);
    expect(kernels.balance("bob")).toBe(FUNDS);
    expect(kernels.balance("alice")).toBe(FUNDS - PARTS_BYTES - FEE);
    expect(kernels.moduleBalance("kernel")).toBe(PARTS_BYTES + FEE);
  });

  test("what it refers to no longer expires", () => {
    const kernels = uploaded();
    kernels.publish("alice", MANIFEST);
    expect([...kernels.keeper.state.artifacts.expiries(kernels.ctx)]).toEqual([]);
    const model = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(PARTS.model));
    const referenced = { references: 1n, expiryHeight: 0n, deposit: coin(DENOM, 0n) };
    expect(model).toMatchObject(referenced);
  });

  test("a publisher can pay with the deposits that the publication sets free", () => {
    const kernels = uploaded(smallGenesis({ depositPerByte: "4000" }));
    expect(kernels.balance("alice")).toBeLessThan(PARTS_BYTES * 4_000n);
    kernels.publish("alice", MANIFEST);
    expect(kernels.balance("alice")).toBe(FUNDS - PARTS_BYTES * 4_000n - FEE);
  });

  test("an artifact that the manifest names twice is counted and paid once", () => {
    const kernels = uploaded();
    const models = [
      ...MANIFEST.models,
      Model.create({ name: "twin", digest: sha256(PARTS.model) }),
    ];
    kernels.publish("alice", { ...MANIFEST, models });
    const model = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(PARTS.model));
    expect(model?.references).toBe(1n);
    expect(kernels.moduleBalance("kernel")).toBe(PARTS_BYTES + FEE);
  });
});

describe("publishing further versions", () => {
  test("numbers count up within the kernel and every version posts the full deposit", () => {
    const kernels = uploaded();
    const first = kernels.publish("alice", MANIFEST).versionId;
    const second = kernels.publish("alice", manifestOf("digits", PARTS, "better"), [first]);
    expect(second).toMatchObject({ kernelId: 1n, number: 2n });
    expect(kernels.moduleBalance("kernel")).toBe(2n * (PARTS_BYTES + FEE));
    const model = kernels.keeper.state.artifacts.find(kernels.ctx, sha256(PARTS.model));
    expect(model?.references).toBe(2n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("a fork derives from a version of another kernel", () => {
    const kernels = uploaded();
    const parent = kernels.publish("alice", MANIFEST).versionId;
    const fork = kernels.publish("bob", manifestOf("digits-fork", PARTS), [parent]);
    expect(fork).toMatchObject({ kernelId: 2n, number: 1n });
    expect(kernels.keeper.findVersion(kernels.ctx, fork.versionId)?.parents).toEqual([parent]);
  });

  test("the same manifest with another parent is another version", () => {
    const kernels = uploaded();
    const first = kernels.publish("alice", MANIFEST).versionId;
    kernels.settle(first, { accepted: false, reason: "providers do not agree" });
    expect(kernels.publish("alice", MANIFEST, [first]).number).toBe(2n);
    expect(kernels.brokenInvariants()).toEqual([]);
  });

  test("aggregation code is allowed to the kernels that the parameters name", () => {
    const kernels = uploaded(smallGenesis({ codeAggregationKernels: ["digits"] }));
    const aggregation = bytesOf("aggregation", 300);
    kernels.upload("alice", aggregation);
    const { versionId } = kernels.publish("alice", manifestOf("digits", { ...PARTS, aggregation }));
    expect(kernels.keeper.aggregationCode(kernels.ctx, versionId)).toEqual(aggregation);
  });
});

describe("publishing is refused and changes nothing", () => {
  test("when the manifest is not canonical", () => {
    const kernels = uploaded();
    const bytes = Manifest.encode(MANIFEST);
    const manifest = concatBytes(bytes.subarray(2), bytes.subarray(0, 2));
    const message = { owner: accountText("alice"), manifest, parents: [] };
    kernels.expectRefused(notCanonical, () => kernels.deliver(MsgPublishVersion, message));
  });

  test("when the manifest breaks a rule or names an unknown engine", () => {
    const kernels = uploaded();
    const huge = { ...MANIFEST, limits: { ...MANIFEST.limits, gas: 1n << 40n } };
    kernels.expectRefused(invalidManifest, () => kernels.publish("alice", huge));
    const engine = { ...MANIFEST, codeEngine: { ...MANIFEST.codeEngine, version: "9" } };
    kernels.expectRefused(unknownEngine, () => kernels.publish("alice", engine));
  });

  test("when it aggregates by code without being named", () => {
    const kernels = uploaded();
    const aggregation = bytesOf("aggregation", 300);
    kernels.upload("alice", aggregation);
    const manifest = manifestOf("digits", { ...PARTS, aggregation });
    kernels.expectRefused(codeAggregationRefused, () => kernels.publish("alice", manifest));
  });

  test("when the name belongs to another", () => {
    const kernels = uploaded();
    kernels.publish("alice", MANIFEST);
    const manifest = manifestOf("digits", PARTS, "mine now");
    kernels.expectRefused(notOwner, () => kernels.publish("bob", manifest));
  });

  test("when a parent does not exist", () => {
    const kernels = uploaded();
    const parents = [new Uint8Array(32)];
    kernels.expectRefused(unknownParent, () => kernels.publish("alice", MANIFEST, parents));
  });

  test("when the version exists", () => {
    const kernels = uploaded();
    kernels.publish("alice", MANIFEST);
    kernels.expectRefused(duplicateVersion, () => kernels.publish("alice", MANIFEST));
  });

  test("when an artifact is missing or still being uploaded", () => {
    const kernels = new KernelFixture();
    for (const part of [PARTS.model, PARTS.inference]) kernels.upload("alice", part);
    kernels.expectRefused(artifactMissing, () => kernels.publish("alice", MANIFEST));
    kernels.create("alice", sha256(PARTS.vector), 90n);
    kernels.expectRefused(artifactMissing, () => kernels.publish("alice", MANIFEST));
    kernels.upload("alice", PARTS.vector);
    expect(kernels.publish("alice", MANIFEST).number).toBe(1n);
  });

  test("when its artifacts are too large together", () => {
    const kernels = uploaded(smallGenesis({ maxVersionBytes: PARTS_BYTES - 1n }));
    kernels.expectRefused(versionTooLarge, () => kernels.publish("alice", MANIFEST));
  });

  test("when the publisher cannot pay deposit and fee", () => {
    const genesis = smallGenesis({ validationFee: coin(DENOM, FUNDS) });
    const kernels = uploaded(genesis, "bob");
    kernels.expectRefused(insufficientFunds, () => kernels.publish("alice", MANIFEST));
    kernels.expectRefused(insufficientFunds, () => kernels.publish("bob", MANIFEST));
  });
});

test("an address in upper case is the same account", () => {
  const kernels = new KernelFixture();
  const digests = [PARTS.model, PARTS.inference, PARTS.vector].map((part) =>
    kernels.upload("alice", part),
  );
  const shout = accountText("alice").toUpperCase();
  const publish = { owner: shout, manifest: Manifest.encode(MANIFEST), parents: [] };
  kernels.deliver(MsgPublishVersion, publish);
  const kernel = kernels.keeper.state.findKernelByName(kernels.ctx, "digits");
  expect(kernel?.owner).toBe(accountText("alice"));
  const { versionId } = kernels.publish("alice", manifestOf("digits", PARTS, "two"));
  for (const id of kernels.keeper.awaitingValidation(kernels.ctx, 2)) {
    kernels.settle(id, { accepted: false, reason: "" });
  }
  expect(kernels.keeper.findVersion(kernels.ctx, versionId)?.number).toBe(2n);
  const [digest] = digests as [Uint8Array];
  kernels.deliver(MsgReleaseArtifact, { uploader: shout, digest });
  expect(kernels.keeper.state.artifacts.find(kernels.ctx, digest)).toBeUndefined();
});
