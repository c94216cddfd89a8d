import type { MessageCodec, Partial as Fields } from "#core/codec/message.js";
import { SdkError } from "../errors.js";
import type { RpcTransport } from "../rpc/transport.js";
import { callQuery, type QueryOptions } from "./callQuery.js";
import type { MessageNamed, MethodName, TypedService } from "./services.js";

/** A method of a service and what it is asked. */
export interface QueryCall<Package, Prefix extends string, Method extends string> {
  readonly service: TypedService<Package, Prefix>;
  readonly method: Method;
  readonly request: Fields<MessageNamed<Package, `${Prefix}${Method}Request`>>;
}

/**
 * Asks a method of a generated service; names and messages are those of the proto files. Errors are
 * those of `callQuery`; what does not exist fails with `NOT_FOUND`.
 *
 * @example
 * const { kernel } = await queryMethod(rpc, {
 *   service: KERNEL_QUERIES,
 *   method: "Kernel",
 *   request: { name: "digits" },
 * });
 */
export async function queryMethod<
  Package,
  Prefix extends string,
  Method extends MethodName<Package, Prefix>,
>(
  rpc: RpcTransport,
  call: QueryCall<Package, Prefix, Method>,
  options?: QueryOptions,
): Promise<MessageNamed<Package, `${Prefix}${Method}Response`>> {
  type Request = MessageNamed<Package, `${Prefix}${Method}Request`> & object;
  type Response = MessageNamed<Package, `${Prefix}${Method}Response`> & object;
  const { service, method, request } = call;
  const found = service.methods.find(({ name }) => name === method);
  if (found === undefined) {
    const problem = `${service.typeName} has no method ${method}`;
    throw new SdkError("INVALID_ARGUMENT", { argument: "method", problem });
  }
  const codecs = {
    path: `/${service.typeName}/${method}`,
    // The name of the method ties these codecs to the types of the package.
    request: found.request as MessageCodec<Request>,
    response: found.response as MessageCodec<Response>,
  };
  const { response } = await callQuery(rpc, codecs, request as Fields<Request>, options);
  return response;
}
