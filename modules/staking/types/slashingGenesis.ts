import {
  GenesisState,
  type ValidatorMissedBlocks,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { invalidGenesis } from "./errors.js";
import { requireUnique } from "./genesisFields.js";
import { defaultSlashingParams, validateSlashingParams } from "./params.js";

/** The genesis of a chain on which nobody has signed yet. */
export function defaultSlashingGenesis(): GenesisState {
  return GenesisState.create({ params: defaultSlashingParams() });
}

/**
 * Refuses records that occur twice, and missed blocks that are out of the window or not as many as
 * the signing info counts.
 */
export function validateSlashingGenesis(genesis: GenesisState): void {
  validateSlashingParams(genesis.params);
  const missed = validateMissedBlocks(genesis.missedBlocks, genesis.params.signedBlocksWindow);
  const seen = new Set<string>();
  for (const [index, { address, validatorSigningInfo }] of genesis.signingInfos.entries()) {
    const at = `slashing.signing_infos[${index}]`;
    parseAddress("consensus", address);
    requireUnique(seen, address, at);
    if (validatorSigningInfo.address !== address) {
      throw invalidGenesis({ at, problem: "is of another address" });
    }
    if (validatorSigningInfo.indexOffset < 0n) {
      throw invalidGenesis({ at: `${at}.index_offset`, problem: "is negative" });
    }
    if (validatorSigningInfo.missedBlocksCounter !== (missed.get(address) ?? 0n)) {
      throw invalidGenesis({ at, problem: "does not count the missed blocks" });
    }
  }
  if ([...missed.keys()].some((address) => !seen.has(address))) {
    throw invalidGenesis({ at: "slashing.missed_blocks", problem: "without a signing info" });
  }
}

/** Number of missed blocks by address. */
function validateMissedBlocks(
  list: readonly ValidatorMissedBlocks[],
  window: bigint,
): Map<string, bigint> {
  const counts = new Map<string, bigint>();
  for (const [index, { address, missedBlocks }] of list.entries()) {
    const at = `slashing.missed_blocks[${index}]`;
    parseAddress("consensus", address);
    if (counts.has(address)) throw invalidGenesis({ at, problem: "occurs twice" });
    let previous = -1n;
    for (const block of missedBlocks) {
      if (!block.missed || block.index <= previous || block.index >= window) {
        throw invalidGenesis({ at, problem: "not ascending missed blocks of the window" });
      }
      previous = block.index;
    }
    counts.set(address, BigInt(missedBlocks.length));
  }
  return counts;
}
