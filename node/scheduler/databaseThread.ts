import { parentPort, workerData } from "node:worker_threads";
import { assertDefined } from "#core/primitives/assert.js";
import { homeFile } from "../home/errors.js";
import { type BatchRecord, NodeDatabase } from "./nodeDatabase.js";
import type { DatabaseCall, DatabaseReply } from "./receiptStore.js";

/** Entry point of the thread that owns the node's database; answers calls one by one, in order. */
function main(): void {
  const port = assertDefined(parentPort ?? undefined, "the database thread has a parent");
  const database = open(workerData as string);
  port.on("message", (call: DatabaseCall) => {
    port.postMessage(answer(database, call));
  });
}

/** SQLite's errors lose their text on the way to another thread. */
function open(path: string): NodeDatabase {
  try {
    return new NodeDatabase(path);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const advice = "move it away: what the node still needs of it, it computes again";
    throw homeFile({ path, problem, advice });
  }
}

/** A failing call (a full disk) fails alone: the thread goes on. */
function answer(database: NodeDatabase, { id, method, argument }: DatabaseCall): DatabaseReply {
  try {
    return { id, result: perform(database, method, argument) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

function perform(
  database: NodeDatabase,
  method: DatabaseCall["method"],
  argument: unknown,
): unknown {
  switch (method) {
    case "load":
      return database.load();
    case "save":
      database.save(argument as BatchRecord);
      return undefined;
    case "remove":
      database.remove(argument as readonly bigint[]);
      return undefined;
    case "findOutput":
      return database.findOutput(argument as Uint8Array);
    case "pruneOutputs":
      database.pruneOutputs(argument as bigint);
      return undefined;
    case "close":
      database.close();
      return undefined;
  }
}

main();
