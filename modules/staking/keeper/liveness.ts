import type { CommitVote, Context } from "#core/baseapp/context.js";
import type {
  Params as SlashingParams,
  ValidatorSigningInfo,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { signatureMissed, slashed } from "../types/events.js";
import { decOf, maxMissedBlocks } from "../types/params.js";
import { toTimestamp } from "../types/time.js";
import { consensusAddressOf, type Validator } from "../types/validator.js";
import { downtimeJailEnd, jailValidator } from "./jail.js";
import { clearMissed, flipMissed, isMissed } from "./missedBlocks.js";
import { slashInfraction } from "./slash.js";
import type { StakingState } from "./state.js";

/**
 * The last commit is one height back, and the stake behind it is that of the block before: what
 * has begun to unbond since then was at stake (SDK distributionHeight).
 */
const COMMITTED_STAKE_AGE = 2n;

/**
 * Notes whether a validator signed the last block, and slashes and jails it when it missed too
 * many of the window. Only an absent vote is missed: a nil vote shows that the validator is there.
 * Validators that are gone or jailed are not judged (SDK HandleValidatorSignature).
 */
export function judgeLiveness(
  ctx: Context,
  state: StakingState,
  params: SlashingParams,
  vote: CommitVote,
): void {
  const address = vote.consensusAddress as Address;
  const validator = state.findValidatorByConsensusAddress(ctx, address);
  if (validator === undefined || validator.jailed) return;
  const before = state.findSigningInfo(ctx, address);
  if (before === undefined) return;
  const missed = vote.flag === "absent";
  const index = before.indexOffset % params.signedBlocksWindow;
  const signing = noteVote(ctx, state, { address, index, missed, before });
  state.setSigningInfo(ctx, address, signing);
  if (missed) {
    const count = signing.missedBlocksCounter;
    ctx.emit(signatureMissed(address, { count, height: ctx.height }));
  }
  const isJudged = ctx.height > signing.startHeight + params.signedBlocksWindow;
  const isDown = signing.missedBlocksCounter > maxMissedBlocks(params);
  if (!isJudged || !isDown || validator.status === BondStatus.UNBONDED) return;
  punishDowntime(ctx, state, { validator, signing, power: vote.power });
}

interface Note {
  readonly address: Address;
  /** Place in the window. */
  readonly index: bigint;
  readonly missed: boolean;
  readonly before: ValidatorSigningInfo;
}

/** Moves on by one place of the window, which now says whether this block was missed. */
function noteVote(ctx: Context, state: StakingState, note: Note): ValidatorSigningInfo {
  const { missed, before } = note;
  const wasMissed = isMissed(ctx, state, note);
  if (wasMissed !== missed) flipMissed(ctx, state, note);
  const change = BigInt(Number(missed) - Number(wasMissed));
  return {
    ...before,
    indexOffset: before.indexOffset + 1n,
    missedBlocksCounter: before.missedBlocksCounter + change,
  };
}

interface Downtime {
  readonly validator: Validator;
  readonly signing: ValidatorSigningInfo;
  readonly power: bigint;
}

/** Slashes and jails, and starts the window afresh for when the validator comes back. */
function punishDowntime(ctx: Context, state: StakingState, downtime: Downtime): void {
  const { validator, signing, power } = downtime;
  const address = consensusAddressOf(validator);
  const fraction = decOf(state.slashingParams(ctx).slashFractionDowntime);
  const sinceHeight = ctx.height - COMMITTED_STAKE_AGE;
  const burned = slashInfraction(ctx, state, { validator, sinceHeight, power, fraction });
  ctx.emit(slashed(address, { power, reason: "missing_signature", jailed: true, burned }));
  jailValidator(ctx, state, state.getValidator(ctx, validator.operator));
  clearMissed(ctx, state, address);
  state.setSigningInfo(ctx, address, {
    ...signing,
    jailedUntil: toTimestamp(downtimeJailEnd(ctx, state)),
    missedBlocksCounter: 0n,
    indexOffset: 0n,
  });
}
