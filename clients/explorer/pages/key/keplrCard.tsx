import type { JSX } from "preact";
import type { KeplrAccount } from "../../keplr/connect.js";
import { useKeplr } from "../../keplr/keplrContext.js";
import { AccountBalance } from "../../payer/accountBalance.js";
import { usePayer } from "../../payer/payerContext.js";
import { Card } from "../../ui/card.js";
import { PageLink } from "../../ui/links.js";
import { Failure } from "../../ui/notice.js";
import { FaucetButton } from "./faucetButton.js";

/** The account that Keplr holds: connecting it, paying with it, leaving it. */
export function KeplrCard(): JSX.Element {
  const { stand, connect } = useKeplr();
  if (stand.state === "connected") return <Connected account={stand.account} />;
  return (
    <Card title="Keplr">
      {stand.state === "absent" ? (
        <p class="faint">
          This browser does not have the extension Keplr. Where it is installed, this page offers to
          pay with its account.
        </p>
      ) : (
        <>
          {stand.state === "failed" && <Failure error={stand.error} />}
          <p class="faint">
            Its account can pay as well. Keplr gets to know the chain, asks you whether this page
            may see the account, and shows you whatever it signs.
          </p>
          <button
            type="button"
            class="spaced"
            disabled={stand.state === "connecting"}
            onClick={() => void connect()}
          >
            {stand.state === "connecting" ? "Waiting for Keplr…" : "Connect Keplr"}
          </button>
        </>
      )}
    </Card>
  );
}

function Connected({ account }: { readonly account: KeplrAccount }): JSX.Element {
  const { leave } = useKeplr();
  const { chosen, choose } = usePayer();
  const { address } = account.signer;
  const isPayer = chosen === "keplr";
  return (
    <Card title="Keplr" aside={<AccountBalance address={address} />}>
      <p class="faint">
        {account.name} on {account.chainId}
        {isPayer ? ", which pays for what is tried here" : ""}
      </p>
      <p class="address">
        <PageLink to={{ page: "account", address }}>
          <code>{address}</code>
        </PageLink>
      </p>
      <div class="spaced">
        <FaucetButton address={address} />
      </div>
      <div class="ask">
        <button
          type="button"
          onClick={() => {
            choose(isPayer ? "testKey" : "keplr");
          }}
        >
          {isPayer ? "Pay with the test key" : "Pay with Keplr"}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            choose("testKey");
            leave();
          }}
        >
          Leave Keplr
        </button>
      </div>
    </Card>
  );
}
