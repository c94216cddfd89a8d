import { fromUtf8, uint64FromBytes, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import type { AbciApplication } from "#core/abci/application.js";
import { INERT_APPLICATION } from "#core/abci/inertApplication.js";
import type { ExtendedLastCommit } from "#core/abci/requests.js";

const REFUSED = { codespace: "counter", log: "", gasWanted: 0n, gasUsed: 0n, events: [] } as const;

/** How often each call was made. */
export type CallCounts = { [Call in keyof AbciApplication]?: number };

/** Last commits that proposers were given, by the height of the proposal. */
export type SeenCommits = Map<bigint, ExtendedLastCommit>;

/**
 * Adds up the numbers that transactions of eight bytes hold. Its precommits at height h carry the
 * text `vote h`; its app hash is the sum. State is in memory and survives a restart of CometBFT.
 */
export class CounterApplication {
  readonly counts: CallCounts = {};
  readonly commits: SeenCommits = new Map();
  #committed = { sum: 0n, height: 0n };
  #staged = this.#committed;
  #waiting: Array<{ readonly height: bigint; readonly reached: () => void }> = [];

  /** Resolves when the height is committed. */
  reached(height: bigint): Promise<void> {
    return new Promise((reached) => {
      this.#waiting.push({ height, reached });
      this.#notify();
    });
  }

  /** The sum after the last committed block. */
  get sum(): bigint {
    return this.#committed.sum;
  }

  /** The last committed height. */
  get height(): bigint {
    return this.#committed.height;
  }

  /** The application as an ABCI server takes it, with its calls counted. */
  application(): AbciApplication {
    const application = this.#calls();
    return new Proxy(application, {
      get: (target, name) => {
        const call = name as keyof AbciApplication;
        this.counts[call] = (this.counts[call] ?? 0) + 1;
        return Reflect.get(target, name) as unknown;
      },
    });
  }

  #calls(): AbciApplication {
    return {
      ...INERT_APPLICATION,
      info: () => ({
        data: "counter",
        version: "1",
        appVersion: 1n,
        lastBlockHeight: this.#committed.height,
        lastBlockAppHash: uint64ToBytes(this.#committed.sum),
      }),
      initChain: () => ({
        consensusParams: undefined,
        validators: [],
        appHash: uint64ToBytes(0n),
      }),
      query: () => ({
        ...REFUSED,
        code: 0,
        key: new Uint8Array(0),
        value: uint64ToBytes(this.#committed.sum),
        proofOps: [],
        height: this.#committed.height,
      }),
      checkTx: ({ tx }) => ({ ...REFUSED, code: tx.length === 8 ? 0 : 2, data: tx }),
      prepareProposal: (request) => {
        this.commits.set(request.height, request.lastCommit);
        return INERT_APPLICATION.prepareProposal(request);
      },
      processProposal: ({ txs }) => ({
        status: txs.every((tx) => tx.length === 8) ? "accept" : "reject",
      }),
      extendVote: ({ height }) => ({ extension: utf8(`vote ${height}`) }),
      verifyVoteExtension: ({ height, extension }) => ({
        status: fromUtf8(extension) === `vote ${height}` ? "accept" : "reject",
      }),
      finalizeBlock: ({ height, txs }) => {
        const sum = txs.reduce((total, tx) => total + uint64FromBytes(tx), this.#committed.sum);
        this.#staged = { sum, height };
        return {
          txResults: txs.map((tx) => ({
            ...REFUSED,
            code: 0,
            data: tx,
            gasWanted: uint64FromBytes(tx),
            events: [
              { type: "counted", attributes: [{ key: "height", value: height.toString() }] },
            ],
          })),
          events: [],
          validatorUpdates: [],
          consensusParamUpdates: undefined,
          appHash: uint64ToBytes(sum),
        };
      },
      commit: () => {
        this.#committed = this.#staged;
        this.#notify();
        return { retainHeight: 0n };
      },
    };
  }

  #notify(): void {
    const due = this.#waiting.filter(({ height }) => height <= this.#committed.height);
    this.#waiting = this.#waiting.filter(({ height }) => height > this.#committed.height);
    for (const { reached } of due) reached();
  }
}
