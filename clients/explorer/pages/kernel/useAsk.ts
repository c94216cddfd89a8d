import { useState } from "preact/hooks";
import type { PlainValues } from "#sdk/index.js";
import { useChain } from "../../chain/chainContext.js";
import { type PayerKind, usePayer } from "../../payer/payerContext.js";
import { askKernel, type Asked } from "./askKernel.js";

/** Where an ask stands. */
export type AskStand =
  | { readonly state: "idle" }
  | { readonly state: "asking"; readonly asked: Asked; readonly payer: PayerKind }
  | { readonly state: "answered"; readonly asked: Asked }
  | { readonly state: "failed"; readonly asked: Asked; readonly error: unknown };

/** Asks a kernel, paid by whoever was chosen; one ask at a time. */
export function useAsk(kernel: string): {
  readonly stand: AskStand;
  /** Whether somebody can pay. */
  readonly canAsk: boolean;
  readonly ask: (input: PlainValues) => Promise<void>;
} {
  const chain = useChain();
  const { payer } = usePayer();
  const [stand, setStand] = useState<AskStand>({ state: "idle" });
  const ask = async (input: PlainValues): Promise<void> => {
    if (payer === undefined || stand.state === "asking") return;
    let asked: Asked = { stages: [] };
    const onChange = (change: Asked): void => {
      asked = change;
      setStand({ state: "asking", asked, payer: payer.kind });
    };
    onChange(asked);
    try {
      const paid = { chain, signer: payer.signer, kernel, input };
      setStand({ state: "answered", asked: await askKernel(paid, onChange) });
    } catch (error) {
      setStand({ state: "failed", asked, error });
    }
  };
  return { stand, canAsk: payer !== undefined, ask };
}
