import type { JSX } from "preact";
import { AccountBalance } from "../../payer/accountBalance.js";
import { useTestKey } from "../../key/keyContext.js";
import { Card } from "../../ui/card.js";
import { PageLink } from "../../ui/links.js";
import { Notice } from "../../ui/notice.js";
import { FaucetButton } from "./faucetButton.js";
import { KeplrCard } from "./keplrCard.js";
import { PasteForm } from "./pasteForm.js";

/** The key that pays for what is tried in this browser. */
export function KeyPage(): JSX.Element {
  const { key } = useTestKey();
  if (key === undefined) return <Notice>Opening the key…</Notice>;
  return (
    <>
      <h1>Test key</h1>
      <Notice tone="warn">
        <strong>For test coins only.</strong> This browser keeps the key’s words unprotected in its
        local storage, where anybody who uses this computer can read them. Never put a key here that
        holds anything of worth.
      </Notice>
      <div class="columns">
        <Card title="This browser’s key" aside={<AccountBalance address={key.signer.address} />}>
          <p class="address">
            <PageLink to={{ page: "account", address: key.signer.address }}>
              <code>{key.signer.address}</code>
            </PageLink>
          </p>
          <details>
            <summary>Show its words</summary>
            <p class="words">{key.mnemonic}</p>
          </details>
        </Card>
        <Card title="Fund it">
          <FaucetButton address={key.signer.address} />
          <PasteForm />
        </Card>
        <KeplrCard />
      </div>
    </>
  );
}
