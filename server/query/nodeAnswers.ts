import { attempt } from "#core/codec/attempt.js";
import type { ServiceMethod } from "#core/codec/service.js";
import { ChainError } from "#core/primitives/errors.js";
import { abciFailure, CallFailure, StatusCode } from "../doors/callStatus.js";
import type { NodeMethod, NodeService } from "../doors/doorCalls.js";
import type { QueryRequest, QueryResponse } from "./messages.js";

const EMPTY = new Uint8Array(0);

/** The node's own services over ABCI, where relayers ask for the versions of a node. */
export class NodeAnswers {
  readonly #methods = new Map<
    string,
    { readonly method: ServiceMethod; readonly call: NodeMethod }
  >();

  constructor(services: readonly NodeService[]) {
    for (const { service, methods } of services) {
      for (const method of service.methods) {
        const call = methods.get(method.name);
        if (call !== undefined)
          this.#methods.set(`/${service.typeName}/${method.name}`, { method, call });
      }
    }
  }

  /** Whether a path is one of these methods. */
  has(path: string): boolean {
    return this.#methods.has(path);
  }

  /** Answers as a method of the state is answered; `latest` is the height that the answer names. */
  async answer({ path, data, height }: QueryRequest, latest: bigint): Promise<QueryResponse> {
    const found = this.#methods.get(path);
    const answered = { key: EMPTY, proofOps: [], height: height === 0n ? latest : height };
    try {
      if (found === undefined) throw new CallFailure(StatusCode.UNIMPLEMENTED, `no method ${path}`);
      const { method, call } = found;
      const request = attempt(() => method.request.decode(data));
      if (request instanceof ChainError) {
        throw new CallFailure(StatusCode.INVALID_ARGUMENT, request.message);
      }
      const value = method.response.encode(await call(request, height));
      return { ...answered, code: 0, codespace: "", log: "", value };
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      return { ...answered, ...abciFailure(error), value: EMPTY };
    }
  }
}
