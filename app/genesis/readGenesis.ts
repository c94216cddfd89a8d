import type { InitChainRequest } from "#core/abci/requests.js";
import type { Genesis } from "#core/baseapp/blockRunner.js";
import { parseJson } from "#core/codec/parseJson.js";
import { ConsensusParams } from "#core/codec/generated/tendermint/types.js";
import type { JsonValue } from "#core/codec/json.js";
import { defineError } from "#core/primitives/errors.js";
import { fromUtf8 } from "#core/primitives/bytes.js";

/** The genesis file does not fit this program; `at` names the path. */
export const invalidGenesis = defineError("genesis", {
  code: 3,
  summary: "genesis file is invalid",
});

/** Reads what CometBFT took from the genesis file; module sections are checked by their modules. */
export function readGenesis(request: InitChainRequest, chainId: string): Genesis {
  if (request.chainId !== chainId) {
    throw invalidGenesis({ at: "chain_id", expected: chainId, found: request.chainId });
  }
  if (request.validators.length > 0) {
    throw invalidGenesis({
      at: "validators",
      problem: "validators create themselves in app_state.genutil; the list must be empty",
    });
  }
  const enabled = request.consensusParams.abci?.voteExtensionsEnableHeight ?? 0n;
  if (enabled !== request.initialHeight) {
    throw invalidGenesis({
      at: "consensus.params.abci.vote_extensions_enable_height",
      problem: "vote extensions carry every answer and must be enabled from the initial height",
      expected: request.initialHeight,
      found: enabled,
    });
  }
  const { block } = request.consensusParams;
  return {
    chainId,
    timeNs: request.timeNs,
    initialHeight: request.initialHeight,
    consensusParams: ConsensusParams.create({ block }),
    state: sectionsOf(request.appState),
  };
}

function sectionsOf(appState: Uint8Array): ReadonlyMap<string, JsonValue> {
  const json = parseJson(fromUtf8(appState) ?? "");
  if (json === undefined || json === null || typeof json !== "object" || Array.isArray(json)) {
    throw invalidGenesis({ at: "app_state", problem: "it is not a JSON object" });
  }
  const names = Reflect.ownKeys(json).filter((name) => typeof name === "string");
  return new Map(names.map((name) => [name, json[name] ?? null]));
}
