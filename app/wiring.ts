import type { TxDecoder } from "#core/baseapp/blockRunner.js";
import { ModuleManager } from "#core/baseapp/moduleManager.js";
import { type InternalFaultListener, TxRunner } from "#core/baseapp/txRunner.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { createAnteHandler } from "./ante/anteHandler.js";
import type { GasPrice } from "./ante/anteParts.js";
import type { MessageSigners } from "./ante/signers.js";
import { SignatureVerifier } from "./ante/signatureVerifier.js";
import { genutilModule } from "./genesis/genutil.js";
import { createKeepers, type Keepers } from "./keepers.js";
import { createModules, MODULE_ORDER } from "./modules.js";
import { ProofCache } from "./proofCache.js";
import { createStoreKeys, type StoreKeys } from "./stores.js";
import { TX_SERVICE, txServiceQueries } from "./query/txService.js";
import { cachingTxDecoder } from "./txCache.js";

/** What the state machine takes from its host. */
export interface WiringParts {
  readonly aggregator: Aggregator;
  /** Fees this node asks for; not consensus. */
  readonly minGasPrices: readonly GasPrice[];
  readonly onFault: InternalFaultListener;
}

/** The state machine, assembled but without a database. */
export interface Wiring {
  readonly stores: StoreKeys;
  readonly keepers: Keepers;
  readonly modules: ModuleManager;
  readonly txRunner: TxRunner;
  readonly decode: TxDecoder;
  readonly messageSigners: MessageSigners;
  readonly proofs: ProofCache;
}

/** Stores → keepers → modules → runner, on one screen. */
export function wire(parts: WiringParts): Wiring {
  const stores = createStoreKeys();
  const proofs = new ProofCache();
  const keepers = createKeepers(stores, { aggregator: parts.aggregator, proofs });
  const genutil = genutilModule({
    types: () => modules.types,
    txRunner: () => txRunner,
    applyValidators: (ctx) => keepers.staking.applyValidatorSetUpdates(ctx),
  });
  const modules = new ModuleManager([...createModules(keepers), genutil], MODULE_ORDER);
  const messageSigners: MessageSigners = (typeUrl, message) =>
    modules.msgs.find(typeUrl)?.signers(message) ?? [];
  const ante = createAnteHandler({
    auth: keepers.auth,
    bank: keepers.transfers,
    verifier: new SignatureVerifier(),
    minGasPrices: () => parts.minGasPrices,
    messageSigners,
    types: modules.types,
  });
  const txRunner = new TxRunner({ router: modules.msgs, ante, onFault: parts.onFault });
  const decode = cachingTxDecoder(modules.types);
  modules.queries.add(TX_SERVICE, txServiceQueries({ decode, txRunner }));
  return { stores, keepers, modules, txRunner, decode, messageSigners, proofs };
}
