import { randomBytes } from "node:crypto";
import { BASE_DENOM, DISPLAY_DENOM, DISPLAY_EXPONENT, PROTOCOL_VERSION } from "#app/chain.js";
import { wire } from "#app/wiring.js";
import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import { GenesisState as InferenceGenesis } from "#core/codec/generated/aivm/inference/v1.js";
import {
  GenesisState as BankGenesis,
  type Metadata,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { JsonObject } from "#core/codec/json.js";
import { noAggregator } from "#server/query/noAggregator.js";
import { checkChainId, editSection, type GenesisDoc } from "./genesisDoc.js";

/** What a new chain is told apart by. */
export interface GenesisOptions {
  readonly chainId: string;
  readonly time: Date;
  /** Public randomness before the first block, 32 bytes; the operating system's unless given. */
  readonly beacon?: Uint8Array;
}

/** Room for several uploads of the largest chunk; a full block still reaches everybody in a second. */
const MAX_BLOCK_BYTES = 4_194_304n;

/** Evidence counts as long as the stake that it is about can be slashed: the unbonding time. */
const EVIDENCE_AGE_SECONDS = 21n * 86_400n;

const INITIAL_HEIGHT = "1";

/** The modules of the chain, for what concerns genesis: types, default sections, checks. */
export function genesisModules(): ModuleManager {
  const parts = { aggregator: noAggregator, minGasPrices: [], onFault: () => undefined };
  return wire(parts).modules;
}

/** The genesis of a new chain, without accounts and validators; fails with `genesisfile/4`. */
export function createGenesis(modules: ModuleManager, options: GenesisOptions): GenesisDoc {
  checkChainId(options.chainId);
  const empty: GenesisDoc = {
    genesis_time: options.time.toISOString(),
    chain_id: options.chainId,
    initial_height: INITIAL_HEIGHT,
    consensus_params: consensusParams(),
    app_hash: "",
    app_state: modules.defaultGenesis(),
  };
  const registry = modules.types;
  const named = editSection(empty, { name: "bank", codec: BankGenesis, registry }, (bank) => ({
    ...bank,
    denomMetadata: [DENOM_METADATA],
  }));
  const beacon = options.beacon ?? new Uint8Array(randomBytes(32));
  const inference = { name: "inference", codec: InferenceGenesis, registry };
  return editSection(named, inference, (section) => ({
    ...section,
    beacon: { ...section.beacon, beacon },
  }));
}

function consensusParams(): JsonObject {
  return {
    block: { max_bytes: MAX_BLOCK_BYTES.toString(), max_gas: "-1" },
    evidence: {
      // CometBFT forgets evidence that is older by both measures, at a block a second or slower.
      max_age_num_blocks: EVIDENCE_AGE_SECONDS.toString(),
      max_age_duration: (EVIDENCE_AGE_SECONDS * 1_000_000_000n).toString(),
      max_bytes: "1048576",
    },
    validator: { pub_key_types: ["ed25519"] },
    version: { app: PROTOCOL_VERSION.toString() },
    abci: { vote_extensions_enable_height: INITIAL_HEIGHT },
  };
}

const DENOM_METADATA: Metadata = {
  description: "The stake and fee token of the AIVM chain",
  denomUnits: [
    { denom: BASE_DENOM, exponent: 0, aliases: [] },
    { denom: DISPLAY_DENOM, exponent: DISPLAY_EXPONENT, aliases: [] },
  ],
  base: BASE_DENOM,
  display: DISPLAY_DENOM,
  name: DISPLAY_DENOM.toUpperCase(),
  symbol: DISPLAY_DENOM.toUpperCase(),
  uri: "",
  uriHash: "",
};
