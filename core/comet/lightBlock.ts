import {
  BlockIDFlag,
  type BlockID,
  type Commit,
  type CommitSig,
  type Header,
  type LightBlock as ProtoLightBlock,
  type Validator,
} from "#core/codec/generated/tendermint/types.js";
import type { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import { ADDRESS_BYTES, type Address } from "#core/crypto/address.js";
import { SIGNATURE_BYTES } from "#core/crypto/signature.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { headerHash } from "./hashes.js";
import {
  headerHashMismatch,
  malformedBlock,
  validatorsMismatch,
  wrongChain,
} from "./lightErrors.js";
import { findTimeNs } from "./time.js";
import { findValidatorAddress, validatorSetHash } from "./validators.js";

/** A header and the commit that carries the signatures for it. */
export interface SignedHeader {
  readonly header: Header;
  readonly commit: Commit;
}

/** A signed header with the validators that it names. */
export interface LightBlock {
  readonly signedHeader: SignedHeader;
  readonly validatorSet: { readonly validators: readonly Validator[] };
}

/** One validator of a checked set. */
export interface Member {
  readonly address: Address;
  readonly pubKey: PublicKey;
  readonly power: bigint;
}

/** Block protocol of CometBFT v0.34 to v0.38. */
const BLOCK_PROTOCOL = 11n;
const HASH_BYTES = 32;
/** CometBFT's bound, which keeps its own arithmetic in 64 bits. */
const TOTAL_POWER_MAX = ((1n << 63n) - 1n) >> 3n;

/** Takes a decoded tendermint.types.LightBlock whose parts are all there; `light/3` otherwise. */
export function lightBlockOf(proto: ProtoLightBlock): LightBlock {
  const { signedHeader, validatorSet } = proto;
  const header = signedHeader?.header;
  const commit = signedHeader?.commit;
  if (header === undefined) throw malformedBlock({ problem: "no header" });
  if (commit === undefined) throw malformedBlock({ problem: "no commit" });
  if (validatorSet === undefined) throw malformedBlock({ problem: "no validator set" });
  return { signedHeader: { header, commit }, validatorSet };
}

/**
 * Checks that the parts of an untrusted light block are well-formed, of this chain, and name one
 * another: commit → header → validators. Verifies no signature. Gives the members of the set.
 */
export function checkLightBlock(chainId: string, block: LightBlock): readonly Member[] {
  const { header, commit } = block.signedHeader;
  checkHeader(header);
  checkCommit(commit);
  if (header.chainId !== chainId) throw wrongChain({ expected: chainId, got: header.chainId });
  check(commit.height === header.height, "the commit is of another height");
  const hash = headerHash(header);
  if (!equalBytes(hash, commit.blockId.hash)) {
    throw headerHashMismatch({ header: toHex(hash), commit: toHex(commit.blockId.hash) });
  }
  const members = membersOf(block.validatorSet.validators);
  if (!equalBytes(validatorSetHash(block.validatorSet.validators), header.validatorsHash)) {
    throw validatorsMismatch({ height: header.height });
  }
  return members;
}

/**
 * Checks a validator set: known keys, addresses that are those of the keys (the set's hash does
 * not cover them), powers from 0 and within CometBFT's bound in sum.
 */
export function membersOf(validators: readonly Validator[]): readonly Member[] {
  check(validators.length > 0, "the validator set is empty");
  const members = validators.map(({ address, pubKey, votingPower }, index) => {
    const derived = findValidatorAddress(pubKey);
    if (derived === undefined || !equalBytes(derived, address)) {
      throw malformedBlock({ problem: "the address is not that of the key", validator: index });
    }
    if (votingPower < 0n) throw malformedBlock({ problem: "negative power", validator: index });
    return { address: derived, pubKey, power: votingPower };
  });
  check(totalPower(members) <= TOTAL_POWER_MAX, "the total power is out of bounds");
  return members;
}

/** Sum of the powers of a set. */
export function totalPower(members: readonly Member[]): bigint {
  return members.reduce((sum, { power }) => sum + power, 0n);
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw malformedBlock({ problem });
}

function checkHeader(header: Header): void {
  check(header.version.block === BLOCK_PROTOCOL, "the block protocol is not 11");
  check(header.height > 0n, "the height is not positive");
  check(findTimeNs(header.time) !== undefined, "the time is out of range");
  checkBlockId(header.lastBlockId);
  checkHash(header.lastCommitHash, "the last commit hash");
  checkHash(header.dataHash, "the data hash");
  checkHash(header.evidenceHash, "the evidence hash");
  checkHash(header.validatorsHash, "the validators hash");
  checkHash(header.nextValidatorsHash, "the next validators hash");
  checkHash(header.consensusHash, "the consensus hash");
  checkHash(header.lastResultsHash, "the last results hash");
  check(header.proposerAddress.length === ADDRESS_BYTES, "the proposer's address is not 20 bytes");
}

function checkHash(hash: Uint8Array, name: string): void {
  check(hash.length === 0 || hash.length === HASH_BYTES, `${name} is not 32 bytes`);
}

function checkBlockId(id: BlockID): void {
  checkHash(id.hash, "the block id's hash");
  checkHash(id.partSetHeader.hash, "the part set's hash");
}

function checkCommit(commit: Commit): void {
  check(commit.round >= 0, "the round is negative");
  checkBlockId(commit.blockId);
  commit.signatures.forEach((signature, index) => {
    if (!isWellFormed(signature)) {
      throw malformedBlock({ problem: "a signature of the commit is malformed", index });
    }
  });
}

function isWellFormed({ blockIdFlag, validatorAddress, signature, timestamp }: CommitSig): boolean {
  switch (blockIdFlag) {
    case BlockIDFlag.BLOCK_ID_FLAG_ABSENT:
      return validatorAddress.length === 0 && signature.length === 0;
    case BlockIDFlag.BLOCK_ID_FLAG_COMMIT:
    case BlockIDFlag.BLOCK_ID_FLAG_NIL:
      return (
        validatorAddress.length === ADDRESS_BYTES &&
        signature.length > 0 &&
        signature.length <= SIGNATURE_BYTES &&
        findTimeNs(timestamp) !== undefined
      );
    default:
      return false;
  }
}
