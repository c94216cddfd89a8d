import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Signer } from "#sdk/index.js";

/** Who can pay for what is asked. */
export type PayerKind = "testKey" | "keplr";

/** Who pays for what is asked. */
export interface Payer {
  readonly kind: PayerKind;
  readonly signer: Signer;
}

/** Who pays, and how that is changed. */
export interface PayerHolder {
  /** What was chosen, be it there or not. */
  readonly chosen: PayerKind;
  /** Undefined while the chosen one cannot sign: nobody pays in its place. */
  readonly payer: Payer | undefined;
  readonly choose: (kind: PayerKind) => void;
}

/** Provides to pages who pays. */
export const PayerContext = createContext<PayerHolder>({
  chosen: "testKey",
  payer: undefined,
  choose: () => undefined,
});

/** Who pays for what is asked. */
export function usePayer(): PayerHolder {
  return useContext(PayerContext);
}
