import { chmodSync } from "node:fs";
import { Payload } from "#core/codec/generated/aivm/inference/v1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { FinishedBatch } from "#modules/inference/types/expectedKeepers.js";
import { type Connection, openConnection, type Statement } from "../sqlite/connection.js";
import type { LargeOutput } from "./batchRun.js";

/** A finished batch as the database has it. */
export interface StoredBatch {
  readonly finished: FinishedBatch;
  /** Which batch it is; see `batchIdentity`. */
  readonly identity: Uint8Array;
}

/** What is stored when a batch is finished. */
export interface BatchRecord extends StoredBatch {
  readonly largeOutputs: readonly LargeOutput[];
  /** Height at which it was finished. */
  readonly height: bigint;
}

interface Row {
  readonly batch_id: number;
  readonly identity: Uint8Array;
  readonly leaves: Uint8Array;
  readonly root: Uint8Array;
  readonly abstentions: Uint8Array;
  readonly salt: Uint8Array;
  readonly payload: Uint8Array;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS finished (
    batch_id INTEGER PRIMARY KEY,
    identity BLOB NOT NULL,
    leaves BLOB NOT NULL,
    root BLOB NOT NULL,
    abstentions BLOB NOT NULL,
    salt BLOB NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS output (
    digest BLOB PRIMARY KEY,
    bytes BLOB NOT NULL,
    height INTEGER NOT NULL
  ) STRICT;
`;

const LEAF_BYTES = 32;
/** The database holds salts that are secret until their batch is revealed. */
const MODE = 0o600;

/**
 * Finished work of this node: what it has committed to, or may at any moment. A batch is on disk
 * when {@link save} returns.
 */
export class NodeDatabase {
  readonly #connection: Connection;
  readonly #insert: Statement<[Row]>;
  readonly #insertOutput: Statement<[Uint8Array, Uint8Array, bigint]>;
  readonly #delete: Statement<[bigint]>;
  readonly #all: Statement<[], Row>;
  readonly #output: Statement<[Uint8Array], Uint8Array>;
  readonly #prune: Statement<[bigint]>;

  constructor(path: string) {
    const connection = openConnection(path);
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    chmodSync(path, MODE);
    connection.exec(SCHEMA);
    this.#connection = connection;
    this.#insert = connection.prepare(
      `INSERT OR REPLACE INTO finished VALUES
       (@batch_id, @identity, @leaves, @root, @abstentions, @salt, @payload)`,
    );
    this.#insertOutput = connection.prepare("INSERT OR REPLACE INTO output VALUES (?, ?, ?)");
    this.#delete = connection.prepare("DELETE FROM finished WHERE batch_id = ?");
    this.#all = connection.prepare("SELECT * FROM finished ORDER BY batch_id");
    this.#output = connection
      .prepare<[Uint8Array], Uint8Array>("SELECT bytes FROM output WHERE digest = ?")
      .pluck();
    this.#prune = connection.prepare("DELETE FROM output WHERE height < ?");
  }

  /** Every batch that was saved and not removed, by id. */
  load(): readonly StoredBatch[] {
    return this.#all
      .all()
      .map((row) => ({ finished: toFinished(row), identity: new Uint8Array(row.identity) }));
  }

  /** Stores a batch, replacing what its id had; durable when it returns. */
  save({ finished, identity, largeOutputs, height }: BatchRecord): void {
    this.#connection.transaction(() => {
      this.#insert.run(toRow(finished, identity));
      for (const { digest, bytes } of largeOutputs) this.#insertOutput.run(digest, bytes, height);
    })();
  }

  /** Forgets batches; their large outputs stay. */
  remove(batchIds: readonly bigint[]): void {
    this.#connection.transaction(() => {
      for (const id of batchIds) this.#delete.run(id);
    })();
  }

  findOutput(digest: Uint8Array): Uint8Array | undefined {
    return this.#output.get(digest);
  }

  /** Forgets large outputs of batches that were finished before a height. */
  pruneOutputs(height: bigint): void {
    this.#prune.run(height);
  }

  close(): void {
    this.#connection.close();
  }
}

function toRow(finished: FinishedBatch, identity: Uint8Array): Row {
  const requests = finished.executions.flatMap((executions, position) =>
    executions.length === 0 ? [] : [{ position, executions: [...executions] }],
  );
  return {
    batch_id: Number(finished.batchId),
    identity,
    leaves: concatBytes(...finished.leaves),
    root: finished.batchRoot,
    abstentions: finished.abstentions,
    salt: finished.salt,
    payload: Payload.encode({ batchId: finished.batchId, requests }),
  };
}

function toFinished(row: Row): FinishedBatch {
  const all = new Uint8Array(row.leaves);
  const leaves = Array.from({ length: all.length / LEAF_BYTES }, (_, index) =>
    all.slice(index * LEAF_BYTES, (index + 1) * LEAF_BYTES),
  );
  const { requests } = Payload.decode(row.payload);
  const answered = new Map(requests.map(({ position, executions }) => [position, executions]));
  return {
    batchId: BigInt(row.batch_id),
    leaves,
    batchRoot: new Uint8Array(row.root),
    abstentions: new Uint8Array(row.abstentions),
    salt: new Uint8Array(row.salt),
    executions: leaves.map((_, position) => answered.get(position) ?? []),
  };
}
