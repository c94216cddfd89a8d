import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import { GenesisState, QueryService } from "#core/codec/generated/aivm/inference/v1.js";
import { endBlock } from "./keeper/block.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { inferenceInvariants } from "./keeper/invariants.js";
import type { InferenceKeeper } from "./keeper/keeper.js";
import { registerInferenceMsgs } from "./keeper/msgServer.js";
import { inferenceQueries } from "./keeper/queryServer.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { INFERENCE_MODULE } from "./types/keys.js";

/** Wires the inference module. `denom` is the denomination of its default parameters. */
export function inferenceModule(keeper: InferenceKeeper, denom: string): Module {
  const section = protoSection(INFERENCE_MODULE, GenesisState, {
    defaultGenesis: () => defaultGenesis(denom),
    validateGenesis,
  });
  return {
    name: INFERENCE_MODULE,
    consensusVersion: 1,
    types: [],
    genesisSections: [section],
    invariants: inferenceInvariants(keeper),
    registerMsgs: (router) => {
      registerInferenceMsgs(router, keeper);
    },
    registerQueries: (router) => {
      router.add(QueryService, inferenceQueries(keeper));
    },
    initGenesis: (ctx, sections) => {
      initGenesis(ctx, keeper, section.read(sections));
      return undefined;
    },
    exportGenesis: (ctx) => section.write(exportGenesis(ctx, keeper)),
    endBlock: (ctx, report) => {
      endBlock(ctx, keeper, report);
      return [];
    },
  };
}
