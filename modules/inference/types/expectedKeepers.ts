import type { Coin } from "#core/primitives/coin.js";
import type { Manifest, Version, ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import type { Execution } from "#core/codec/generated/aivm/inference/v1.js";

/**
 * What inference needs of others. `Ctx` stands for `core/baseapp`'s Context, which `types` may not
 * import; keepers bind it.
 */
export interface ExpectedBankKeeper<Ctx> {
  spendable(ctx: Ctx, address: Uint8Array, denom: string): bigint;
  sendToModule(ctx: Ctx, from: Uint8Array, module: string, coins: readonly Coin[]): void;
  sendFromModule(ctx: Ctx, module: string, to: Uint8Array, coins: readonly Coin[]): void;
  moduleBalance(ctx: Ctx, module: string, denom: string): bigint;
}

/** What a fault costs. */
export interface Slash {
  readonly consensusAddress: Uint8Array;
  /** Basis points of the validator's stake. */
  readonly bps: bigint;
  /** Height of the draw: what has begun to unbond since is taken from too. */
  readonly sinceHeight: bigint;
  /** Who receives a part of what is slashed; the rest is burnt. */
  readonly reward?: { readonly address: Uint8Array; readonly bps: bigint };
}

/** Validators, their keys and their stake. */
export interface ExpectedStakingKeeper<Ctx> {
  bondDenom(ctx: Ctx): string;
  /** The validator set that signs at a height, in CometBFT's order; empty when it is not known. */
  consensusSet(ctx: Ctx, height: bigint): readonly ConsensusMember[];
  /** The VRF key that proves the beacon of a height, 32 bytes. */
  vrfKey(ctx: Ctx, operatorAddress: string, height: bigint): Uint8Array | undefined;
  /** Power of all bonded validators. */
  bondedPower(ctx: Ctx): bigint;
  /** Takes a fraction of the stake, now or while it unbonds; returns what was taken. */
  slash(ctx: Ctx, slash: Slash): bigint;
  /** Nothing when the validator is gone or jailed already. */
  jail(ctx: Ctx, consensusAddress: Uint8Array): void;
}

/** A part of what a kernel's owner would get. */
export interface RoyaltyPart {
  readonly account: Uint8Array;
  /** Basis points; those of one kernel are 10,000 at most together. */
  readonly bps: bigint;
}

/** What one answer beside another took. */
export interface ShadowCost {
  /** Blocks from the draw to the answer. */
  readonly blocks: bigint;
  readonly gas: bigint;
  /** What a requester pays for it. */
  readonly price: bigint;
}

/** A shadow request's answer beside the head's. */
export interface ShadowAnswer {
  readonly kind: "answered";
  /** Whether both are the same output or the same failure. */
  readonly agrees: boolean;
  /** Whether the version fails on the input. */
  readonly fails: boolean;
  readonly head: ShadowCost;
  readonly shadow: ShadowCost;
}

/** How a shadow request ended. */
export type ShadowOutcome = ShadowAnswer | { readonly kind: "noAgreement" | "dropped" };

/** Kernels and their versions. */
export interface ExpectedKernelKeeper<Ctx> {
  /** Version that a request for a name runs: the head. */
  findHead(ctx: Ctx, name: string): Version | undefined;
  findVersion(ctx: Ctx, versionId: Uint8Array): Version | undefined;
  /** Manifest of an existing version. */
  getManifest(ctx: Ctx, versionId: Uint8Array): Manifest;
  /** Account that the author's part is paid to. */
  getOwner(ctx: Ctx, versionId: Uint8Array): Uint8Array;
  /** What the author of an existing version asks for one execution, in unes. */
  authorPrice(ctx: Ctx, versionId: Uint8Array): bigint;
  /** Whether an account may run the version's kernel. */
  mayRun(ctx: Ctx, versionId: Uint8Array, account: Uint8Array): boolean;
  /** Who shares what the owner gets; the owner keeps what is left. */
  royaltiesOf(ctx: Ctx, versionId: Uint8Array): readonly RoyaltyPart[];
  /**
   * Bytes of the models of an existing version, all that an execution loads; 0 when they are gone.
   */
  modelBytes(ctx: Ctx, versionId: Uint8Array): bigint;
  /** Bytes of the version's aggregation code. */
  aggregationCode(ctx: Ctx, versionId: Uint8Array): Uint8Array;
  /** The version's libraries with their bytes, in the manifest's order. */
  libraries(ctx: Ctx, versionId: Uint8Array): readonly Library[];
  /** Versions that wait for a validation job, in order, at most `limit`. */
  awaitingValidation(ctx: Ctx, limit: number): readonly Uint8Array[];
  /** A validation job of the version has begun: it is counted, and the version no longer waits. */
  beginValidation(ctx: Ctx, versionId: Uint8Array): void;
  /** The job that has begun came to nothing: the version waits for another after a height. */
  postponeValidation(ctx: Ctx, versionId: Uint8Array, height: bigint): void;
  /** Makes the version ACTIVE or REJECTED; `payees` share the validation fee. */
  settleValidation(
    ctx: Ctx,
    versionId: Uint8Array,
    outcome: { readonly report: ValidationReport; readonly payees: readonly Uint8Array[] },
  ): void;
  /** The version that repeats what the head answers, if the version named is that head. */
  findShadow(ctx: Ctx, headVersionId: Uint8Array): Version | undefined;
  /**
   * Pays a shadow request of that version into a module's account; gives the address of who paid,
   * or undefined when the run's budget does not pay for it, which ends the run.
   */
  payShadow(
    ctx: Ctx,
    versionId: Uint8Array,
    given: { readonly price: Coin; readonly module: string },
  ): string | undefined;
  /** An answer of the head is not repeated. */
  skipShadow(ctx: Ctx, versionId: Uint8Array): void;
  /** A shadow request of the version has ended. */
  countShadow(ctx: Ctx, versionId: Uint8Array, outcome: ShadowOutcome): void;
  /** Versions with shadow requests that have not ended, and how many. */
  pendingShadows(ctx: Ctx): Iterable<readonly [versionId: Uint8Array, pending: number]>;
  /** No request runs the version before the height. */
  suspend(ctx: Ctx, versionId: Uint8Array, until: bigint): void;
}

/** How a request ended, which decides who gets its escrow (protocol.md section 16). */
export type RequestOutcome =
  "fulfilled" | "kernelFailed" | "noAgreement" | "expiredQueued" | "versionRevoked";

/** A request whose escrow is to be paid out. */
export interface RequestSettlement {
  readonly requestId: bigint;
  readonly outcome: RequestOutcome;
  /** Module account that holds the escrow. */
  readonly escrowModule: string;
  readonly denom: string;
  readonly admission: bigint;
  readonly compute: bigint;
  readonly author: bigint;
  readonly priority: bigint;
  readonly requester: Uint8Array;
  readonly owner: Uint8Array;
  /** Who shares what the owner would get. */
  readonly royalties: readonly RoyaltyPart[];
  /** Accounts of the members that were right, one entry for each seat. */
  readonly members: readonly Uint8Array[];
}

/** Pays out escrows. */
export interface ExpectedRewardKeeper<Ctx> {
  settleRequest(ctx: Ctx, settlement: RequestSettlement): void;
  /** Pays an amount from a module account to the community pool. */
  fundCommunityPool(ctx: Ctx, module: string, amount: Coin): void;
}

/** A batch that this node's scheduler has finished. */
export interface FinishedBatch {
  readonly batchId: bigint;
  /** Leaves in batch order; NO_RECEIPT where the host could not finish. */
  readonly leaves: readonly Uint8Array[];
  readonly batchRoot: Uint8Array;
  /** Positions without a receipt. */
  readonly abstentions: Uint8Array;
  readonly salt: Uint8Array;
  /** Executions by position; empty for a position without a receipt. */
  readonly executions: ReadonlyArray<readonly Execution[]>;
}

/**
 * This node's finished work. The only door from the sandbox into ExtendVote and PrepareProposal;
 * nothing it says enters consensus except through a vote extension or a proposed block.
 */
export interface ReceiptSource {
  findFinished(batchId: bigint): FinishedBatch | undefined;
  /** Whether the scheduler refused the batch. */
  hasDeclined(batchId: bigint): boolean;
  /** Whether this node can serve at all: its conformance check passed. */
  isAvailable(): boolean;
}

/** A module that code imports by its name. */
export interface Library {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One call of a kernel's aggregation code. */
export interface AggregationCall {
  readonly code: Uint8Array;
  /** What the code may import. */
  readonly libraries: readonly Library[];
  readonly manifest: Manifest;
  /** Canonical outputs in seat order. */
  readonly outputs: readonly Uint8Array[];
  readonly gasLimit: bigint;
}

/** What aggregation code gave. */
export interface AggregationOutcome {
  /** The receipt of the aggregation; its output in `output`. */
  readonly execution: Execution;
  /** Whether the kernel accepts each output, in the order given. */
  readonly accepted: readonly boolean[];
}

/** Runs aggregation code: metered, synchronous, a pure function of the call. */
export interface Aggregator {
  aggregate(call: AggregationCall): AggregationOutcome;
}

/** A signature over bytes by a consensus key. */
export interface SignedExtension {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Verifies what proposers carry; positive verdicts may be remembered, since they are pure. */
export interface ProofVerifier {
  isSignedExtension(signed: SignedExtension): boolean;
  /** Output of a valid VRF proof, 64 bytes; undefined for an invalid one. */
  vrfOutput(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
}
