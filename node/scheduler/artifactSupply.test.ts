import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { ArtifactSupply, neededArtifacts } from "./artifactSupply.js";
import { FakeWork } from "#test/harness/scheduler/fakeWork.js";

const MODEL = sha256(utf8("model"));

async function createSupply(): Promise<{ supply: ArtifactSupply; work: FakeWork; folder: string }> {
  const folder = join(dirname(temporaryFile()), "artifacts");
  const work = new FakeWork();
  const supply = new ArtifactSupply(await ArtifactCache.open(folder), work);
  return { supply, work, folder };
}

describe("ArtifactSupply", () => {
  test("exports what the folder does not have, once", async () => {
    const { supply, work, folder } = await createSupply();
    const { kernel } = work;
    const digests = neededArtifacts(kernel, BatchKind.COMMITTEE);
    const results = await Promise.all([supply.provide(digests), supply.provide(digests)]);
    expect(results).toEqual([undefined, undefined]);
    expect(readFileSync(join(folder, toHex(MODEL)), "utf8")).toBe("model");
    work.artifacts.clear();
    expect(await supply.provide(digests)).toBeUndefined();
  });

  test("provides test vectors for a validation alone", () => {
    const { kernel } = new FakeWork();
    expect(neededArtifacts(kernel, BatchKind.COMMITTEE)).toHaveLength(2);
    expect(neededArtifacts(kernel, BatchKind.VALIDATION)).toHaveLength(3);
  });

  test("provides adapters, libraries and data for every batch", () => {
    const { kernel } = new FakeWork();
    const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
    const [model] = kernel.models;
    const whole = {
      ...kernel,
      models: [{ ...model!, adapterDigest: digest(1) }],
      libraries: [{ name: "a", digest: digest(2) }],
      data: [{ name: "a", digest: digest(3) }],
    };
    const needed = neededArtifacts(whole, BatchKind.COMMITTEE).map(toHex);
    expect(needed).toHaveLength(5);
    expect(needed).toEqual(expect.arrayContaining([1, 2, 3].map((byte) => toHex(digest(byte)))));
  });

  test("exports a damaged file again", async () => {
    const { supply, folder } = await createSupply();
    writeFileSync(join(folder, toHex(MODEL)), "damaged");
    expect(await supply.provide([MODEL])).toBeUndefined();
    expect(readFileSync(join(folder, toHex(MODEL)), "utf8")).toBe("model");
  });

  test("names what the chain does not have, and tries again when asked again", async () => {
    const { supply, work } = await createSupply();
    const missing = sha256(utf8("later"));
    expect(await supply.provide([MODEL, missing])).toContain(toHex(missing));
    work.artifacts.set(toHex(missing), utf8("later"));
    expect(await supply.provide([MODEL, missing])).toBeUndefined();
  });

  test("leaves nothing of an artifact whose bytes are others", async () => {
    const { supply, work, folder } = await createSupply();
    work.artifacts.set(toHex(MODEL), utf8("others"));
    expect(await supply.provide([MODEL])).toContain("have sha256");
    expect(existsSync(join(folder, toHex(MODEL)))).toBe(false);
  });

  test("removes files that the chain no longer has", async () => {
    const { supply, work, folder } = await createSupply();
    await supply.provide(neededArtifacts(work.kernel, BatchKind.COMMITTEE));
    work.artifacts.delete(toHex(MODEL));
    await supply.removeUnknown();
    expect(readdirSync(folder).sort()).toEqual([toHex(sha256(utf8("code"))), "incoming"].sort());
  });
});
