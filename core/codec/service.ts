import type { AnyCodec } from "./message.js";

/** How a query or a broadcast is reached over REST, from its `google.api.http` option. */
export interface HttpRule {
  readonly verb: "get" | "post";
  /** Path template, for example `/cosmos/bank/v1beta1/balances/{address}`. */
  readonly path: string;
  /** Request field that the body holds: `*` for all, empty for none. */
  readonly body: string;
}

/** One method of a protobuf service. */
export interface ServiceMethod {
  readonly name: string;
  readonly request: AnyCodec;
  readonly response: AnyCodec;
  readonly http: readonly HttpRule[];
}

/** A protobuf service; its methods are reached as `/<typeName>/<method name>`. */
export interface Service {
  readonly typeName: string;
  readonly methods: readonly ServiceMethod[];
}
