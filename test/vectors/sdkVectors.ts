import type { Coin } from "#core/primitives/coin.js";
import { readVectors } from "./readVectors.js";

/** A transaction signed in one mode; hex, but for the sign bytes of amino JSON, which are text. */
export interface SignedVector {
  readonly signBytes: string;
  readonly signature: string;
  readonly bodyBytes: string;
  readonly authInfoBytes: string;
  readonly txBytes: string;
  readonly txHash: string;
}

/** One transaction of one signer, in both sign modes. */
export interface TxVector {
  readonly name: string;
  readonly chainId: string;
  readonly accountNumber: string;
  readonly sequence: string;
  readonly memo: string;
  readonly timeoutHeight: string;
  readonly gasLimit: string;
  readonly fee: string;
  readonly messageTypes: readonly string[];
  readonly privateKey: string;
  readonly publicKey: string;
  readonly direct: SignedVector;
  readonly amino: SignedVector;
}

/** What tools/vectors/sdk writes; bytes are hex. */
export interface SdkVectors {
  readonly accounts: ReadonlyArray<{
    readonly mnemonic: string;
    readonly passphrase: string;
    readonly index: number;
    readonly privateKey: string;
    readonly publicKey: string;
    readonly address: string;
    readonly bytes: string;
    readonly operator: string;
  }>;
  readonly consensus: ReadonlyArray<{
    readonly seed: string;
    readonly publicKey: string;
    readonly bytes: string;
    readonly address: string;
    readonly message: string;
    readonly signature: string;
  }>;
  readonly modules: ReadonlyArray<{ readonly name: string; readonly address: string }>;
  readonly multisigs: ReadonlyArray<{
    readonly threshold: number;
    readonly publicKeys: readonly string[];
    readonly amino: string;
    readonly proto: string;
    readonly address: string;
  }>;
  readonly bech32: ReadonlyArray<{
    readonly name: string;
    readonly text: string;
    readonly bytes?: string;
    readonly error?: string;
  }>;
  readonly txs: readonly TxVector[];
  readonly multisigTx: {
    readonly chainId: string;
    readonly accountNumber: string;
    readonly sequence: string;
    readonly signBytes: string;
    readonly publicKeys: readonly string[];
    readonly signatures: readonly string[];
    readonly txBytes: string;
  };
  readonly decs: ReadonlyArray<{
    readonly a: string;
    readonly b: string;
    readonly mul: string;
    readonly mulTruncate: string;
    readonly quo?: string;
    readonly quoTruncate?: string;
    readonly roundInt: string;
    readonly truncateInt: string;
  }>;
  readonly decTexts: ReadonlyArray<{ readonly digits: string; readonly text: string }>;
  readonly decParses: ReadonlyArray<{ readonly text: string; readonly digits?: string }>;
  readonly coins: ReadonlyArray<{
    readonly coins: readonly Coin[];
    readonly text: string;
    readonly valid: boolean;
  }>;
  readonly coinParses: ReadonlyArray<{ readonly text: string; readonly coin?: Coin }>;
  readonly denoms: Readonly<Record<string, boolean>>;
  readonly errors: ReadonlyArray<{
    readonly codespace: string;
    readonly code: number;
    readonly summary: string;
  }>;
}

/** Vectors of the Cosmos SDK. */
export const SDK_VECTORS = readVectors("sdk") as SdkVectors;
