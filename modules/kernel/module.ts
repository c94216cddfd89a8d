import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import { GenesisState, QueryService } from "#core/codec/generated/aivm/kernel/v1.js";
import { beginBlock } from "./keeper/block.js";
import { findBlobFlaw } from "./keeper/blobFlaw.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { kernelInvariants } from "./keeper/invariants.js";
import type { KernelKeeper } from "./keeper/keeper.js";
import { registerKernelMsgs } from "./keeper/msgServer.js";
import { kernelQueries } from "./keeper/queryServer.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { KERNEL_MODULE } from "./types/keys.js";

/** Wires the kernel module; deposits of a new chain are in `denom`. */
export function kernelModule(keeper: KernelKeeper, denom: string): Module {
  const section = protoSection(KERNEL_MODULE, GenesisState, {
    defaultGenesis: () => defaultGenesis(denom),
    validateGenesis,
  });
  return {
    name: KERNEL_MODULE,
    consensusVersion: 1,
    types: [],
    genesisSections: [section],
    invariants: kernelInvariants(keeper.state),
    registerMsgs: (router) => {
      registerKernelMsgs(router, keeper.state);
    },
    registerQueries: (router) => {
      router.add(QueryService, kernelQueries(keeper.state));
    },
    initGenesis: (ctx, sections) => {
      initGenesis(ctx, keeper.state, section.read(sections));
      return undefined;
    },
    exportGenesis: (ctx) => section.write(exportGenesis(ctx, keeper.state)),
    findBlobFlaw: (ctx) => findBlobFlaw(ctx, keeper.state),
    beginBlock: (ctx) => {
      beginBlock(ctx, keeper.state);
    },
  };
}
