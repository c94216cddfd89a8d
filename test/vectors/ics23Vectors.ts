import { readVectors } from "./readVectors.js";

/** A key, its value unless it is absent, and the CommitmentProof; all of it hex. */
export interface ProvenEntry {
  readonly key: string;
  readonly value?: string;
  readonly proof: string;
}

/** The entries of a tree in key order, and absent keys, one for each gap. */
export interface ProvenTree {
  readonly root: string;
  readonly entries: readonly ProvenEntry[];
  readonly absent: readonly ProvenEntry[];
}

/** What tools/vectors/sdk writes with iavl and store. */
export const ICS23_VECTORS = readVectors("ics23") as {
  readonly iavl: readonly ProvenTree[];
  readonly simple: readonly ProvenTree[];
};

/** Cases of the testdata of github.com/cosmos/ics23; an empty value stands for absence. */
export const ICS23_TESTDATA = readVectors("ics23Testdata") as {
  readonly proofs: ReadonlyArray<{
    readonly name: string;
    readonly spec: "iavl" | "tendermint";
    readonly root: string;
    readonly key: string;
    readonly value: string;
    readonly proof: string;
  }>;
  /** Proofs as JSON with base64 bytes; the error is empty for those that have the right form. */
  readonly iavlForms: ReadonlyArray<{
    readonly name: string;
    readonly error: string;
    readonly proof: {
      readonly key?: string;
      readonly value?: string;
      readonly leaf?: OpForm;
      readonly path?: readonly OpForm[];
    };
  }>;
};

/** A leaf op or an inner op in those cases. */
export interface OpForm {
  readonly hash?: number;
  readonly prehash_key?: number;
  readonly prehash_value?: number;
  readonly length?: number;
  readonly prefix?: string;
  readonly suffix?: string;
}
