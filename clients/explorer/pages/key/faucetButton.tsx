import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useChain } from "../../chain/chainContext.js";
import { askFaucet } from "../../key/faucet.js";
import { Notice } from "../../ui/notice.js";

type Stand =
  | { readonly state: "idle" | "asking" | "credited" }
  | { readonly state: "failed"; readonly reason: string };

/** Asks the faucet for test coins, where the site or the address names one. */
export function FaucetButton({ address }: { readonly address: string }): JSX.Element {
  const { faucet } = useChain().endpoint;
  const [stand, setStand] = useState<Stand>({ state: "idle" });
  if (faucet === undefined) {
    return (
      <p class="faint">
        This site names no faucet; <code>?faucet=http://…</code> in the address does.
      </p>
    );
  }
  const ask = async (): Promise<void> => {
    setStand({ state: "asking" });
    try {
      await askFaucet(faucet, address);
      setStand({ state: "credited" });
    } catch (error) {
      setStand({ state: "failed", reason: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <div class="faucet">
      <button type="button" disabled={stand.state === "asking"} onClick={() => void ask()}>
        {stand.state === "asking" ? "Asking…" : "Get test coins"}
      </button>
      {stand.state === "credited" && <Notice tone="good">The faucet has credited the key.</Notice>}
      {stand.state === "failed" && <Notice tone="bad">{stand.reason}</Notice>}
    </div>
  );
}
