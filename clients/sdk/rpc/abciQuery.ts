import type { ProofOp } from "#core/codec/generated/tendermint/crypto.js";
import { toHex } from "#core/primitives/bytes.js";
import type { JsonCursor } from "./jsonCursor.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** What the application is asked. */
export interface AbciQuery {
  /** A gRPC path such as `/cosmos.bank.v1beta1.Query/Balance`, or `/store/<name>/key`. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Height whose state is meant; the last one when absent or 0. */
  readonly height?: bigint | undefined;
  /** Whether a store key comes with its proof. */
  readonly prove?: boolean | undefined;
}

/** What the application answered, which may be a refusal. */
export interface AbciAnswer {
  /** 0 on success. */
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  /** Empty also for a store key that is absent. */
  readonly value: Uint8Array;
  readonly proofOps: readonly ProofOp[];
  /** Height whose state was read. */
  readonly height: bigint;
}

/**
 * Asks the application; a refusal is an answer with a code.
 *
 * @example
 * const { value, height } = await abciQuery(rpc, { path: "/app/version", data: new Uint8Array(0) });
 */
export async function abciQuery(
  rpc: RpcTransport,
  query: AbciQuery,
  options?: CallOptions,
): Promise<AbciAnswer> {
  const result = await rpc.call(
    "abci_query",
    {
      path: query.path,
      data: toHex(query.data),
      height: String(query.height ?? 0n),
      prove: query.prove ?? false,
    },
    options,
  );
  const response = result.field("response");
  return {
    code: response.field("code").int32(),
    codespace: response.field("codespace").textOrEmpty(),
    log: response.field("log").textOrEmpty(),
    value: response.field("value").base64(),
    proofOps: readProofOps(response.optional("proofOps")),
    height: response.optional("height")?.int64() ?? 0n,
  };
}

function readProofOps(json: JsonCursor | undefined): ProofOp[] {
  if (json === undefined) return [];
  return json
    .field("ops")
    .elements()
    .map((op) => ({
      type: op.field("type").text(),
      key: op.field("key").base64(),
      data: op.field("data").base64(),
    }));
}
