import { statSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import type { FinishedBatch } from "#modules/inference/types/expectedKeepers.js";
import { compiledEntry } from "#test/harness/compiledEntry.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { type BatchRecord, NodeDatabase } from "./nodeDatabase.js";
import { ThreadReceiptStore } from "./receiptStore.js";

function bytes(text: string): Uint8Array {
  return sha256(utf8(text));
}

function finished(batchId: bigint): FinishedBatch {
  const execution = {
    receipt: {
      status: ReceiptStatus.OK,
      gasUsed: 9n,
      outputSize: 3n,
      outputDigest: bytes("output"),
      workDigest: new Uint8Array(0),
    },
    output: utf8("out"),
  };
  return {
    batchId,
    leaves: [bytes("one"), bytes("two"), bytes("three")],
    batchRoot: bytes("root"),
    abstentions: Uint8Array.of(2),
    salt: bytes("salt"),
    executions: [[execution, execution], [], [execution]],
  };
}

function record(batchId: bigint, height = 5n): BatchRecord {
  const large = utf8(`large ${batchId}`);
  return {
    finished: finished(batchId),
    identity: bytes("identity"),
    largeOutputs: [{ digest: sha256(large), bytes: large }],
    height,
  };
}

describe("NodeDatabase", () => {
  test("gives back what was saved, in order of ids, after it was opened again", () => {
    const path = temporaryFile("node.db");
    const first = new NodeDatabase(path);
    for (const id of [9n, 2n]) first.save(record(id));
    first.close();
    const again = new NodeDatabase(path);
    expect(again.load()).toEqual(
      [2n, 9n].map((id) => ({ finished: finished(id), identity: bytes("identity") })),
    );
    again.close();
  });

  test("replaces the batch of an id and forgets what is removed", () => {
    const database = new NodeDatabase(temporaryFile("node.db"));
    database.save(record(1n));
    database.save({ ...record(1n), identity: bytes("other") });
    database.save(record(2n));
    expect(database.load().map(({ identity }) => identity)).toEqual([
      bytes("other"),
      bytes("identity"),
    ]);
    database.remove([1n, 7n]);
    expect(database.load().map((stored) => stored.finished.batchId)).toEqual([2n]);
    database.close();
  });

  test("keeps large outputs by digest beyond their batch, until they are old", () => {
    const database = new NodeDatabase(temporaryFile("node.db"));
    database.save(record(1n, 5n));
    database.save(record(2n, 6n));
    database.remove([1n, 2n]);
    const digests = [1n, 2n].map((id) => sha256(utf8(`large ${id}`)));
    expect(database.findOutput(digests[0]!)).toEqual(Buffer.from("large 1"));
    database.pruneOutputs(6n);
    expect(database.findOutput(digests[0]!)).toBeUndefined();
    expect(database.findOutput(digests[1]!)).toBeDefined();
    database.close();
  });

  test("is readable by its owner only, its log included", () => {
    const path = temporaryFile("node.db");
    const database = new NodeDatabase(path);
    database.save(record(1n));
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o077).toBe(0);
    database.close();
  });
});

describe("ThreadReceiptStore", () => {
  let entry: URL;
  beforeAll(async () => {
    entry = await compiledEntry("node/scheduler/databaseThread.ts");
  });

  test("does everything in its thread and finishes it before it closes", async () => {
    const path = temporaryFile("node.db");
    const store = new ThreadReceiptStore(path, entry);
    const saves = [1n, 2n, 3n].map((id) => store.save(record(id)));
    await store.close();
    await Promise.all(saves);
    const again = new ThreadReceiptStore(path, entry);
    onTestFinished(() => again.close());
    await again.remove([2n]);
    expect(await again.load()).toEqual(
      [1n, 3n].map((id) => ({ finished: finished(id), identity: bytes("identity") })),
    );
    expect(await again.findOutput(sha256(utf8("large 2")))).toEqual(utf8("large 2"));
    await again.pruneOutputs(100n);
    expect(await again.findOutput(sha256(utf8("large 2")))).toBeUndefined();
  });

  test("reports a failing call and goes on", async () => {
    const store = new ThreadReceiptStore(temporaryFile("node.db"), entry);
    onTestFinished(() => store.close());
    await expect(store.save({ ...record(1n), identity: null as never })).rejects.toThrow(
      "NOT NULL",
    );
    await store.save(record(1n));
    expect(await store.load()).toHaveLength(1);
  });

  test("fails every call when the database cannot be opened", async () => {
    const path = temporaryFile("node.db");
    writeFileSync(path, "no database".repeat(1_000));
    const store = new ThreadReceiptStore(path, entry);
    await expect(store.load()).rejects.toThrow("file is not a database");
    await expect(store.save(record(1n))).rejects.toThrow("file is not a database");
    await store.close();
  });
});
