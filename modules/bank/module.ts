import type { Context } from "#core/baseapp/context.js";
import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import { GenesisState, QueryService } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { bankInvariants } from "./keeper/invariants.js";
import type { BankKeeper } from "./keeper/keeper.js";
import { registerBankMsgs } from "./keeper/msgServer.js";
import { bankQueries } from "./keeper/queryServer.js";
import type { Transfers } from "./keeper/transfer.js";
import type { ExpectedAuthKeeper } from "./types/expectedKeepers.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { BANK_MODULE } from "./types/keys.js";

/** Wires the bank module. */
export function bankModule(
  keeper: BankKeeper,
  transfers: Transfers,
  auth: ExpectedAuthKeeper<Context>,
): Module {
  const section = protoSection(BANK_MODULE, GenesisState, { defaultGenesis, validateGenesis });
  return {
    name: BANK_MODULE,
    consensusVersion: 1,
    types: [],
    genesisSections: [section],
    invariants: bankInvariants(keeper),
    registerMsgs: (router) => {
      registerBankMsgs(router, { keeper, transfers, auth });
    },
    registerQueries: (router) => {
      router.add(QueryService, bankQueries(keeper));
    },
    initGenesis: (ctx, sections) => {
      initGenesis(ctx, keeper, { genesis: section.read(sections), auth });
      return undefined;
    },
    exportGenesis: (ctx) => section.write(exportGenesis(ctx, keeper)),
  };
}
