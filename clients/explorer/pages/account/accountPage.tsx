import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { formatCoin } from "../../format/amount.js";
import { Card } from "../../ui/card.js";
import { Facts } from "../../ui/facts.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { RequestTable } from "../../ui/requestTable.js";
import { TxTable } from "../../ui/txTable.js";
import { type AccountView, readAccount } from "./readAccount.js";

/** An account: what it has, what it asked, what it did. */
export function AccountPage({ address }: { readonly address: string }): JSX.Element {
  const reading = useRead(
    `account/${address}`,
    (rpc, signal) => readAccount(rpc, address, signal),
    { isLive: true },
  );
  return (
    <>
      <h1>Account</h1>
      <p class="address">
        <code>{address}</code>
      </p>
      <ReadingView reading={reading} lines={6}>
        {(account) => (
          <>
            <Balances account={account} />
            <Card title="Requests">
              <RequestTable requests={account.requests} withRequester={false} />
            </Card>
            <Card title="Transactions">
              <TxTable
                txs={account.txs}
                empty="It has signed no transaction that this node indexes."
              />
            </Card>
          </>
        )}
      </ReadingView>
    </>
  );
}

function Balances({ account }: { readonly account: AccountView }): JSX.Element {
  const { coins, state } = account;
  if (state === undefined && coins.length === 0) {
    return (
      <Notice>Nobody has sent this address any coins, so the chain does not know it yet.</Notice>
    );
  }
  return (
    <Card title="Balance">
      <Facts
        facts={[
          ["Coins", coins.length === 0 ? "none" : coins.map(formatCoin).join(", ")],
          ["Account number", state === undefined ? "–" : state.number.toString()],
          ["Transactions signed", state === undefined ? "–" : state.sequence.toString()],
        ]}
      />
    </Card>
  );
}
