import type { Commit, CommitSig, Header } from "#core/codec/generated/tendermint/types.js";
import type { LightBlock } from "#core/comet/lightBlock.js";
import type { LightOptions, TrustedState } from "#core/comet/lightClient.js";
import { findTimeNs } from "#core/comet/time.js";
import { ChainError, type ErrorDetail } from "#core/primitives/errors.js";
import type { TimeNs } from "#core/primitives/units.js";
import { LIGHT_EPOCH, lightBlock, lightValidator, type BlockPlan } from "./lightChain.js";

/** Nanoseconds of a second. */
export const SECOND = 1_000_000_000n;
/** Trusting period of {@link OPTIONS}. */
export const HOUR = 3600n * SECOND;

/** Time of the block of this height. */
export function timeAt(height: bigint): TimeNs {
  return ((LIGHT_EPOCH + height) * SECOND + 5n) as TimeNs;
}

/** Height 100 is now, and a third of the trusted power is to be exceeded. */
export const OPTIONS: LightOptions = {
  nowNs: timeAt(100n),
  trustingPeriodNs: HOUR,
  maxClockDriftNs: 0n,
  trustLevel: { numerator: 1n, denominator: 3n },
};

/** Five validators of power 10. */
export const SET = ["a", "b", "c", "d", "e"].map((name) => lightValidator(name, 10n));
/** The last two of them and three new ones. */
export const LATER = [...SET.slice(3), ...["f", "g", "h"].map((name) => lightValidator(name, 10n))];

/** The height after {@link TRUSTED}, by the same validators. */
export const NEXT: BlockPlan = { height: 11n, validators: SET };
/** A height further up, by the later validators. */
export const FAR: BlockPlan = { height: 20n, validators: LATER };
/** Height 10, by the five validators. */
export const TRUSTED: TrustedState = stateOf(lightBlock({ height: 10n, validators: SET }));

/** What is trusted after a block was verified. */
export function stateOf({ signedHeader, validatorSet }: LightBlock): TrustedState {
  const { chainId, height, nextValidatorsHash, time } = signedHeader.header;
  const timeNs = findTimeNs(time)!;
  return { chainId, height, timeNs, nextValidatorsHash, validators: validatorSet.validators };
}

/** The block with a changed commit, which no longer is what was signed. */
export function withCommit(
  block: LightBlock,
  change: (commit: Commit) => Partial<Commit>,
): LightBlock {
  const { header, commit } = block.signedHeader;
  return { ...block, signedHeader: { header, commit: { ...commit, ...change(commit) } } };
}

/** The block with one signature changed. */
export function withSignature(
  block: LightBlock,
  index: number,
  change: (signature: CommitSig) => Partial<CommitSig>,
): LightBlock {
  return withCommit(block, ({ signatures }) => ({
    signatures: signatures.with(index, { ...signatures[index]!, ...change(signatures[index]!) }),
  }));
}

/** The block with a changed header, signed anew. */
export function resigned(plan: BlockPlan, header: Partial<Header>): LightBlock {
  return lightBlock({ ...plan, header });
}

/** Code and details of the error of the codespace `light` that `run` throws, or undefined. */
export function refusal(run: () => unknown): { code: number; detail: ErrorDetail } | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof ChainError && error.codespace === "light") {
      return { code: error.code, detail: error.detail };
    }
    throw error;
  }
  return undefined;
}

/** The code of the refusal, 0 when there is none. */
export function codeOf(run: () => unknown): number {
  return refusal(run)?.code ?? 0;
}
