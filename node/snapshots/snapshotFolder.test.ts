import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { utf8 } from "#core/primitives/bytes.js";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { snapshotExists, unknownSnapshot } from "./errors.js";
import { SnapshotFolder } from "./snapshotFolder.js";
import { writeSnapshot } from "./writeSnapshot.js";

function newFolder(): string {
  return join(dirname(temporaryFile()), "snapshots");
}

/** Writes a snapshot of one small chunk. */
function write(folder: string, version: bigint): void {
  writeSnapshot(folder, { version, pieces: () => [utf8(`state of ${version}`)] });
}

function heights(folder: SnapshotFolder): readonly bigint[] {
  return folder.list().map(({ height }) => height);
}

describe("a folder of snapshots", () => {
  test("lists what was written, newest first, and gives its chunks", async () => {
    const path = newFolder();
    expect(SnapshotFolder.open(path).list()).toEqual([]);
    for (const version of [9n, 10n, 100n]) write(path, version);
    const folder = SnapshotFolder.open(path);
    expect(heights(folder)).toEqual([100n, 10n, 9n]);
    expect(folder.list()[0]).toMatchObject({ format: 1, chunks: 1, bytes: 12 });
    const chunk = await folder.loadChunk({ height: 10n, format: 1, chunk: 0 });
    expect(Buffer.from(chunk).toString()).toBe("state of 10");
    expect(readdirSync(path).sort()).toEqual(["10-1", "100-1", "9-1"]);
  });

  test.each([
    ["another height", { height: 8n }],
    ["another format", { format: 2 }],
    ["a chunk behind the last", { chunk: 1 }],
    ["the greatest chunk there is", { chunk: 0xffff_ffff }],
  ])("gives nothing for %s", async (_, change) => {
    const path = newFolder();
    write(path, 9n);
    const folder = SnapshotFolder.open(path);
    const name = { height: 9n, format: 1, chunk: 0, ...change };
    expect(await folder.loadChunk(name)).toHaveLength(0);
  });

  test("removes what was left half made, and lists nothing that is not whole or not its own", () => {
    const path = newFolder();
    for (const version of [1n, 2n, 3n]) write(path, version);
    mkdirSync(join(path, "unfinished-made-4-1"));
    writeFileSync(join(path, "unfinished-made-4-1", "0"), "half");
    mkdirSync(join(path, "5-1"));
    mkdirSync(join(path, "notes"));
    mkdirSync(join(path, "6-2"));
    rmSync(join(path, "2-1", "0"));
    writeFileSync(join(path, "3-1", "metadata"), "short");
    const folder = SnapshotFolder.open(path);
    expect(heights(folder)).toEqual([1n]);
    expect(existsSync(join(path, "unfinished-made-4-1"))).toBe(true);
    folder.removeUnfinished();
    expect(readdirSync(path).sort()).toEqual(["1-1", "2-1", "3-1", "5-1", "6-2", "notes"]);
  });

  test("keeps the newest, and all when it is told 0", () => {
    const path = newFolder();
    for (const version of [1n, 2n, 3n, 4n]) write(path, version);
    const folder = SnapshotFolder.open(path);
    expect(folder.prune(0)).toEqual([]);
    expect(folder.prune(2)).toEqual([2n, 1n]);
    expect(heights(folder)).toEqual([4n, 3n]);
    expect(readdirSync(path).sort()).toEqual(["3-1", "4-1"]);
  });

  test("keeps one that a peer fetches until it stops, but not for ever", async () => {
    const path = newFolder();
    let nowMs = 0;
    const folder = SnapshotFolder.open(path, () => nowMs);
    const add = (version: bigint) => {
      write(path, version);
      folder.add(version);
      return folder.prune(2);
    };
    for (const version of [1n, 2n]) expect(add(version)).toEqual([]);
    await folder.loadChunk({ height: 1n, format: 1, chunk: 0 });
    expect(add(3n)).toEqual([]);
    nowMs += 119_999;
    expect(add(4n)).toEqual([2n]);
    expect(heights(folder)).toEqual([4n, 3n, 1n]);
    nowMs += 1;
    expect(folder.prune(2)).toEqual([1n]);

    for (const height of [3n, 4n]) await folder.loadChunk({ height, format: 1, chunk: 0 });
    for (const version of [5n, 6n]) expect(add(version)).toEqual([]);
    await folder.loadChunk({ height: 5n, format: 1, chunk: 0 });
    expect(add(7n)).toEqual([3n]);
    expect(heights(folder)).toEqual([7n, 6n, 5n, 4n]);
  });

  test("forgets one that somebody removed by hand when its time comes", () => {
    const path = newFolder();
    for (const version of [1n, 2n, 3n]) write(path, version);
    const folder = SnapshotFolder.open(path);
    rmSync(join(path, "1-1"), { recursive: true });
    expect(folder.prune(2)).toEqual([1n]);
    expect(heights(folder)).toEqual([3n, 2n]);
  });

  test("deletes one, and says so when it is not there", () => {
    const path = newFolder();
    write(path, 1n);
    const folder = SnapshotFolder.open(path);
    expect(
      unknownSnapshot.is(
        caught(() => {
          folder.delete(2n);
        }),
      ),
    ).toBe(true);
    expect(heights(folder)).toEqual([1n]);
    folder.delete(1n);
    expect(readdirSync(path)).toEqual([]);
  });
});

describe("writing a snapshot", () => {
  test("of a height that is there is refused, and the one that is there stays", () => {
    const path = newFolder();
    write(path, 1n);
    const before = SnapshotFolder.open(path).list();
    const error = caught(() => writeSnapshot(path, { version: 1n, pieces: () => [utf8("other")] }));
    expect(snapshotExists.is(error)).toBe(true);
    expect(SnapshotFolder.open(path).list()).toEqual(before);
  });

  test("that fails on the way leaves nothing", () => {
    const path = newFolder();
    function* pieces() {
      yield new Uint8Array(5 << 20);
      throw new Error("no space left on device");
    }
    expect(() => writeSnapshot(path, { version: 1n, pieces })).toThrow("no space left");
    expect(readdirSync(path)).toEqual([]);
  });
});
