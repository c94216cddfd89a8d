import { assert, assertDefined } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import type { JsonValue } from "#core/codec/json.js";
import type { DecodedTx } from "#core/codec/tx.js";
import type { CommitInfo, Store, StoreBranch } from "#core/store/store.js";
import { type BlockHeader, Context } from "./context.js";
import type { Event } from "#core/primitives/event.js";
import type { BlockReport, ValidatorUpdate } from "./module.js";
import type { ModuleManager } from "./moduleManager.js";
import { outOfGas, txDecode } from "#core/primitives/sdkErrors.js";
import { failedTx, type TxResult } from "./txResult.js";
import type { TxRunner } from "./txRunner.js";

/** The genesis of a chain. */
export interface Genesis {
  readonly chainId: string;
  readonly timeNs: bigint;
  readonly initialHeight: bigint;
  /** Gas of all transactions of a block; undefined for no limit. */
  readonly maxBlockGas: bigint | undefined;
  /** Sections of `app_state`. */
  readonly state: ReadonlyMap<string, JsonValue>;
}

/** A decided block. */
export interface DecidedBlock {
  readonly header: BlockHeader;
  readonly report: BlockReport;
  readonly txs: readonly Uint8Array[];
}

/** What executing a block gave. */
export interface BlockOutcome {
  /** One for each transaction, in order. */
  readonly txResults: readonly TxResult[];
  readonly events: readonly Event[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly commitInfo: CommitInfo;
}

/** Handles transaction 0, which the proposer injects; never throws for what a proposer wrote. */
export interface InjectedHandler {
  readonly apply: (ctx: Context, bytes: Uint8Array, block: DecidedBlock) => void;
}

/** Decodes transaction bytes, or says why they are none. Pure, so results may be remembered. */
export type TxDecoder = (bytes: Uint8Array) => DecodedTx | ChainError;

/** What a block runner is made of. */
export interface BlockRunnerParts {
  readonly store: Store;
  readonly modules: ModuleManager;
  readonly txRunner: TxRunner;
  readonly decode: TxDecoder;
  readonly injected: InjectedHandler;
}

const NO_GAS = { gasWanted: 0n, gasUsed: 0n } as const;

/**
 * Executes blocks and commits them: the only holder of the object that can commit.
 *
 * A block is executed on a branch, staged when finalised and persisted by {@link commit}. Executing
 * the same block again before the commit gives the same outcome.
 */
export class BlockRunner {
  readonly #parts: BlockRunnerParts;
  #genesis: Genesis | undefined;
  #maxBlockGas: bigint | undefined;
  #checkBranch: StoreBranch;

  constructor(parts: BlockRunnerParts) {
    this.#parts = parts;
    this.#checkBranch = parts.store.branch();
  }

  /** The last committed version; undefined on a new chain. */
  committed(): CommitInfo | undefined {
    return this.#parts.store.committed();
  }

  /** Gas limit of all transactions of one block; undefined for none. */
  get maxBlockGas(): bigint | undefined {
    return this.#maxBlockGas;
  }

  /** Sets the block gas limit that the consensus parameters name; -1 in them is undefined here. */
  setMaxBlockGas(limit: bigint | undefined): void {
    this.#maxBlockGas = limit;
  }

  /** Checks and remembers the genesis; its state becomes part of the first block. */
  initChain(genesis: Genesis): { readonly validators: readonly ValidatorUpdate[] } {
    assert(this.committed() === undefined, "a chain is initialised once");
    this.#genesis = genesis;
    this.#maxBlockGas = genesis.maxBlockGas;
    const branch = this.#parts.store.branch();
    const validators = this.#applyGenesis(branch, genesis);
    this.#checkBranch = branch;
    return { validators };
  }

  /** Runs the ante chain of a transaction against the state for checks. */
  check(tx: DecodedTx, header: BlockHeader, mode: "check" | "recheck"): TxResult {
    const branch = this.#checkBranch.branch();
    const result = this.#parts.txRunner.run({ tx, header, mode, branch });
    if (result.code === 0) branch.merge();
    return result;
  }

  /** Executes a decided block and stages its state. */
  finalize(block: DecidedBlock): BlockOutcome {
    const { store, modules } = this.#parts;
    const base = store.branch();
    if (this.committed() === undefined) {
      this.#applyGenesis(base, assertDefined(this.#genesis, "InitChain precedes the first block"));
    }
    const begin = this.#hookContext(base, block);
    modules.beginBlock(begin, block.report);
    const txResults = this.#runTxs(base, block);
    const end = this.#hookContext(base, block);
    const validatorUpdates = modules.endBlock(end, block.report);
    const commitInfo = store.stage(base, block.header.height);
    return { txResults, events: [...begin.events, ...end.events], validatorUpdates, commitInfo };
  }

  /** Persists the finalised block and starts a fresh state for checks. */
  commit(): CommitInfo {
    const info = this.#parts.store.commit();
    this.#checkBranch = this.#parts.store.branch();
    return info;
  }

  /** A context over the last committed state, for what reads between blocks; writes are dropped. */
  committedContext(header: BlockHeader): Context {
    return new Context({ header, mode: "query", branch: this.#parts.store.branch() });
  }

  #applyGenesis(branch: StoreBranch, genesis: Genesis): readonly ValidatorUpdate[] {
    const { chainId, initialHeight, timeNs } = genesis;
    const header = {
      chainId,
      height: initialHeight,
      timeNs,
      proposerAddress: new Uint8Array(0),
    };
    const ctx = new Context({ header, mode: "deliver", branch });
    return this.#parts.modules.initGenesis(ctx, genesis.state);
  }

  #hookContext(branch: StoreBranch, block: DecidedBlock): Context {
    return new Context({ header: block.header, mode: "deliver", branch });
  }

  #runTxs(base: StoreBranch, block: DecidedBlock): TxResult[] {
    const results: TxResult[] = [];
    let gasWanted = 0n;
    for (const [index, bytes] of block.txs.entries()) {
      if (index === 0) {
        results.push(this.#runInjected(base, block, bytes));
        continue;
      }
      const tx = this.#parts.decode(bytes);
      if (tx instanceof ChainError) {
        results.push(failedTx(txDecode({ cause: tx.message }), NO_GAS));
        continue;
      }
      gasWanted += tx.authInfo.fee?.gasLimit ?? 0n;
      results.push(this.#runTx(base, block, { tx, gasWanted }));
    }
    return results;
  }

  #runTx(
    branch: StoreBranch,
    block: DecidedBlock,
    run: { readonly tx: DecodedTx; readonly gasWanted: bigint },
  ): TxResult {
    if (this.#maxBlockGas !== undefined && run.gasWanted > this.#maxBlockGas) {
      const error = outOfGas({ location: "block gas meter", gasWanted: run.gasWanted, gasUsed: 0 });
      return failedTx(error, NO_GAS);
    }
    const { header } = block;
    return this.#parts.txRunner.run({ tx: run.tx, header, mode: "deliver", branch });
  }

  #runInjected(branch: StoreBranch, block: DecidedBlock, bytes: Uint8Array): TxResult {
    const ctx = this.#hookContext(branch, block);
    this.#parts.injected.apply(ctx, bytes, block);
    const data = new Uint8Array(0);
    return { code: 0, codespace: "", log: "", data, ...NO_GAS, events: ctx.events };
  }
}
