import { ChainError } from "#core/primitives/errors.js";
import type { AbciCall, AbciResponses } from "./application.js";

/** Code and codespace of an error without a code, and the sentence that gives nothing away: the SDK's. */
const INTERNAL = { code: 1, codespace: "undefined", log: "internal error" } as const;

const EMPTY = new Uint8Array(0);

type Recovery<Call extends AbciCall> = (error: unknown) => AbciResponses[Call];

/**
 * The response of a call that failed, where an error is an answer like any other. Calls that are
 * missing here decide on blocks: the node cannot go on without them.
 */
const RECOVERIES: { readonly [Call in AbciCall]?: Recovery<Call> } = {
  query: (error) => ({
    ...coded(error),
    key: EMPTY,
    value: EMPTY,
    proofOps: [],
    height: 0n,
  }),
  checkTx: (error) => ({
    ...coded(error),
    data: EMPTY,
    gasWanted: 0n,
    gasUsed: 0n,
    events: [],
  }),
  listSnapshots: () => ({ snapshots: [] }),
  offerSnapshot: () => ({ result: "abort" }),
  loadSnapshotChunk: () => ({ chunk: EMPTY }),
  applySnapshotChunk: () => ({ result: "abort", refetchChunks: [], rejectSenders: [] }),
};

/** The response that a failure of the call becomes; undefined where it stops the node. */
export function responseToFailure<Call extends AbciCall>(
  call: Call,
  error: unknown,
): AbciResponses[Call] | undefined {
  return RECOVERIES[call]?.(error);
}

function coded(error: unknown): { code: number; codespace: string; log: string } {
  if (!(error instanceof ChainError)) return INTERNAL;
  return { code: error.code, codespace: error.codespace, log: error.message };
}
