import { App } from "#app/app.js";
import { storeKeyList } from "#app/stores.js";
import { wire } from "#app/wiring.js";
import type { InitChainRequest } from "#core/abci/requests.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { parseInstant } from "#core/codec/civilTime.js";
import { InvariantError } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { openStore } from "#core/store/multistore.js";
import { noAggregator } from "#server/query/noAggregator.js";
import { invalidGenesisFile } from "./errors.js";
import { checkChainId, consensusParam, type GenesisDoc } from "./genesisDoc.js";

/** Below, relayers' transactions do not fit; above, CometBFT refuses to start. */
const BLOCK_BYTES = { minimum: 200_000n, maximum: 104_857_600n };

/**
 * Checks a genesis file by starting the chain from it in memory, genesis transactions included, and
 * gives the first validator set. Errors are ChainErrors that name the path at fault.
 */
export function validateGenesisDoc(doc: GenesisDoc): readonly ValidatorUpdate[] {
  checkChainId(doc.chain_id);
  const request = initChainRequest(doc);
  const validators = tryInitChain(request);
  if (validators.length === 0) {
    const problem = "no transaction creates a validator; add and collect genesis transactions";
    throw invalidGenesisFile({ at: "app_state.genutil.gen_txs", problem });
  }
  return validators;
}

function tryInitChain(request: InitChainRequest): readonly ValidatorUpdate[] {
  const { chainId } = request;
  const faults: Error[] = [];
  const wiring = wire({
    aggregator: noAggregator,
    minGasPrices: [],
    onFault: (fault) => faults.push(fault),
  });
  const store = openStore({ memory: true, stores: storeKeyList(wiring.stores), chainId });
  const receipts = {
    findFinished: () => undefined,
    hasDeclined: () => false,
    isAvailable: () => false,
  };
  const app = new App({
    wiring,
    store,
    chainId,
    validator: { consensusAddress: undefined, prove: () => undefined, receipts },
    queries: unused,
    onFault: unused,
    onCommit: unused,
  });
  try {
    return app.initChain(request).validators;
  } catch (error) {
    // A fault of the program hides behind a transaction that fails with code 1.
    throw faults[0] ?? error;
  } finally {
    store.close();
  }
}

function unused(): never {
  throw new InvariantError("starting a chain neither queries nor commits");
}

function initChainRequest(doc: GenesisDoc): InitChainRequest {
  const maxBytes = integerAt(doc, "block.max_bytes");
  if (maxBytes < BLOCK_BYTES.minimum || maxBytes > BLOCK_BYTES.maximum) {
    const problem = `is not from ${BLOCK_BYTES.minimum} to ${BLOCK_BYTES.maximum}`;
    throw invalidGenesisFile({ at: "consensus_params.block.max_bytes", problem });
  }
  const maxGas = consensusParam(doc, "block.max_gas");
  const enableHeight = integerAt(doc, "abci.vote_extensions_enable_height");
  return {
    chainId: doc.chain_id,
    timeNs: timeOf(doc),
    initialHeight: positive(doc.initial_height, "initial_height"),
    consensusParams: {
      block: {
        maxBytes,
        maxGas: maxGas === "-1" ? -1n : positive(maxGas, "consensus_params.block.max_gas"),
      },
      abci: { voteExtensionsEnableHeight: enableHeight },
    },
    validators: [],
    appState: utf8(JSON.stringify(doc.app_state)),
  };
}

function timeOf(doc: GenesisDoc): bigint {
  const instant = parseInstant(doc.genesis_time);
  if (instant === undefined) {
    throw invalidGenesisFile({ at: "genesis_time", problem: "is not an RFC 3339 time" });
  }
  return instant.seconds * NS_PER_SECOND + BigInt(instant.nanos);
}

function integerAt(doc: GenesisDoc, path: string): bigint {
  return positive(consensusParam(doc, path), `consensus_params.${path}`);
}

function positive(digits: string, at: string): bigint {
  if (/^[1-9][0-9]{0,18}$/.test(digits)) return BigInt(digits);
  throw invalidGenesisFile({ at, problem: "is not a positive integer in quotes" });
}
