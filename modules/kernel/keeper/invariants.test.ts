import { describe, expect, test } from "vitest";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { coin } from "#core/primitives/coin.js";
import {
  account,
  accountText,
  bytesOf,
  chunksOf,
  DENOM,
  KernelFixture,
  kernelParts,
} from "#test/harness/kernelFixture.js";
import { chunkKey } from "../types/keys.js";

const OPEN = bytesOf("open", 3_000);

interface Sample {
  readonly kernels: KernelFixture;
  readonly state: KernelFixture["keeper"]["state"];
  /** An active version. */
  readonly active: Uint8Array;
  /** A version that waits for its validation job. */
  readonly waiting: Uint8Array;
}

/** A chain on which every invariant has something to check. */
function sample(): Sample {
  const kernels = new KernelFixture();
  const active = kernels.publishNew("alice", "digits", "a");
  kernels.settle(active);
  const waiting = kernels.publishNew("alice", "digits", "b");
  kernels.create("carol", sha256(OPEN), 3_000n);
  kernels.chunk("carol", sha256(OPEN), { index: 1, data: chunksOf(OPEN)[1]! });
  return { kernels, state: kernels.keeper.state, active, waiting };
}

function artifactOf({ kernels, state }: Sample) {
  return state.artifacts.find(kernels.ctx, sha256(kernelParts("a").model))!;
}

function uploadOf({ kernels, state }: Sample) {
  return state.artifacts.findUpload(kernels.ctx, sha256(OPEN), account("carol"))!;
}

