import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { KeplrAccount } from "./connect.js";

/** How this page stands with Keplr. */
export type KeplrStand =
  | { readonly state: "absent" | "idle" | "connecting" }
  | { readonly state: "connected"; readonly account: KeplrAccount }
  | { readonly state: "failed"; readonly error: unknown };

/** How this page stands with Keplr, and what can be done about it. */
export interface KeplrHolder {
  readonly stand: KeplrStand;
  readonly connect: () => Promise<void>;
  /** Forgets the account; Keplr itself goes on trusting the page until its owner says otherwise. */
  readonly leave: () => void;
}

const NOBODY: KeplrHolder = {
  stand: { state: "absent" },
  connect: () => Promise.resolve(),
  leave: () => undefined,
};

/** Provides Keplr to pages. */
export const KeplrContext = createContext<KeplrHolder>(NOBODY);

/** How this page stands with Keplr. */
export function useKeplr(): KeplrHolder {
  return useContext(KeplrContext);
}
