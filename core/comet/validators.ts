import type { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import { SimpleValidator } from "#core/codec/generated/tendermint/types.js";
import { accountAddress, consensusAddress, type Address } from "#core/crypto/address.js";
import { verifyEd25519 } from "#core/crypto/ed25519.js";
import { merkleRoot } from "#core/crypto/merkle.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";

/** One validator as the validator set's hash sees it. */
export interface ValidatorPower {
  readonly pubKey: PublicKey;
  readonly votingPower: bigint;
}

/**
 * Address of a validator's key: first 20 bytes of sha256 for ed25519, ripemd160 of sha256 for
 * secp256k1. Undefined unless exactly one key is set and has its scheme's length.
 */
export function findValidatorAddress({ ed25519, secp256k1 }: PublicKey): Address | undefined {
  if (ed25519.length === 32 && secp256k1.length === 0) return consensusAddress(ed25519);
  if (secp256k1.length === 33 && ed25519.length === 0) return accountAddress(secp256k1);
  return undefined;
}

/** Whether `signature` is valid by the rules of CometBFT for the scheme of the key. */
export function verifyValidatorSignature(
  { ed25519, secp256k1 }: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return ed25519.length > 0
    ? verifyEd25519({ publicKey: ed25519, message, signature })
    : verifySecp256k1({ publicKey: secp256k1, message, signature });
}

/**
 * Hash of a validator set in the order given, which in a header is that of {@link sortValidators};
 * 32 bytes.
 */
export function validatorSetHash(validators: readonly ValidatorPower[]): Uint8Array {
  const leaves = validators.map(({ pubKey, votingPower }) =>
    SimpleValidator.encode({ pubKey, votingPower }),
  );
  return merkleRoot(leaves);
}

/** A copy in CometBFT's order: power descending, then address ascending. */
export function sortValidators<T extends ValidatorPower>(validators: readonly T[]): T[] {
  return validators
    .map((validator) => ({
      validator,
      address: findValidatorAddress(validator.pubKey) ?? new Uint8Array(0),
    }))
    .sort(
      (a, b) =>
        compareBig(b.validator.votingPower, a.validator.votingPower) ||
        compareBytes(a.address, b.address),
    )
    .map(({ validator }) => validator);
}