/** What each corruption breaks, by the name of the invariant. */
const CORRUPTIONS: ReadonlyArray<readonly [string, string, (sample: Sample) => void]> = [
  [
    "a reference too many",
    "references",
    (given) => {
      const artifact = artifactOf(given);
      given.state.artifacts.write(given.kernels.ctx, { ...artifact, references: 2n });
    },
  ],
  [
    "a reference of an upload",
    "references",
    (given) => {
      const upload = uploadOf(given);
      given.state.artifacts.write(given.kernels.ctx, { ...upload, references: 1n });
    },
  ],
  [
    "a version whose artifact is gone",
    "references",
    ({ kernels, state }) => {
      state.tables.artifacts.delete(
        kernels.ctx.kv(kernels.keys.state),
        sha256(kernelParts("a").model),
      );
    },
  ],
  [
    "coins that belong to nobody",
    "escrow",
    ({ kernels }) => {
      kernels.bank.sendToModule(kernels.ctx, account("bob"), "kernel", [coin(DENOM, 1n)]);
    },
  ],
  [
    "coins that went astray",
    "escrow",
    ({ kernels }) => {
      kernels.bank.sendFromModule(kernels.ctx, "kernel", account("bob"), [coin(DENOM, 1n)]);
    },
  ],
  [
    "a missing chunk of an artifact",
    "blobs",
    (given) => {
      const { uploadId } = artifactOf(given);
      given.state.artifacts.deleteChunks(given.kernels.ctx, uploadId, { from: 2n, left: 1n });
    },
  ],
  [
    "a chunk of an upload that the bitmap does not name",
    "blobs",
    (given) => {
      const { uploadId } = uploadOf(given);
      given.state.artifacts.setChunk(given.kernels.ctx, { uploadId, index: 0 }, OPEN);
    },
  ],
  [
    "a chunk behind the end of an artifact",
    "blobs",
    (given) => {
      const { uploadId } = artifactOf(given);
      given.state.artifacts.setChunk(given.kernels.ctx, { uploadId, index: 2 }, OPEN);
    },
  ],
  [
    "a chunk of no upload",
    "blobs",
    ({ kernels, state }) => {
      state.artifacts.setChunk(kernels.ctx, { uploadId: 99n, index: 0 }, OPEN);
    },
  ],
  [
    "a chunk of other bytes than its digest names",
    "blob-digests",
    (given) => {
      const { uploadId } = artifactOf(given);
      const { kernels } = given;
      kernels.ctx.kv(kernels.keys.blobs).set(chunkKey({ uploadId, index: 0 }), OPEN);
    },
  ],
  [
    "a head that is not active",
    "heads",
    ({ kernels, state, waiting }) => {
      const kernel = state.findKernelByName(kernels.ctx, "digits")!;
      state.setKernel(kernels.ctx, { ...kernel, headVersionId: waiting });
    },
  ],
  [
    "a version that waits after its validation",
    "awaiting-validation",
    ({ kernels, state, active }) => {
      state.addWaiting(kernels.ctx, state.getVersion(kernels.ctx, active));
    },
  ],
  [
    "a version that waits at a wrong height",
    "awaiting-validation",
    ({ kernels, state, waiting }) => {
      const version = state.getVersion(kernels.ctx, waiting);
      state.removeWaiting(kernels.ctx, version);
      state.addWaiting(kernels.ctx, { ...version, validationHeight: 7n });
    },
  ],
  [
    "a version that holds its fee after its validation",
    "awaiting-validation",
    ({ kernels, state, waiting }) => {
      const version = state.getVersion(kernels.ctx, waiting);
      state.removeWaiting(kernels.ctx, version);
      state.setVersion(kernels.ctx, { ...version, status: VersionStatus.DEPRECATED });
    },
  ],
  [
    "access to no kernel",
    "access",
    ({ kernels, state }) => {
      state.setAccess(kernels.ctx, 99n, []);
    },
  ],
  [
    "access for an account twice",
    "access",
    ({ kernels, state }) => {
      state.setAccess(kernels.ctx, 1n, [accountText("bob"), accountText("bob")]);
    },
  ],
  [
    "a royalty of no kernel",
    "royalties",
    ({ kernels, state }) => {
      state.setRoyalty(kernels.ctx, 99n, [{ address: accountText("bob"), kernel: "", bps: 1 }]);
    },
  ],
  [
    "a royalty of more than the whole",
    "royalties",
    ({ kernels, state }) => {
      const share = { address: accountText("bob"), kernel: "", bps: 10_001 };
      state.setRoyalty(kernels.ctx, 1n, [share]);
    },
  ],
  [
    "a royalty for a kernel that is not there",
    "royalties",
    ({ kernels, state }) => {
      state.setRoyalty(kernels.ctx, 1n, [{ address: "", kernel: "nothing", bps: 1 }]);
    },
  ],
  [
    "a parent that is not there",
    "lineage",
    ({ kernels, state, active }) => {
      const version = state.getVersion(kernels.ctx, active);
      state.setVersion(kernels.ctx, { ...version, parents: [new Uint8Array(32)] });
    },
  ],
  [
    "a version that is its own parent",
    "lineage",
    ({ kernels, state, active }) => {
      const version = state.getVersion(kernels.ctx, active);
      state.setVersion(kernels.ctx, { ...version, parents: [active] });
    },
  ],
  [
    "an upload that never expires",
    "expiries",
    (given) => {
      const { expiryHeight, digest } = uploadOf(given);
      const kv = given.kernels.ctx.kv(given.kernels.keys.state);
      given.state.tables.expiries.delete(kv, [expiryHeight, digest, account("carol")]);
    },
  ],
  [
    "an upload that expires at another height than it says",
    "expiries",
    (given) => {
      const upload = uploadOf(given);
      given.state.artifacts.write(given.kernels.ctx, { ...upload, expiryHeight: 7n });
    },
  ],
  [
    "an expiry of what a version refers to",
    "expiries",
    ({ kernels, state }) => {
      const digest = sha256(kernelParts("a").model);
      const kv = kernels.ctx.kv(kernels.keys.state);
      state.tables.expiries.add(kv, [9n, digest, account("alice")]);
    },
  ],
];

describe("invariants", () => {
  test("they hold of a healthy state", () => {
    expect(sample().kernels.brokenInvariants()).toEqual([]);
  });

  test.each(CORRUPTIONS)("%s breaks %s", (_, invariant, corrupt) => {
    const given = sample();
    corrupt(given);
    const broken = given.kernels.brokenInvariants().map((line) => line.split(":")[0]);
    expect(broken).toContain(invariant);
  });
});
