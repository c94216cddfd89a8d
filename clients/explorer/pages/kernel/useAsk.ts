import { useState } from "preact/hooks";
import type { PlainValues } from "#sdk/index.js";
import { useChain } from "../../chain/chainContext.js";
import { useTestKey } from "../../key/keyContext.js";
import { askKernel, type Asked } from "./askKernel.js";

/** Where an ask stands. */
export type AskStand =
  | { readonly state: "idle" }
  | { readonly state: "asking" | "answered"; readonly asked: Asked }
  | { readonly state: "failed"; readonly asked: Asked; readonly error: unknown };

/** Asks a kernel, paid by the browser's test key; one ask at a time. */
export function useAsk(kernel: string): {
  readonly stand: AskStand;
  readonly ask: (input: PlainValues) => Promise<void>;
} {
  const chain = useChain();
  const { key } = useTestKey();
  const [stand, setStand] = useState<AskStand>({ state: "idle" });
  const ask = async (input: PlainValues): Promise<void> => {
    if (key === undefined || stand.state === "asking") return;
    let asked: Asked = { stages: [] };
    const onChange = (change: Asked): void => {
      asked = change;
      setStand({ state: "asking", asked });
    };
    onChange(asked);
    try {
      const paid = { chain, signer: key.signer, kernel, input };
      setStand({ state: "answered", asked: await askKernel(paid, onChange) });
    } catch (error) {
      setStand({ state: "failed", asked, error });
    }
  };
  return { stand, ask };
}
