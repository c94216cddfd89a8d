import { assert, assertDefined } from "#core/primitives/assert.js";
import { ChainError, defineError } from "#core/primitives/errors.js";
import type { ConsensusParams } from "#core/codec/generated/tendermint/types.js";
import type { JsonValue } from "#core/codec/json.js";
import type { DecodedTx } from "#core/codec/tx.js";
import type { KvReader } from "#core/store/kv.js";
import type { CommitInfo, Store, StoreBranch } from "#core/store/store.js";
import { CHAIN_STORE, chainState } from "./chainState.js";
import { type BlockHeader, Context } from "./context.js";
import type { Event } from "#core/primitives/event.js";
import type { BlockReport, ValidatorUpdate } from "./module.js";
import type { ModuleManager } from "./moduleManager.js";
import { invalidGasLimit, outOfGas, txDecode } from "#core/primitives/sdkErrors.js";
import { sortedEntries } from "#core/primitives/sorted.js";
import { failedTx, type TxResult } from "./txResult.js";
import type { TxRunner } from "./txRunner.js";

/** The state was written by a program whose module has another state layout. */
export const moduleVersionMismatch = defineError("baseapp", {
  code: 2,
  summary: "state was written by another version of a module",
});

/** The genesis of a chain. */
export interface Genesis {
  readonly chainId: string;
  readonly timeNs: bigint;
  readonly initialHeight: bigint;
  /** Limits that the validators agreed on; the gas limit of blocks is ours to keep. */
  readonly consensusParams: ConsensusParams;
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

/**
 * Handles transaction 0, which the proposer injects; `bytes` are undefined for a block without
 * transactions. Never throws for what a proposer wrote.
 */
export interface InjectedHandler {
  readonly apply: (ctx: Context, bytes: Uint8Array | undefined, block: DecidedBlock) => void;
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
  /** The genesis state until the first block is committed. */
  #genesisBranch: StoreBranch | undefined;
  #checkBranch: StoreBranch;

