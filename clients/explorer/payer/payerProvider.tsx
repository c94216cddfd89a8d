import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type KeplrStand, useKeplr } from "../keplr/keplrContext.js";
import { useTestKey } from "../key/keyContext.js";
import type { TestKey } from "../key/testKey.js";
import { type Payer, PayerContext, type PayerHolder, type PayerKind } from "./payerContext.js";

/** Holds who pays for the pages within: the browser's test key until another one is chosen. */
export function PayerProvider({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [chosen, choose] = useState<PayerKind>("testKey");
  const { key } = useTestKey();
  const { stand } = useKeplr();
  const holder = useMemo<PayerHolder>(
    () => ({ chosen, choose, payer: payerOf(chosen, key, stand) }),
    [chosen, key, stand],
  );
  return <PayerContext.Provider value={holder}>{children}</PayerContext.Provider>;
}

function payerOf(kind: PayerKind, key: TestKey | undefined, stand: KeplrStand): Payer | undefined {
  if (kind === "testKey") return key && { kind, signer: key.signer };
  return stand.state === "connected" ? { kind, signer: stand.account.signer } : undefined;
}
