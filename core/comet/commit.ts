import {
  BlockIDFlag,
  type Commit,
  type CommitSig,
} from "#core/codec/generated/tendermint/types.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { divFloor } from "#core/primitives/intMath.js";
import { totalPower, type Member } from "./lightBlock.js";
import {
  badSignature,
  doubleVote,
  malformedBlock,
  notEnoughPower,
  notEnoughTrustedPower,
  wrongSigner,
} from "./lightErrors.js";
import { precommitSignBytes } from "./signBytes.js";
import { verifyValidatorSignature } from "./validators.js";

/** A part of the whole, both positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A signature for the block, with the validator that it is said to be of. */
interface Signer {
  readonly index: number;
  readonly member: Member;
}

const TWO_THIRDS: Fraction = { numerator: 2n, denominator: 3n };

/**
 * Checks that more than two thirds of the power of the block's own validators have signed it; the
 * signatures are in the order of the set. Power is counted before signatures are verified, and
 * signatures past the threshold are not looked at (VerifyCommitLight of CometBFT).
 */
export function verifyCommit(chainId: string, members: readonly Member[], commit: Commit): void {
  const { signatures } = commit;
  if (signatures.length !== members.length) {
    throw malformedBlock({
      problem: "the commit has another number of signatures than there are validators",
      signatures: signatures.length,
      validators: members.length,
    });
  }
  const needed = powerOf(members, TWO_THIRDS);
  const { signers, power } = collect(commit, needed, (signature, index) => {
    const member = assertDefined(members[index], "there is a validator for each signature");
    if (!equalBytes(member.address, signature.validatorAddress)) {
      throw wrongSigner({ index, expected: toHex(member.address) });
    }
    return member;
  });
  if (power <= needed) throw notEnoughPower({ got: power, needed });
  verifySigners(chainId, commit, signers);
}

/**
 * Checks that more than `level` of the power of trusted validators, who need not be the block's
 * own, have signed it; they are found by address, and signatures of others count for nothing
 * (VerifyCommitLightTrusting of CometBFT).
 */
export function verifyCommitTrusting(
  chainId: string,
  trusted: readonly Member[],
  commit: Commit,
  level: Fraction,
): void {
  const needed = powerOf(trusted, level);
  const byAddress = new Map(trusted.map((member) => [toHex(member.address), member]));
  const seen = new Map<string, number>();
  const { signers, power } = collect(commit, needed, (signature, index) => {
    const address = toHex(signature.validatorAddress);
    const member = byAddress.get(address);
    const first = seen.get(address);
    if (member !== undefined && first !== undefined) throw doubleVote({ first, second: index });
    seen.set(address, index);
    return member;
  });
  if (power <= needed) throw notEnoughTrustedPower({ got: power, needed });
  verifySigners(chainId, commit, signers);
}

/** The power that must be exceeded, rounded down. */
function powerOf(members: readonly Member[], { numerator, denominator }: Fraction): bigint {
  return divFloor(totalPower(members) * numerator, denominator);
}

/** Signatures for the block until their power exceeds `needed`. */
function collect(
  commit: Commit,
  needed: bigint,
  find: (signature: CommitSig, index: number) => Member | undefined,
): { readonly signers: readonly Signer[]; readonly power: bigint } {
  const signers: Signer[] = [];
  let power = 0n;
  for (const [index, signature] of commit.signatures.entries()) {
    if (signature.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) continue;
    const member = find(signature, index);
    if (member === undefined) continue;
    signers.push({ index, member });
    power += member.power;
    if (power > needed) break;
  }
  return { signers, power };
}

function verifySigners(chainId: string, commit: Commit, signers: readonly Signer[]): void {
  const { height, round, blockId } = commit;
  for (const { index, member } of signers) {
    const signature = assertDefined(commit.signatures[index], "the signer has a signature");
    const { timestamp } = signature;
    const message = precommitSignBytes(chainId, { height, round, blockId, timestamp });
    if (!verifyValidatorSignature(member.pubKey, message, signature.signature)) {
      throw badSignature({ index, validator: toHex(member.address) });
    }
  }
}
