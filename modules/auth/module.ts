import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import {
  BaseAccount,
  GenesisState,
  ModuleAccount,
  QueryService,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey as Secp256k1PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { authInvariants } from "./keeper/invariants.js";
import type { AuthKeeper } from "./keeper/keeper.js";
import { authQueries } from "./keeper/queryServer.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { AUTH_MODULE } from "./types/keys.js";

/** Wires the auth module, which has no messages. */
export function authModule(keeper: AuthKeeper): Module {
  const types = [BaseAccount, ModuleAccount, Secp256k1PubKey, Ed25519PubKey, LegacyAminoPubKey];
  const section = protoSection(AUTH_MODULE, GenesisState, {
    defaultGenesis,
    validateGenesis,
    types: new TypeRegistry(types),
  });
  return {
    name: AUTH_MODULE,
    consensusVersion: 1,
    types,
    genesisSections: [section],
    invariants: authInvariants(keeper),
    registerMsgs: () => undefined,
    registerQueries: (router) => {
      router.add(QueryService, authQueries(keeper));
    },
    initGenesis: (ctx, sections) => {
      initGenesis(ctx, keeper, section.read(sections));
      return undefined;
    },
    exportGenesis: (ctx) => section.write(exportGenesis(ctx, keeper)),
  };
}
