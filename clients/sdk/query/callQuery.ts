import { attempt } from "#core/codec/attempt.js";
import type { MessageCodec, Partial as Fields } from "#core/codec/message.js";
import { ChainError } from "#core/primitives/errors.js";
import { SdkError } from "../errors.js";
import { abciQuery, type AbciAnswer } from "../rpc/abciQuery.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";

/** One method of a query service, with the codecs of its messages. */
export interface QueryMethod<Q extends object, R extends object> {
  /** As gRPC has it, for example `/cosmos.bank.v1beta1.Query/Balance`. */
  readonly path: string;
  readonly request: MessageCodec<Q>;
  readonly response: MessageCodec<R>;
}

/** At which state a query is answered. */
export interface QueryOptions extends CallOptions {
  /** The state that this height left; the last one unless given. */
  readonly height?: bigint | undefined;
}

/** An answer with the height whose state it is of. */
export interface QueryAnswer<R> {
  readonly response: R;
  readonly height: bigint;
}

/** Code of the SDK's key-not-found error, as which gRPC's NotFound is reported. */
const KEY_NOT_FOUND = 22;

/**
 * Asks one method of the application; fields that the request leaves out keep their defaults. The
 * answer is not proven. Fails with `NOT_FOUND` or `QUERY_FAILED` when the application refuses, and
 * with `RPC_MALFORMED` when its answer does not decode.
 *
 * @example
 * const path = "/cosmos.bank.v1beta1.Query/Balance";
 * const method = { path, request: QueryBalanceRequest, response: QueryBalanceResponse };
 * const { response, height } = await callQuery(rpc, method, { address, denom: "unes" });
 */
export async function callQuery<Q extends object, R extends object>(
  rpc: RpcTransport,
  method: QueryMethod<Q, R>,
  request: Fields<Q>,
  options: QueryOptions = {},
): Promise<QueryAnswer<R>> {
  const data = method.request.encode(method.request.create(request));
  const query = { path: method.path, data, height: options.height };
  const answer = await abciQuery(rpc, query, options);
  if (answer.code !== 0) throw refusal(method.path, answer);
  const response = attempt(() => method.response.decode(answer.value));
  if (response instanceof ChainError) {
    const at = "result.response.value";
    const facts = { method: method.path, at, problem: "not the response message" };
    throw new SdkError("RPC_MALFORMED", facts, response);
  }
  return { response, height: answer.height };
}

/** The error of an answer with a code. */
export function refusal(path: string, { codespace, code, log }: AbciAnswer): SdkError {
  const notFound = codespace === "sdk" && code === KEY_NOT_FOUND;
  if (notFound || /code = NotFound/i.test(log)) return new SdkError("NOT_FOUND", { path, log });
  return new SdkError("QUERY_FAILED", { path, codespace, code, log });
}
