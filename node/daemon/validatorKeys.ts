import type { ValidatorCapabilities } from "#app/validator.js";
import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { readConsensusKey } from "../home/cometKeys.js";
import type { HomePaths } from "../home/homePaths.js";
import { readProviderKey } from "../home/providerKey.js";

/** What this node's keys let it do. */
export interface ValidatorKeys extends Pick<ValidatorCapabilities, "prove"> {
  /** Consensus address, 20 bytes. */
  readonly consensusAddress: Uint8Array;
  /** What salts derive from. */
  readonly nodeSecret: Uint8Array;
}

/** Reads the keys of a home; fails with `home/2`. */
export function readValidatorKeys(home: HomePaths): ValidatorKeys {
  const { address } = readConsensusKey(home.consensusKey);
  const { vrfSeed, previousVrfSeeds, nodeSecret } = readProviderKey(home.providerKey);
  const seeds = [vrfSeed, ...previousVrfSeeds];
  const pairs = seeds.map((seed) => ({ seed, publicKey: vrfPublicKey(seed) }));
  return {
    consensusAddress: address,
    nodeSecret,
    prove: (publicKey, alpha) => {
      const pair = pairs.find((one) => equalBytes(one.publicKey, publicKey));
      return pair === undefined ? undefined : vrfProve(pair.seed, alpha);
    },
  };
}