  /** Fails with `baseapp/2` when the state was written by modules of another version. */
  constructor(parts: BlockRunnerParts) {
    this.#parts = parts;
    this.#checkBranch = parts.store.branch();
    if (parts.store.committed() !== undefined) {
      this.requireKnownVersions(this.#checkBranch.kv(CHAIN_STORE));
    }
  }

  /** The last committed version; undefined on a new chain. */
  committed(): CommitInfo | undefined {
    return this.#parts.store.committed();
  }

  /** Gas limit of all transactions of one block; undefined for none. */
  maxBlockGas(): bigint | undefined {
    return maxGasOf(chainState.consensusParams(this.#checkBranch.kv(CHAIN_STORE)));
  }

  /** Time of the last block, in nanoseconds; that of the genesis before the first. */
  lastBlockTimeNs(): bigint {
    return chainState.blockTime(this.#checkBranch.kv(CHAIN_STORE));
  }

  /** Checks and remembers the genesis; its state becomes part of the first block. */
  initChain(genesis: Genesis): { readonly validators: readonly ValidatorUpdate[] } {
    assert(this.committed() === undefined, "a chain is initialised once");
    this.#genesis = genesis;
    const branch = this.#parts.store.branch();
    const validators = this.#applyGenesis(branch, genesis);
    this.#genesisBranch = branch;
    this.#checkBranch = branch.branch();
    return { validators };
  }

  /** Runs the ante chain of a transaction against the state for checks. */
  check(tx: DecodedTx, header: BlockHeader, mode: "check" | "recheck"): TxResult {
    const excess = checkGasLimit(tx, this.maxBlockGas());
    if (excess !== undefined) return failedTx(excess, NO_GAS);
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
    chainState.setBlockTime(base.kv(CHAIN_STORE), block.header.timeNs);
    modules.beginBlock(begin, block.report);
    const injected = this.#hookContext(base, block);
    this.#parts.injected.apply(injected, block.txs[0], block);
    const others = this.#runTxs(base, block);
    const end = this.#hookContext(base, block);
    const validatorUpdates = modules.endBlock(end, block.report);
    const commitInfo = store.stage(base, block.header.height);
    // Without transactions there is no result that could hold the events of transaction 0.
    const empty = block.txs.length === 0;
    return {
      txResults: empty ? [] : [injectedResult(injected.events), ...others],
      events: [...begin.events, ...(empty ? injected.events : []), ...end.events],
      validatorUpdates,
      commitInfo,
    };
  }

  /** Persists the finalised block and starts a fresh state for checks. */
  commit(): CommitInfo {
    const info = this.#parts.store.commit();
    this.#genesisBranch = undefined;
    this.#checkBranch = this.#parts.store.branch();
    return info;
  }

  /** Goes on from a state that was restored into the empty store, as after its commit. */
  takeUpRestored(): CommitInfo {
    const info = this.#parts.store.takeUpRestored();
    this.#genesisBranch = undefined;
    this.#checkBranch = this.#parts.store.branch();
    return info;
  }

  /**
   * A context over the last committed state, or the genesis state before the first block, for what
   * reads between blocks; writes are dropped.
   */
  committedContext(header: BlockHeader): Context {
    const branch = this.#genesisBranch?.branch() ?? this.#parts.store.branch();
    return new Context({ header, mode: "query", branch });
  }

  /**
   * Fails with `baseapp/2` for a state that modules of another version wrote, given its chain store:
   * state of another layout is refused, not guessed at (ADR-0010).
   */
  requireKnownVersions(kv: KvReader): void {
    const found = new Map(chainState.moduleVersions(kv));
    for (const { name, consensusVersion } of this.#parts.modules.modules) {
      const state = found.get(name);
      found.delete(name);
      if (state === BigInt(consensusVersion)) continue;
      const program = consensusVersion;
      throw moduleVersionMismatch({ module: name, state: state ?? "none", program });
    }
    const [stray] = sortedEntries(found);
    if (stray === undefined) return;
    throw moduleVersionMismatch({ module: stray[0], state: stray[1], program: "none" });
  }

  #applyGenesis(branch: StoreBranch, genesis: Genesis): readonly ValidatorUpdate[] {
    const { chainId, initialHeight, timeNs } = genesis;
    const header = {
      chainId,
      height: initialHeight,
      timeNs,
      proposerAddress: new Uint8Array(0),
    };
    const ctx = new Context({ header, mode: "genesis", branch });
    const kv = branch.kv(CHAIN_STORE);
    chainState.setConsensusParams(kv, genesis.consensusParams);
    chainState.setBlockTime(kv, timeNs);
    for (const { name, consensusVersion } of this.#parts.modules.modules) {
      chainState.setModuleVersion(kv, name, consensusVersion);
    }
    return this.#parts.modules.initGenesis(ctx, genesis.state);
  }

  #hookContext(branch: StoreBranch, block: DecidedBlock): Context {
    return new Context({ header: block.header, mode: "deliver", branch });
  }

  /** Results of all transactions but the first. */
  #runTxs(base: StoreBranch, block: DecidedBlock): TxResult[] {
    const { decode, txRunner } = this.#parts;
    const maxGas = maxGasOf(chainState.consensusParams(base.kv(CHAIN_STORE)));
    let wanted = 0n;
    return block.txs.slice(1).map((bytes) => {
      const tx = decode(bytes);
      if (tx instanceof ChainError) return failedTx(txDecode({ problem: tx.message }), NO_GAS);
      wanted += gasLimitOf(tx);
      const excess = checkGasLimit(tx, maxGas) ?? checkBlockGas(wanted, maxGas);
      if (excess !== undefined) return failedTx(excess, NO_GAS);
      return txRunner.run({ tx, header: block.header, mode: "deliver", branch: base });
    });
  }
}

function injectedResult(events: readonly Event[]): TxResult {
  return { code: 0, codespace: "", log: "", data: new Uint8Array(0), ...NO_GAS, events };
}

function gasLimitOf(tx: DecodedTx): bigint {
  return tx.authInfo.fee?.gasLimit ?? 0n;
}

/** A transaction that wants more than a block has would wait in the mempool for ever. */
function checkGasLimit(tx: DecodedTx, maxGas: bigint | undefined): ChainError | undefined {
  const wanted = gasLimitOf(tx);
  if (maxGas === undefined || wanted <= maxGas) return undefined;
  return invalidGasLimit({ problem: `tx gas limit ${wanted} exceeds block max gas ${maxGas}` });
}

/** Proposals that want more are refused; a block that was decided without it loses its tail. */
function checkBlockGas(wanted: bigint, maxGas: bigint | undefined): ChainError | undefined {
  if (maxGas === undefined || wanted <= maxGas) return undefined;
  return outOfGas({ location: "block gas meter", gasWanted: wanted, gasUsed: 0 });
}

function maxGasOf(params: ConsensusParams | undefined): bigint | undefined {
  const maxGas = params?.block?.maxGas ?? -1n;
  return maxGas < 0n ? undefined : maxGas;
}
