import { readVectors } from "./readVectors.js";

/** A protobuf message in hex and the hash that CometBFT gives it. */
export interface HashedVector {
  readonly name: string;
  readonly proto: string;
  readonly hash: string;
}

/** One call of light.Verify of CometBFT; heights are those of the light blocks. */
export interface LightVector {
  readonly trusted: number;
  readonly untrusted: number;
  readonly trustNumerator: string;
  readonly trustDenominator: string;
  readonly trustingPeriodNs: string;
  readonly nowNs: string;
  readonly maxClockDriftNs: string;
  readonly error:
    "" | "expired" | "invalid header" | "not enough power" | "not enough trusted power";
}

/** What tools/vectors/sdk writes with CometBFT; bytes are hex. */
export interface CometVectors {
  readonly zip215: {
    readonly message: string;
    readonly encodings: readonly string[];
    /** By scalar S: a 1 or 0 for each key and, within a key, each R. */
    readonly verdicts: Readonly<Record<string, string>>;
  };
  readonly merkle: ReadonlyArray<{
    readonly leaves: readonly string[];
    readonly root: string;
    readonly paths: ReadonlyArray<readonly string[]>;
  }>;
  readonly headers: readonly HashedVector[];
  readonly validatorSets: readonly HashedVector[];
  readonly consensusParams: ReadonlyArray<{
    readonly maxBytes: string;
    readonly maxGas: string;
    readonly hash: string;
  }>;
  readonly data: ReadonlyArray<{
    readonly txs: readonly string[];
    readonly txHashes: readonly string[];
    readonly hash: string;
  }>;
  readonly results: ReadonlyArray<{ readonly results: readonly string[]; readonly hash: string }>;
  readonly votes: ReadonlyArray<{
    readonly chainId: string;
    readonly vote: string;
    readonly signBytes: string;
    readonly extensionSignBytes: string;
  }>;
  readonly addresses: ReadonlyArray<{ readonly publicKey: string; readonly address: string }>;
  readonly lightBlocks: readonly string[];
  readonly verification: readonly LightVector[];
}

/** Vectors of CometBFT. */
export const COMET_VECTORS = readVectors("comet") as CometVectors;
