import type { ReceiptSource } from "#modules/inference/types/expectedKeepers.js";

/** What this node can do as a validator; a full node without keys has none of it. */
export interface ValidatorCapabilities {
  /** Consensus address, 20 bytes; undefined on a node that does not validate. */
  readonly consensusAddress: Uint8Array | undefined;
  /**
   * Proves `alpha` with the VRF key whose public key is given; undefined when this node does not
   * have it.
   */
  readonly prove: (publicKey: Uint8Array, alpha: Uint8Array) => Uint8Array | undefined;
  readonly receipts: ReceiptSource;
}
