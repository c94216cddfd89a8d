import { describe, expect, test } from "vitest";
import { notCanonical, malformedWire } from "#core/codec/errors.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { accountText, kernelParts, manifestOf } from "#test/harness/kernelFixture.js";
import {
  MAX_PARENTS,
  validateCreateArtifact,
  validateDeprecateVersion,
  validatePublishVersion,
  validateReleaseArtifact,
  validateSetHead,
  validateTransferKernel,
  validateUploadChunk,
} from "./msgs.js";
import {
  invalidDigest,
  invalidParents,
  invalidSize,
  sameOwner,
  wrongChunkLength,
} from "./registryErrors.js";

const uploader = accountText("alice");
const digest = new Uint8Array(32);
const short = new Uint8Array(31);
const data = Uint8Array.of(1);
const manifest = Manifest.encode(manifestOf("digits", kernelParts("a")));

/** `count` ids in byte order. */
function ids(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index));
}

const REFUSED: ReadonlyArray<readonly [string, ErrorFactory, () => void]> = [
  [
    "an announcement by nobody",
    invalidAddress,
    () => {
      validateCreateArtifact({ uploader: "", digest, size: 1n });
    },
  ],
  [
    "an announcement of a short digest",
    invalidDigest,
    () => {
      validateCreateArtifact({ uploader, digest: short, size: 1n });
    },
  ],
  [
    "an announcement of nothing",
    invalidSize,
    () => {
      validateCreateArtifact({ uploader, digest, size: 0n });
    },
  ],
  [
    "a chunk by nobody",
    invalidAddress,
    () => {
      validateUploadChunk({ uploader: "", digest, index: 0n, data });
    },
  ],
  [
    "a chunk of a short digest",
    invalidDigest,
    () => {
      validateUploadChunk({ uploader, digest: short, index: 0n, data });
    },
  ],
  [
    "an empty chunk",
    wrongChunkLength,
    () => {
      validateUploadChunk({ uploader, digest, index: 0n, data: new Uint8Array(0) });
    },
  ],
  [
    "a release by nobody",
    invalidAddress,
    () => {
      validateReleaseArtifact({ uploader: "", digest });
    },
  ],
  [
    "a release of a short digest",
    invalidDigest,
    () => {
      validateReleaseArtifact({ uploader, digest: short });
    },
  ],
  [
    "a publication by nobody",
    invalidAddress,
    () => {
      validatePublishVersion({ owner: "", manifest, parents: [] });
    },
  ],
  [
    "a publication of bytes that are no manifest",
    malformedWire,
    () => {
      validatePublishVersion({ owner: uploader, manifest: data, parents: [] });
    },
  ],
  [
    "a publication of a manifest that is not canonical",
    notCanonical,
    () => {
      const padded = concatBytes(manifest.subarray(2), manifest.subarray(0, 2));
      validatePublishVersion({ owner: uploader, manifest: padded, parents: [] });
    },
  ],
  [
    "a publication with too many parents",
    invalidParents,
    () => {
      validatePublishVersion({ owner: uploader, manifest, parents: ids(MAX_PARENTS + 1) });
    },
  ],
  [
    "a publication with parents out of order",
    invalidParents,
    () => {
      validatePublishVersion({ owner: uploader, manifest, parents: ids(2).reverse() });
    },
  ],
  [
    "a publication with a parent named twice",
    invalidParents,
    () => {
      validatePublishVersion({ owner: uploader, manifest, parents: [digest, digest] });
    },
  ],
  [
    "a publication with a short parent",
    invalidDigest,
    () => {
      validatePublishVersion({ owner: uploader, manifest, parents: [short] });
    },
  ],
  [
    "a deprecation by nobody",
    invalidAddress,
    () => {
      validateDeprecateVersion({ owner: "", versionId: digest });
    },
  ],
  [
    "a deprecation of a short id",
    invalidDigest,
    () => {
      validateDeprecateVersion({ owner: uploader, versionId: short });
    },
  ],
  [
    "a head chosen by nobody",
    invalidAddress,
    () => {
      validateSetHead({ owner: "", versionId: digest });
    },
  ],
  [
    "a head with a short id",
    invalidDigest,
    () => {
      validateSetHead({ owner: uploader, versionId: short });
    },
  ],
  [
    "a transfer to nobody",
    invalidAddress,
    () => {
      validateTransferKernel({ owner: uploader, kernel: "digits", newOwner: "" });
    },
  ],
  [
    "a transfer to the owner",
    sameOwner,
    () => {
      validateTransferKernel({ owner: uploader, kernel: "digits", newOwner: uploader });
    },
  ],
];

describe("without state", () => {
  test.each(REFUSED)("%s is refused", (_, error, check) => {
    expect(error.is(caught(check))).toBe(true);
  });

  test("well-formed messages pass", () => {
    const checks = [
      () => {
        validateCreateArtifact({ uploader, digest, size: 1n });
      },
      () => {
        validateUploadChunk({ uploader, digest, index: 0n, data });
      },
      () => {
        validateReleaseArtifact({ uploader, digest });
      },
      () => {
        validatePublishVersion({ owner: uploader, manifest, parents: ids(MAX_PARENTS) });
      },
      () => {
        validateDeprecateVersion({ owner: uploader, versionId: digest });
      },
    ];
    for (const check of checks) expect(caught(check)).toBeUndefined();
  });
});
