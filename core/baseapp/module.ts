import type { AnyCodec } from "#core/codec/message.js";
import type { JsonValue } from "#core/codec/json.js";
import type { CommitVote, Context, Misbehavior } from "./context.js";
import type { QueryRouter } from "./queryRouter.js";
import type { MsgRouter } from "./router.js";

/** A change of CometBFT's validator set. */
export interface ValidatorUpdate {
  /** ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 0 removes the validator. */
  readonly power: bigint;
}

/** What CometBFT reports with a block, besides the header. */
export interface BlockReport {
  /** Votes of the last commit, in validator-set order. */
  readonly lastCommit: readonly CommitVote[];
  /** Round in which the last block was decided. */
  readonly lastCommitRound: number;
  readonly misbehavior: readonly Misbehavior[];
}

/** One section of the genesis file's `app_state`. */
export interface GenesisSection {
  /** Key within `app_state`, for example `bank`. */
  readonly name: string;
  /** The section's default. */
  readonly defaultState: () => JsonValue;
  /** Checks the section without other sections; throws a ChainError that names the path. */
  readonly validate: (json: JsonValue) => void;
}

/** A named predicate over committed state; the simulation evaluates it after every block. */
export interface Invariant {
  readonly name: string;
  /** A sentence that says what is broken; undefined when the invariant holds. */
  readonly check: (ctx: Context) => string | undefined;
}

/** A module as the application assembles it. Every method is synchronous and deterministic. */
export interface Module {
  readonly name: string;
  /** Version of the module's state layout, from 1. */
  readonly consensusVersion: number;
  /** Types that an Any of this module's messages and state may hold. */
  readonly types: readonly AnyCodec[];
  readonly genesisSections: readonly GenesisSection[];
  readonly invariants: readonly Invariant[];
  registerMsgs(router: MsgRouter): void;
  registerQueries(router: QueryRouter): void;
  /**
   * `sections` holds this module's sections, validated before. Returns the initial validator set;
   * staking alone returns any.
   */
  initGenesis(
    ctx: Context,
    sections: ReadonlyMap<string, JsonValue>,
  ): readonly ValidatorUpdate[] | undefined;
  /** `initGenesis` of a fresh state with what this gives rebuilds the module's state. */
  exportGenesis(ctx: Context): ReadonlyMap<string, JsonValue>;
  /**
   * What is wrong with the module's blobs in a state whose trees are right, as a sentence; undefined
   * when every blob is the one that the trees name, none is missing and none is too many. Asked
   * before a state that somebody else sent is taken; bounded memory, however large the blobs are.
   */
  findBlobFlaw?(ctx: Context): string | undefined;
  beginBlock?(ctx: Context, report: BlockReport): void;
  /** Validator updates, in the order CometBFT is to apply them; staking alone returns any. */
  endBlock?(ctx: Context, report: BlockReport): readonly ValidatorUpdate[];
}
