import { readVectors } from "./readVectors.js";

/** What tools/vectors/sdk writes about amino JSON and multisigs; bytes are hex. */
export interface AminoVectors {
  readonly chainId: string;
  /** Transactions of one signer in SIGN_MODE_LEGACY_AMINO_JSON. */
  readonly docs: ReadonlyArray<{
    readonly name: string;
    readonly accountNumber: string;
    readonly sequence: string;
    readonly privateKey: string;
    readonly signBytes: string;
    readonly signature: string;
    readonly txBytes: string;
    readonly txHash: string;
  }>;
  /** Messages of ours, by the SDK's encoder over our descriptors. */
  readonly messages: ReadonlyArray<{
    readonly typeUrl: string;
    readonly proto: string;
    readonly amino: string;
  }>;
  /** Public keys as Anys, with their amino bytes. */
  readonly keys: ReadonlyArray<{
    readonly name: string;
    readonly typeUrl: string;
    readonly proto: string;
    readonly amino: string;
    readonly address: string;
  }>;
  readonly multisigs: readonly MultisigTrial[];
}

/** A transaction of a multisig and what the SDK's decorators for signatures say. */
export interface MultisigTrial {
  readonly name: string;
  readonly address: string;
  readonly accountNumber: string;
  readonly sequence: string;
  readonly txBytes: string;
  readonly codespace?: string;
  readonly code: number;
  readonly log?: string;
  readonly panics?: boolean;
  readonly gasUsed: string;
}

/** Vectors of amino JSON and multisigs. */
export const AMINO_VECTORS = readVectors("amino") as AminoVectors;
