import {
  BaseAccount,
  ModuleAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { Any } from "#core/codec/generated/google/protobuf.js";
import { SdkError } from "../errors.js";
import type { QueryMethod, QueryOptions } from "../query/callQuery.js";
import { findQuery } from "../query/findQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

/** What a transaction's signer must know of its account. */
export interface AccountState {
  /** Part of what is signed. */
  readonly number: bigint;
  /** Sequence that the next transaction carries, by the last block. */
  readonly sequence: bigint;
}

const PATH = "/cosmos.auth.v1beta1.Query/Account";
const METHOD: QueryMethod<QueryAccountRequest, QueryAccountResponse> = {
  path: PATH,
  request: QueryAccountRequest,
  response: QueryAccountResponse,
};

/**
 * Number and sequence of an account; undefined for an address that nobody has sent anything to.
 *
 * @example
 * const state = await findAccount(rpc, address);
 */
export async function findAccount(
  rpc: RpcTransport,
  address: string,
  options?: QueryOptions,
): Promise<AccountState | undefined> {
  const found = await findQuery(rpc, METHOD, { address }, options);
  const packed = found?.response.account;
  if (packed === undefined) return undefined;
  const { accountNumber, sequence } = baseAccount(packed);
  return { number: accountNumber, sequence };
}

function baseAccount({ typeUrl, value }: Any): BaseAccount {
  if (typeUrl === BaseAccount.typeUrl) return BaseAccount.decode(value);
  const account =
    typeUrl === ModuleAccount.typeUrl ? ModuleAccount.decode(value).baseAccount : undefined;
  if (account !== undefined) return account;
  const problem = `unknown type of account: ${typeUrl}`;
  throw new SdkError("RPC_MALFORMED", { method: PATH, at: "account", problem });
}
