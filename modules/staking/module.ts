import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import {
  GenesisState as ProviderGenesis,
  QueryService as ProviderQueryService,
} from "#core/codec/generated/aivm/staking/v1.js";
import {
  GenesisState as SlashingGenesis,
  QueryService as SlashingQueryService,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { GenesisState, QueryService } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { beginBlock, endBlock } from "./keeper/block.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { stakingInvariants } from "./keeper/invariants.js";
import type { StakingKeeper } from "./keeper/keeper.js";
import { registerStakingMsgs } from "./keeper/msgServer.js";
import { providerQueries } from "./keeper/providerQueries.js";
import { stakingQueries } from "./keeper/queryServer.js";
import { slashingQueries } from "./keeper/slashingQueries.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { PROVIDER_SECTION, SLASHING_SECTION, STAKING_MODULE } from "./types/keys.js";
import { defaultProviderGenesis, validateProviderGenesis } from "./types/providerGenesis.js";
import { defaultSlashingGenesis, validateSlashingGenesis } from "./types/slashingGenesis.js";

const TYPES = [PubKey];

const SECTIONS = {
  staking: protoSection(STAKING_MODULE, GenesisState, {
    defaultGenesis,
    validateGenesis,
    types: new TypeRegistry(TYPES),
  }),
  slashing: protoSection(SLASHING_SECTION, SlashingGenesis, {
    defaultGenesis: defaultSlashingGenesis,
    validateGenesis: validateSlashingGenesis,
  }),
  provider: protoSection(PROVIDER_SECTION, ProviderGenesis, {
    defaultGenesis: defaultProviderGenesis,
    validateGenesis: validateProviderGenesis,
  }),
} as const;

/** Wires the staking module, which also is x/slashing and holds the VRF keys. */
export function stakingModule(keeper: StakingKeeper): Module {
  const { state } = keeper;
  return {
    name: STAKING_MODULE,
    consensusVersion: 1,
    types: TYPES,
    genesisSections: [SECTIONS.staking, SECTIONS.slashing, SECTIONS.provider],
    invariants: stakingInvariants(state),
    registerMsgs: (router) => {
      registerStakingMsgs(router, state);
    },
    registerQueries: (router) => {
      router.add(QueryService, stakingQueries(state));
      router.add(SlashingQueryService, slashingQueries(state));
      router.add(ProviderQueryService, providerQueries(state));
    },
    initGenesis: (ctx, sections) =>
      initGenesis(ctx, state, {
        staking: SECTIONS.staking.read(sections),
        slashing: SECTIONS.slashing.read(sections),
        provider: SECTIONS.provider.read(sections),
      }),
    exportGenesis: (ctx) => {
      const genesis = exportGenesis(ctx, state);
      return new Map([
        ...SECTIONS.staking.write(genesis.staking),
        ...SECTIONS.slashing.write(genesis.slashing),
        ...SECTIONS.provider.write(genesis.provider),
      ]);
    },
    beginBlock: (ctx, report) => {
      beginBlock(ctx, state, report);
    },
    endBlock: (ctx) => endBlock(ctx, state),
  };
}
