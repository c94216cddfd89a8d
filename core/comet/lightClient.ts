import type { Header, Validator } from "#core/codec/generated/tendermint/types.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { ChainError } from "#core/primitives/errors.js";
import type { TimeNs } from "#core/primitives/units.js";
import { verifyCommit, verifyCommitTrusting, type Fraction } from "./commit.js";
import { checkLightBlock, membersOf, type LightBlock, type Member } from "./lightBlock.js";
import {
  fromTheFuture,
  heightNotAbove,
  invalidTrustLevel,
  nextValidatorsMismatch,
  notInitialHeader,
  timeNotMonotone,
  trustExpired,
  wrongStep,
} from "./lightErrors.js";
import { findTimeNs } from "./time.js";
import { sortValidators, validatorSetHash } from "./validators.js";

/** What is trusted about a chain: one header's time and validators. */
export interface TrustedState {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: TimeNs;
  readonly nextValidatorsHash: Uint8Array;
  /**
   * Validators of this height or of the next. Whoever makes this state checks that they have the
   * hash that the trusted header names; the functions of this file do.
   */
  readonly validators: readonly Validator[];
}

/** The clock against which a header is judged. */
export interface Clock {
  readonly nowNs: TimeNs;
  /** How far ahead of `nowNs` a header's time must stay below. */
  readonly maxClockDriftNs: bigint;
}

/** How new headers are judged. */
export interface LightOptions extends Clock {
  /**
   * How long a header is trusted, counted from its time: less than the unbonding period, so that
   * who signed it can still be punished for signing another one.
   */
  readonly trustingPeriodNs: bigint;
  /** Part of the trusted power, from 1/3 to 1, that must have signed a header further up. */
  readonly trustLevel: Fraction;
}

/** What a genesis file says about the first block. */
export interface GenesisTrust {
  readonly chainId: string;
  readonly initialHeight: bigint;
  /** Genesis time, which is the time of the first header. */
  readonly timeNs: TimeNs;
  /** In any order. */
  readonly validators: readonly Validator[];
}

/**
 * Verifies a later header from a trusted one and gives the state to trust from then on. Errors are
 * of the codespace `light`; `light/10` means that a header in between must be verified first.
 */
export function verify(
  trusted: TrustedState,
  block: LightBlock,
  options: LightOptions,
): TrustedState {
  return isAdjacent(trusted, block)
    ? verifyAdjacent(trusted, block, options)
    : verifyNonAdjacent(trusted, block, options);
}

/**
 * Verifies the header of the next height: its validators are those that the trusted header
 * announced, and more than two thirds of their power have signed it.
 */
export function verifyAdjacent(
  trusted: TrustedState,
  block: LightBlock,
  options: LightOptions,
): TrustedState {
  const { header, commit } = block.signedHeader;
  if (!isAdjacent(trusted, block)) throw stepOf(trusted, header);
  const members = checkAgainstTrusted(trusted, block, options);
  if (!equalBytes(header.validatorsHash, trusted.nextValidatorsHash)) {
    throw nextValidatorsMismatch({ height: header.height });
  }
  verifyCommit(trusted.chainId, members, commit);
  return stateOf(block);
}

/**
 * Verifies a header further up: more than the trust level of the trusted power, and more than two
 * thirds of the power of its own validators, have signed it.
 */
export function verifyNonAdjacent(
  trusted: TrustedState,
  block: LightBlock,
  options: LightOptions,
): TrustedState {
  const { header, commit } = block.signedHeader;
  if (isAdjacent(trusted, block)) throw stepOf(trusted, header);
  const members = checkAgainstTrusted(trusted, block, options);
  verifyCommitTrusting(trusted.chainId, membersOf(trusted.validators), commit, options.trustLevel);
  // Last, because the size of the new set is the choice of whoever sent it.
  verifyCommit(trusted.chainId, members, commit);
  return stateOf(block);
}

/**
 * Verifies the first header of a chain by its genesis file: initial height, genesis time, the
 * validators of the file, and the signatures of more than two thirds of their power. The file
 * itself must come from a trusted place; {@link verify} still refuses to go on from a first header
 * that is older than the trusting period.
 */
export function trustFromGenesisValidators(
  genesis: GenesisTrust,
  block: LightBlock,
  clock: Clock,
): TrustedState {
  const { header, commit } = block.signedHeader;
  const members = checkLightBlock(genesis.chainId, block);
  if (header.height !== genesis.initialHeight) {
    throw notInitialHeader({ problem: "another height", expected: genesis.initialHeight });
  }
  if (timeOf(header) !== genesis.timeNs) throw notInitialHeader({ problem: "another time" });
  const expected = validatorSetHash(sortValidators(genesis.validators));
  if (!equalBytes(header.validatorsHash, expected)) {
    throw notInitialHeader({ problem: "other validators" });
  }
  checkNotFuture(header, clock);
  verifyCommit(genesis.chainId, members, commit);
  return stateOf(block);
}

function isAdjacent(trusted: TrustedState, block: LightBlock): boolean {
  return block.signedHeader.header.height === trusted.height + 1n;
}

function stepOf(trusted: TrustedState, header: Header): ChainError {
  return wrongStep({ trusted: trusted.height, height: header.height });
}

/** Everything but signatures, in the order of CometBFT's light verifier. */
function checkAgainstTrusted(
  trusted: TrustedState,
  block: LightBlock,
  options: LightOptions,
): readonly Member[] {
  checkTrustLevel(options.trustLevel);
  const expiresNs = trusted.timeNs + options.trustingPeriodNs;
  if (expiresNs <= options.nowNs) throw trustExpired({ height: trusted.height, expiresNs });
  const members = checkLightBlock(trusted.chainId, block);
  const { header } = block.signedHeader;
  if (header.height <= trusted.height) {
    throw heightNotAbove({ trusted: trusted.height, height: header.height });
  }
  if (timeOf(header) <= trusted.timeNs) throw timeNotMonotone({ height: header.height });
  checkNotFuture(header, options);
  return members;
}

function checkTrustLevel({ numerator, denominator }: Fraction): void {
  const within = denominator > 0n && numerator * 3n >= denominator && numerator <= denominator;
  if (!within) throw invalidTrustLevel({ numerator, denominator });
}

function checkNotFuture(header: Header, { nowNs, maxClockDriftNs }: Clock): void {
  const timeNs = timeOf(header);
  if (timeNs >= nowNs + maxClockDriftNs) throw fromTheFuture({ timeNs, nowNs });
}

function timeOf(header: Header): TimeNs {
  return assertDefined(findTimeNs(header.time), "the header was checked");
}

function stateOf({ signedHeader: { header }, validatorSet }: LightBlock): TrustedState {
  return {
    chainId: header.chainId,
    height: header.height,
    timeNs: timeOf(header),
    nextValidatorsHash: header.nextValidatorsHash,
    validators: validatorSet.validators,
  };
}
