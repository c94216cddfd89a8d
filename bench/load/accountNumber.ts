import {
  BaseAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { Rpc } from "./rpc.js";
import type { Sender } from "./sends.js";

/** The number that a chain gave an account; part of what its transactions sign. */
export async function accountNumberOf(rpc: Rpc, { address }: Sender): Promise<bigint> {
  const request = QueryAccountRequest.encode({ address });
  const answer = await rpc.query("/cosmos.auth.v1beta1.Query/Account", request);
  const { account } = QueryAccountResponse.decode(answer);
  return BaseAccount.decode(assertDefined(account, "every sender has an account").value)
    .accountNumber;
}
