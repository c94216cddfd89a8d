import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { domainHash } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { possessionInput } from "#modules/staking/types/provider.js";
import { type TestAccount, TestValidator } from "#test/harness/identities.js";

/** A VRF key with the proof that its operator has the secret. */
export interface VrfRegistration {
  readonly publicKey: Uint8Array;
  readonly possessionProof: Uint8Array;
}

/** Somebody who runs a validator: its identities, with as many VRF keys as it ever rotates to. */
export class SimOperator {
  readonly name: string;
  readonly validator: TestValidator;
  readonly #secrets = new Map<string, Uint8Array>();

  constructor(name: string) {
    this.name = name;
    this.validator = new TestValidator(name);
  }

  get account(): TestAccount {
    return this.validator.account;
  }

  /** Hex of the consensus address. */
  get hex(): string {
    return toHex(this.validator.address);
  }

  /** Proves with the key that is asked for; undefined when it is none of this operator's. */
  prove(publicKey: Uint8Array, alpha: Uint8Array): Uint8Array | undefined {
    const secret = this.#secrets.get(toHex(publicKey));
    if (secret !== undefined) return vrfProve(secret, alpha);
    return toHex(publicKey) === toHex(this.validator.vrfKey)
      ? this.validator.prove(alpha)
      : undefined;
  }

  /** Makes a new VRF key, which this operator can use from now on. */
  rotate(chainId: string): VrfRegistration {
    const number = uint64ToBytes(BigInt(this.#secrets.size));
    const secret = domainHash("test/rotated-vrf", utf8(this.name), number);
    const publicKey = vrfPublicKey(secret);
    this.#secrets.set(toHex(publicKey), secret);
    const input = possessionInput(chainId, this.account.operator);
    return { publicKey, possessionProof: vrfProve(secret, input) };
  }
}
