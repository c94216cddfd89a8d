import { findAccount, type AccountState } from "../auth/account.js";
import { SdkError } from "../errors.js";
import type { CallOptions } from "../rpc/transport.js";
import type { TxContext } from "./txContext.js";

/** Account of the signer with the sequence of its next transaction; `NOT_FOUND` when it has none. */
export async function currentAccount(
  { rpc, signer, sequences }: TxContext,
  options: CallOptions,
): Promise<AccountState> {
  return sequences.next(async () => {
    const found = await findAccount(rpc, signer.address, { signal: options.signal });
    if (found !== undefined) return found;
    const log = `account ${signer.address} does not exist: nobody has sent it any coins`;
    throw new SdkError("NOT_FOUND", { path: "/cosmos.auth.v1beta1.Query/Account", log });
  });
}
