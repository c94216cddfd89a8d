import { Provider } from "#core/codec/generated/aivm/staking/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";

/** A VRF key and the first height whose beacon it may prove. */
export interface AnnouncedKey {
  readonly publicKey: Uint8Array;
  readonly effectiveHeight: bigint;
}

/** What the secret of a VRF key proves when its owner registers it; the address is bech32. */
export function possessionInput(chainId: string, operatorAddress: string): Uint8Array {
  return domainHash("aivm/vrf-possession/v1", utf8(chainId), utf8(operatorAddress));
}

/** The key that proves the beacon of a height; undefined before the first one takes effect. */
export function findEffectiveKey(provider: Provider, height: bigint): Uint8Array | undefined {
  const { vrfPublicKey, vrfEffectiveHeight } = settle(provider, height);
  return vrfEffectiveHeight <= height ? vrfPublicKey : undefined;
}

/** A provider with its first key. */
export function createProvider(operatorAddress: string, key: AnnouncedKey): Provider {
  return Provider.create({
    operatorAddress,
    vrfPublicKey: key.publicKey,
    vrfEffectiveHeight: key.effectiveHeight,
  });
}

/**
 * Announces the key that replaces the present one. A replacement that was announced before and has
 * not taken effect at `height` is forgotten.
 */
export function announceKey(provider: Provider, key: AnnouncedKey, height: bigint): Provider {
  return {
    ...settle(provider, height),
    nextVrfPublicKey: key.publicKey,
    nextVrfEffectiveHeight: key.effectiveHeight,
  };
}

/** The provider with its replacement in place, if that has taken effect at the height. */
function settle(provider: Provider, height: bigint): Provider {
  const { nextVrfPublicKey, nextVrfEffectiveHeight, operatorAddress } = provider;
  if (nextVrfPublicKey.length === 0 || nextVrfEffectiveHeight > height) return provider;
  return createProvider(operatorAddress, {
    publicKey: nextVrfPublicKey,
    effectiveHeight: nextVrfEffectiveHeight,
  });
}
