import { setTimeout as sleep } from "node:timers/promises";
import { assertDefined } from "#core/primitives/assert.js";
import { INJECTED_PREFIX } from "#modules/inference/types/injected.js";
import { HeightLog } from "./heights.js";
import type { Rpc } from "./rpc.js";

/** Presigned transactions: for each account its own, in sequence. */
export type Workload = ReadonlyArray<readonly Uint8Array[]>;

/** What became of a workload. */
export interface BlastOutcome {
  readonly sent: number;
  readonly committed: number;
  /** From the first broadcast to the commit of the last transaction. */
  readonly seconds: number;
  /** From the first broadcast to the answer to the last. */
  readonly broadcastSeconds: number;
  readonly blocks: number;
}

/**
 * As from many wallets. A CheckTx over a socket takes long on busy processors, whatever the
 * application does (docs/performance.md section 3): few clients that wait are limited by that.
 */
const CONNECTIONS = 64;
/** Transactions in one request: what HTTP costs must not be what is measured. */
const BATCH = 20;
const POLL_MS = 100;

/** Sends a workload as fast as the node answers, and waits until all of it is committed. */
export async function blast(rpc: Rpc, workload: Workload): Promise<BlastOutcome> {
  const heights = await HeightLog.start(rpc);
  const first = heights.last + 1;
  const startMs = performance.now();
  const lanes = Array.from({ length: CONNECTIONS }, (_, lane) =>
    sendLane(
      rpc,
      workload.filter((_txs, account) => account % CONNECTIONS === lane),
    ),
  );
  await Promise.all(lanes);
  const broadcastMs = performance.now() - startMs;
  while ((await rpc.unconfirmed()) > 0) await sleep(POLL_MS);
  await heights.reach(heights.last + 1);
  await heights.stop();
  const found = await committedIn(rpc, first, heights.last);
  const endMs = assertDefined(heights.seenMs(found.lastHeight), "its block was seen");
  return {
    sent: workload.reduce((sum, txs) => sum + txs.length, 0),
    committed: found.committed,
    seconds: (endMs - startMs) / 1000,
    broadcastSeconds: broadcastMs / 1000,
    blocks: found.lastHeight - first + 1,
  };
}

/** Rounds over the accounts, so that one account's transactions are far apart. */
async function sendLane(rpc: Rpc, accounts: Workload): Promise<void> {
  const rounds = Math.max(0, ...accounts.map((txs) => txs.length));
  const queue: Uint8Array[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const txs of accounts) {
      const tx = txs[round];
      if (tx !== undefined) queue.push(tx);
    }
  }
  for (let at = 0; at < queue.length; at += BATCH) {
    const refusals = await rpc.broadcast(queue.slice(at, at + BATCH));
    const refusal = refusals.find((text) => text !== "");
    if (refusal !== undefined) throw new Error(`a transfer was refused: ${refusal}`);
  }
}

async function committedIn(
  rpc: Rpc,
  first: number,
  last: number,
): Promise<{ readonly committed: number; readonly lastHeight: number }> {
  let committed = 0;
  let lastHeight = first;
  for (let height = first; height <= last; height++) {
    const { txs } = await rpc.block(height);
    const codes = await rpc.codes(height);
    const bad = codes.findIndex((code) => code !== 0);
    if (bad >= 0) throw new Error(`height ${height}: transaction ${bad} has code ${codes[bad]}`);
    const transfers = txs.filter(isTransfer).length;
    committed += transfers;
    if (transfers > 0) lastHeight = height;
  }
  return { committed, lastHeight };
}

/** Base64 of the six bytes with which transaction 0 of our chain, the proposer's own, begins. */
const INJECTED = Buffer.from(INJECTED_PREFIX).toString("base64");

function isTransfer(tx: string): boolean {
  return !tx.startsWith(INJECTED);
}
