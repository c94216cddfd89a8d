import {
  BlockIDFlag,
  CommitSig,
  Header,
  Validator,
  type BlockID,
} from "#core/codec/generated/tendermint/types.js";
import { headerHash } from "#core/comet/hashes.js";
import type { LightBlock } from "#core/comet/lightBlock.js";
import { precommitSignBytes } from "#core/comet/signBytes.js";
import { sortValidators, validatorSetHash } from "#core/comet/validators.js";
import { consensusAddress } from "#core/crypto/address.js";
import { ed25519PublicKey, signEd25519 } from "#core/crypto/ed25519.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";

/** Chain of the blocks that this file makes. */
export const LIGHT_CHAIN = "light-1";
/** Seconds of the time of height 0; blocks follow one second apart. */
export const LIGHT_EPOCH = 1_700_000_000n;

const SEEDS = new Map<string, Uint8Array>();

/** A validator whose ed25519 key is made from its name. */
export function lightValidator(name: string, votingPower: bigint): Validator {
  const seed = sha256(utf8(name));
  const ed25519 = ed25519PublicKey(seed);
  const address = consensusAddress(ed25519);
  SEEDS.set(toHex(address), seed);
  return Validator.create({
    address,
    votingPower,
    pubKey: { ed25519, secp256k1: new Uint8Array(0) },
  });
}

/** What a block of the test chain is made from. */
export interface BlockPlan {
  readonly height: bigint;
  readonly validators: readonly Validator[];
  readonly next?: readonly Validator[];
  /** Replaces fields of the header before it is hashed and signed. */
  readonly header?: Partial<Header>;
  /** Names the validators, by place in the sorted set, that do not sign. */
  readonly absent?: readonly number[];
}

/** A block that its validators, but for the absent ones, have signed. */
export function lightBlock(plan: BlockPlan): LightBlock {
  const validators = sortValidators(plan.validators);
  const header = headerOf(plan, validators);
  const blockId = { hash: headerHash(header), partSetHeader: { total: 1, hash: sha256() } };
  const signatures = validators.map((validator, index) =>
    plan.absent?.includes(index) === true
      ? CommitSig.create({ blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_ABSENT })
      : signatureOf(header, blockId, validator),
  );
  const commit = { height: header.height, round: 0, blockId, signatures };
  return { signedHeader: { header, commit }, validatorSet: { validators } };
}

function headerOf(plan: BlockPlan, validators: readonly Validator[]): Header {
  return Header.create({
    version: { block: 11n, app: 1n },
    chainId: LIGHT_CHAIN,
    height: plan.height,
    time: { seconds: LIGHT_EPOCH + plan.height, nanos: 5 },
    validatorsHash: validatorSetHash(validators),
    nextValidatorsHash: validatorSetHash(sortValidators(plan.next ?? plan.validators)),
    appHash: sha256(utf8(`app ${plan.height}`)),
    proposerAddress: validators[0]?.address ?? new Uint8Array(20),
    ...plan.header,
  });
}

/** The signature of one validator for a block, at the block's time. */
export function signatureOf(header: Header, blockId: BlockID, validator: Validator): CommitSig {
  const seed = SEEDS.get(toHex(validator.address)) ?? new Uint8Array(32);
  const { chainId, height, time: timestamp } = header;
  const message = precommitSignBytes(chainId, { height, round: 0, blockId, timestamp });
  return {
    blockIdFlag: BlockIDFlag.BLOCK_ID_FLAG_COMMIT,
    validatorAddress: validator.address,
    timestamp,
    signature: signEd25519(message, seed),
  };
}
