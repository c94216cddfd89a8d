import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import { snapshotContext } from "#core/baseapp/snapshotContext.js";
import { formatInstant } from "#core/codec/civilTime.js";
import {
  BatchStatus,
  GenesisState as InferenceGenesis,
} from "#core/codec/generated/aivm/inference/v1.js";
import { fromJson, type JsonObject } from "#core/codec/json.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { StoreReader } from "#core/store/store.js";
import { toTimestamp } from "#modules/staking/types/time.js";
import { nothingToExport, openWork } from "./errors.js";
import { checkChainId, type GenesisDoc } from "./genesisDoc.js";

/** What is exported, and as what. */
export interface ExportParts {
  readonly reader: StoreReader;
  readonly modules: ModuleManager;
  /** The genesis file that the chain began with: its consensus parameters hold still. */
  readonly origin: GenesisDoc;
  /** Id of the chain that goes on from the export; the same as before, or another. */
  readonly chainId: string;
}

/**
 * The last committed state as a genesis file with which a chain goes on: at the next height, with
 * the same validators, from the time of the last block. Fails with `genesisfile/6` before the first
 * block, and with `genesisfile/7` for another chain id while requests or kernels are worked on.
 */
export function exportGenesisDoc(parts: ExportParts): GenesisDoc {
  const { reader, origin, chainId } = parts;
  checkChainId(chainId);
  const { version } = reader.committed() ?? {};
  if (version === undefined) throw nothingToExport();
  const { state, timeNs } = exportState(parts, version);
  if (chainId !== origin.chain_id) refuseOpenWork(parts, state);
  const height = (version + 1n).toString();
  const { abci } = origin.consensus_params;
  return {
    genesis_time: formatInstant(toTimestamp(timeNs)),
    chain_id: chainId,
    initial_height: height,
    consensus_params: {
      ...origin.consensus_params,
      abci: { ...(abci as JsonObject), vote_extensions_enable_height: height },
    },
    app_hash: "",
    app_state: state,
  };
}

function exportState(
  { reader, modules, origin }: ExportParts,
  version: bigint,
): { readonly state: JsonObject; readonly timeNs: bigint } {
  const snapshot = assertDefined(reader.snapshot(version), "the last version is kept");
  const timeNs = chainState.blockTime(snapshot.kv(CHAIN_STORE));
  const ctx = snapshotContext(snapshot, {
    chainId: origin.chain_id,
    height: version,
    timeNs,
    proposerAddress: new Uint8Array(0),
  });
  return { state: modules.exportGenesis(ctx), timeNs };
}

function refuseOpenWork({ modules, origin }: ExportParts, state: JsonObject): void {
  const { types: registry } = modules;
  const { requests, batches } = fromJson(InferenceGenesis, state["inference"], { registry });
  const open = requests.filter(({ request }) => !request.paid).length;
  const running = batches.filter(({ status }) => status !== BatchStatus.CLOSED).length;
  if (open === 0 && running === 0) return;
  const found = `${open} request(s) and ${running} batch(es) are open`;
  throw openWork({ found, chainId: origin.chain_id });
}
