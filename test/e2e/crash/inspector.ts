import { expect } from "vitest";
import { BlockIDFlag } from "#core/codec/generated/tendermint/types.js";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { readConsensusKey } from "#node/home/cometKeys.js";
import { systemClock } from "#sdk/clock.js";
import { getRequest } from "#sdk/inference/getRequest.js";
import { getResult } from "#sdk/inference/getResult.js";
import { pollUntil } from "#sdk/poll.js";
import { commit } from "#sdk/rpc/commit.js";
import { status } from "#sdk/rpc/status.js";
import { nodeLog } from "#testnet/process/nodeProcess.js";
import type { TestNetwork } from "../network.js";
import type { TestNode } from "../testNode.js";
import { appOf, blockWithResults, headersOf } from "./chainView.js";
import { CommitLog } from "./commitLog.js";
import { contentOf, type KnownAnswer, type KnownTx, type ClientRecord } from "./clientRecord.js";

const PATIENCE = { timeoutMs: 150_000, pauseMs: 100, pauseMsMax: 300 };

/** Follows one node through its lives and holds it to what its peers and clients know. */
export class Inspector {
  readonly node: TestNode;
  readonly #peers: readonly TestNode[];
  readonly #record: ClientRecord;
  readonly #commits: CommitLog;
  /** The last height whose header was compared. */
  #compared = 0n;
  #seenTxs = 0;
  #seenAnswers = 0;
  /** Known, but not yet at the height that was looked at. */
  #laterTxs: readonly KnownTx[] = [];
  #laterAnswers: readonly KnownAnswer[] = [];

  constructor(network: TestNetwork, index: number, record: ClientRecord) {
    this.node = network.node(index);
    this.#peers = network.nodes.filter((node) => node !== this.node);
    this.#record = record;
    this.#commits = new CommitLog(nodeLog(this.node.node));
  }

  /** The node's data were deleted, its log too: everything is new, and is looked at from the start. */
  forget(): void {
    this.#commits.forget();
    this.lookAgain();
  }

  /** From now on everything is looked at again from the first block. */
  lookAgain(): void {
    this.#compared = 0n;
    this.#seenTxs = 0;
    this.#seenAnswers = 0;
    this.#laterTxs = [];
    this.#laterAnswers = [];
  }

  /** Waits until a block that did not exist yet carries the node's signature: it takes part again. */
  async rejoins(): Promise<void> {
    const { address } = readConsensusKey(this.node.home.consensusKey);
    const { rpc } = this.#peers[0]!;
    let next = (await status(rpc)).latestHeight + 1n;
    await pollUntil(systemClock, `a signature of ${this.node.node.moniker}`, PATIENCE, async () => {
      if (!this.node.isRunning)
        throw new Error(`${this.node.node.moniker} ${await this.node.ended}`);
      // The commit of the last block may still grow.
      for (; next < (await status(rpc)).latestHeight; next++) {
        const { signatures } = (await commit(rpc, next)).commit;
        const own = signatures.find(({ validatorAddress: one }) => equalBytes(one, address));
        if (own?.blockIdFlag === BlockIDFlag.BLOCK_ID_FLAG_COMMIT) return next;
      }
      return undefined;
    });
  }

  /** Compares everything that is new since the last time with the peers and the clients' record. */
  async inspect(): Promise<void> {
    await this.#expectApplicationInStep();
    const heights = await Promise.all(
      [this.node, ...this.#peers].map(async ({ rpc }) => (await status(rpc)).latestHeight),
    );
    // Of the last block there is the block alone for a moment, without what it did.
    const last = heights.reduce((least, one) => (one < least ? one : least)) - 1n;
    await this.#expectSameHeaders(last);
    await this.#expectKnownTxs(last);
    await this.#expectKnownAnswers(last);
    this.#commits.expectUnbroken();
    this.#compared = last;
  }

  /** The application stands where CometBFT does, with the hash that the next header carries. */
  async #expectApplicationInStep(): Promise<void> {
    const { rpc } = this.node;
    const before = (await status(rpc)).latestHeight;
    const app = await appOf(rpc);
    const after = (await status(rpc)).latestHeight;
    // CometBFT saves a block before the application executes it.
    expect(app.height).toBeGreaterThanOrEqual(before - 1n);
    expect(app.height).toBeLessThanOrEqual(after);
    const next = app.height + 1n;
    await this.#peers[0]!.reaches(next);
    const [header] = await headersOf(this.#peers[0]!.rpc, { first: next, last: next });
    expect(app.appHash, `app hash after height ${app.height}`).toBe(header!.appHash);
  }

  async #expectSameHeaders(last: bigint): Promise<void> {
    // The last one that is known already ties the new ones to the old.
    const first = this.#compared === 0n ? 1n : this.#compared;
    const own = await headersOf(this.node.rpc, { first, last });
    const heights = Array.from(
      { length: Number(last - first + 1n) },
      (_, at) => first + BigInt(at),
    );
    expect(own.map(({ height }) => height)).toEqual(heights);
    for (const [at, { previousHash }] of own.slice(1).entries()) {
      expect(previousHash).toBe(own[at]!.hash);
    }
    for (const peer of this.#peers) {
      expect(own, `headers of ${peer.node.moniker}`).toEqual(
        await headersOf(peer.rpc, { first, last }),
      );
    }
  }

  async #expectKnownTxs(last: bigint): Promise<void> {
    const { txs } = this.#record;
    const fresh = [...this.#laterTxs, ...txs.slice(this.#seenTxs)];
    this.#seenTxs = txs.length;
    this.#laterTxs = fresh.filter(({ height }) => height > last);
    const known = fresh.filter(({ height }) => height <= last);
    for (const height of new Set(known.map((tx) => tx.height))) {
      const { block, results } = await blockWithResults(this.node.rpc, height);
      for (const tx of known.filter((one) => one.height === height)) {
        const { index } = tx;
        const hash = toHex(sha256(block.txs[index]!));
        const { code } = results.txResults[index]!;
        expect({ hash, height, index, code }, `transaction of block ${height}`).toEqual(tx);
      }
    }
  }

  async #expectKnownAnswers(last: bigint): Promise<void> {
    const { answers } = this.#record;
    const fresh = [...this.#laterAnswers, ...answers.slice(this.#seenAnswers)];
    this.#seenAnswers = answers.length;
    this.#laterAnswers = fresh.filter(({ height }) => height > last);
    const { rpc } = this.node;
    for (const { requestId, content } of fresh.filter(({ height }) => height <= last)) {
      const { request } = await getRequest(rpc, requestId);
      const { result } = await getResult({ rpc }, requestId);
      expect(request.status, `request ${requestId}`).toBe(RequestStatus.FULFILLED);
      expect(contentOf(result), `result of request ${requestId}`).toBe(content);
    }
  }
}
