import {
  accountAddress,
  type Address,
  consensusAddress,
  formatAddress,
} from "#core/crypto/address.js";
import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { ed25519PublicKey, signEd25519 } from "#core/crypto/ed25519.js";
import { domainHash } from "#core/crypto/hash.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { utf8 } from "#core/primitives/bytes.js";

/** An account with its key, derived from a name. */
export class TestAccount {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly address: Address;
  /** Bech32 of the address. */
  readonly text: string;
  /** Bech32 of the same address as an operator. */
  readonly operator: string;
  readonly #secret: Uint8Array;

  constructor(name: string) {
    this.name = name;
    this.#secret = domainHash("test/account", utf8(name));
    this.publicKey = secp256k1PublicKey(this.#secret);
    this.address = accountAddress(this.publicKey);
    this.text = formatAddress("account", this.address);
    this.operator = formatAddress("operator", this.address);
  }

  sign(message: Uint8Array): Uint8Array {
    return signSecp256k1(message, this.#secret);
  }
}

/** A validator's three identities, derived from a name. */
export class TestValidator {
  readonly account: TestAccount;
  readonly consensusKey: Uint8Array;
  /** Consensus address. */
  readonly address: Address;
  readonly vrfKey: Uint8Array;
  /** Secret from which salts derive. */
  readonly nodeSecret: Uint8Array;
  readonly #consensusSecret: Uint8Array;
  readonly #vrfSecret: Uint8Array;

  constructor(name: string) {
    this.account = new TestAccount(name);
    this.#consensusSecret = domainHash("test/consensus", utf8(name));
    this.consensusKey = ed25519PublicKey(this.#consensusSecret);
    this.address = consensusAddress(this.consensusKey);
    this.#vrfSecret = domainHash("test/vrf", utf8(name));
    this.vrfKey = vrfPublicKey(this.#vrfSecret);
    this.nodeSecret = domainHash("test/node-secret", utf8(name));
  }

  signConsensus(message: Uint8Array): Uint8Array {
    return signEd25519(message, this.#consensusSecret);
  }

  prove(alpha: Uint8Array): Uint8Array {
    return vrfProve(this.#vrfSecret, alpha);
  }
}
