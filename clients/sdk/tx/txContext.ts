import type { Clock } from "../clock.js";
import type { RpcTransport } from "../rpc/transport.js";
import type { Signer } from "../signer/signer.js";
import type { GasPrice } from "./gasPrice.js";
import type { SequenceTracker } from "./sequenceTracker.js";

/** What sending transactions of one account takes. */
export interface TxContext {
  readonly rpc: RpcTransport;
  readonly chainId: string;
  readonly signer: Signer;
  readonly gasPrice: GasPrice;
  readonly sequences: SequenceTracker;
  readonly clock: Clock;
}
