import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import {
  ConfigRequest,
  ConfigResponse,
  ServiceService,
} from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { formatDec } from "#core/primitives/dec.js";
import type { PruningPolicy } from "#core/store/commitWriter.js";
import type { GasPrice } from "../ante/anteParts.js";

/** cosmos.base.node.v1beta1.Service as far as clients ask it. */
export const NODE_SERVICE = ServiceService;

/** What a node tells of its settings; not consensus. */
export interface NodeSettings {
  readonly minGasPrices: readonly GasPrice[];
  /** Undefined keeps every version. */
  readonly pruning: PruningPolicy | undefined;
  readonly haltHeight: bigint | undefined;
}

/** What this node asks of transactions and keeps of the state, as wallets read it. */
export function nodeServiceQueries(settings: NodeSettings): QueryHandlers {
  const { minGasPrices, pruning, haltHeight } = settings;
  const response: ConfigResponse = {
    minimumGasPrice: minGasPrices
      .map(({ priceDec, denom }) => `${formatDec(priceDec)}${denom}`)
      .join(","),
    pruningKeepRecent: String(pruning?.keepRecent ?? 0),
    pruningInterval: String(pruning?.interval ?? 0),
    haltHeight: haltHeight ?? 0n,
  };
  const config = queryHandler({ request: ConfigRequest, response: ConfigResponse }, () => response);
  return new Map([["Config", config]]);
}
