import { describe, expect, it } from "vitest";
import { File, type Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { invalidManifest } from "./errors.js";
import { manifestArtifacts, manifestHash, validateManifest } from "./manifest.js";
import { MAX_DATA, MAX_LIBRARIES } from "./namedFiles.js";
import { defaultParams } from "./params.js";

const BOUNDS = defaultParams("unes");
const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const file = (name: string, byte: number): File => File.create({ name, digest: digest(byte) });

function valid(change: Partial<Manifest> = {}): Manifest {
  return { ...sampleManifest(), ...change };
}

const ADAPTED: Partial<Manifest> = {
  models: [Model.create({ name: "net", digest: digest(1), adapterDigest: digest(2) })],
  baseVersionId: digest(3),
};

describe("libraries, data and adapters of a manifest", () => {
  it("are accepted, and their artifacts are named once each", () => {
    const manifest = valid({
      ...ADAPTED,
      libraries: [file("a", 4), file("b_2", 4)],
      data: [file("a", 5)],
    });
    validateManifest(manifest, BOUNDS);
    const artifacts = manifestArtifacts(manifest);
    for (const byte of [1, 2, 4, 5]) {
      expect(artifacts.filter((one) => one.every((value) => value === byte))).toHaveLength(1);
    }
    expect(artifacts.some((one) => one.every((value) => value === 3))).toBe(false);
  });

  it("take part in the hash", () => {
    const changes: Array<Partial<Manifest>> = [
      {},
      ADAPTED,
      { ...ADAPTED, baseVersionId: digest(4) },
      { libraries: [file("a", 4)] },
      { data: [file("a", 4)] },
      { data: [file("b", 4)] },
    ];
    const hashes = changes.map((change) => manifestHash(valid(change)).join());
    expect(new Set(hashes).size).toBe(changes.length);
  });

  const short = new Uint8Array(31);
  const many = (count: number): File[] =>
    Array.from({ length: count }, (_, index) => file(`f${String(index).padStart(2, "0")}`, 1));
  const cases: ReadonlyArray<readonly [string, Partial<Manifest>, string]> = [
    ["base_version_id", { ...ADAPTED, baseVersionId: new Uint8Array(0) }, "no base"],
    ["base_version_id", { ...ADAPTED, baseVersionId: short }, "31 bytes"],
    ["base_version_id", { baseVersionId: digest(3) }, "a base without an adapter"],
    [
      "models[0].adapter_digest",
      {
        ...ADAPTED,
        models: [Model.create({ name: "net", digest: digest(1), adapterDigest: short })],
      },
      "31 bytes",
    ],
    ["libraries", { libraries: many(MAX_LIBRARIES + 1) }, "17 files"],
    ["libraries", { libraries: [file("b", 1), file("a", 1)] }, "names that do not ascend"],
    ["libraries", { libraries: [file("a", 1), file("a", 2)] }, "names that do not ascend"],
    ["libraries[0].name", { libraries: [file("A", 1)] }, "A"],
    ["libraries[1].name", { libraries: [file("a", 1), file("", 1)] }, ""],
    ["libraries[0].digest", { libraries: [File.create({ name: "a", digest: short })] }, "31 bytes"],
    ["data", { data: many(MAX_DATA + 1) }, "17 files"],
    ["data", { data: [file("b", 1), file("a", 1)] }, "names that do not ascend"],
    ["data[0].name", { data: [file("a-b", 1)] }, "a-b"],
    ["data[0].digest", { data: [File.create({ name: "a" })] }, "0 bytes"],
  ];

  it.each(cases)("are refused with %s of %j", (field, change, found) => {
    const error = (() => {
      try {
        validateManifest(valid(change), BOUNDS);
        return undefined;
      } catch (thrown) {
        return thrown as Error & { detail: object };
      }
    })();
    expect(invalidManifest.is(error as never)).toBe(true);
    expect(error?.detail).toEqual({ field, found });
  });
});
