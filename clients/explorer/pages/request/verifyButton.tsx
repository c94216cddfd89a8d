import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { getResult, type ResultProof } from "#sdk/index.js";
import { ProofView } from "../../answer/proofView.js";
import { useChain } from "../../chain/chainContext.js";
import { type PageProver, pageProver } from "../../proof/prover.js";
import { Failure } from "../../ui/notice.js";

type Stand =
  | { readonly state: "idle" | "verifying" }
  | { readonly state: "known"; readonly proof: ResultProof; readonly trust: PageProver["trust"] }
  | { readonly state: "failed"; readonly error: unknown };

/** Verifies in this page that the result is in the chain's state. */
export function VerifyButton({ id }: { readonly id: bigint }): JSX.Element {
  const chain = useChain();
  const [stand, setStand] = useState<Stand>({ state: "idle" });
  const verify = async (): Promise<void> => {
    setStand({ state: "verifying" });
    try {
      const { prover, trust } = await pageProver(chain);
      const { proof } = await getResult({ rpc: chain.rpc, prover }, id);
      setStand({ state: "known", proof, trust });
    } catch (error) {
      setStand({ state: "failed", error });
    }
  };
  if (stand.state === "known") return <ProofView proof={stand.proof} trust={stand.trust} />;
  return (
    <>
      {stand.state === "failed" && <Failure error={stand.error} />}
      <button
        type="button"
        class="quiet"
        disabled={stand.state === "verifying"}
        onClick={() => void verify()}
      >
        {stand.state === "verifying" ? "Verifying…" : "Verify in this page"}
      </button>
    </>
  );
}
