import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useChain } from "../../chain/chainContext.js";
import { useRead } from "../../chain/useRead.js";
import { findKeplr, type Keplr } from "../../keplr/keplr.js";
import { useKeplr } from "../../keplr/keplrContext.js";
import { suggestion, suggestToKeplr } from "../../keplr/suggest.js";
import { Card } from "../../ui/card.js";
import { Failure, Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";

type Stand =
  | { readonly state: "idle" | "asking" | "added" }
  | { readonly state: "failed"; readonly error: unknown };

/** Makes the wallet of this browser know the chain, and shows what it is told. */
export function WalletCard(): JSX.Element {
  const chain = useChain();
  const { stand: keplr } = useKeplr();
  const reading = useRead("suggestion", () => suggestion(chain));
  return (
    <Card title="Wallet">
      {keplr.state === "absent" ? (
        <p class="faint">
          Keplr is not installed in this browser. What a page says to it about this chain:
        </p>
      ) : (
        <AddToKeplr />
      )}
      <details>
        <summary>What Keplr is told</summary>
        <ReadingView reading={reading}>
          {(suggested) => <pre class="json">{JSON.stringify(suggested, null, 2)}</pre>}
        </ReadingView>
      </details>
    </Card>
  );
}

function AddToKeplr(): JSX.Element {
  const chain = useChain();
  const [stand, setStand] = useState<Stand>({ state: "idle" });
  const add = async (keplr: Keplr): Promise<void> => {
    setStand({ state: "asking" });
    try {
      await suggestToKeplr(keplr, chain);
      setStand({ state: "added" });
    } catch (error) {
      setStand({ state: "failed", error });
    }
  };
  return (
    <div class="faucet">
      <button
        type="button"
        disabled={stand.state === "asking"}
        onClick={() => {
          const keplr = findKeplr();
          if (keplr !== undefined) void add(keplr);
        }}
      >
        {stand.state === "asking" ? "Waiting for Keplr…" : "Add to Keplr"}
      </button>
      {stand.state === "added" && <Notice tone="good">Keplr knows this chain.</Notice>}
      {stand.state === "failed" && <Failure error={stand.error} />}
    </div>
  );
}
