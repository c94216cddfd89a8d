import type { AminoWallet, SuggestChain } from "#sdk/index.js";

/** What is used of the Keplr extension, by the names that its documentation has. */
export interface Keplr {
  /** Makes it know a chain; it asks whoever sits there, once. */
  readonly experimentalSuggestChain: (chain: SuggestChain) => Promise<void>;
  /** Asks for the leave to see accounts; unlocks it where that is needed. */
  readonly enable: (chainId: string) => Promise<void>;
  readonly getKey: (chainId: string) => Promise<{ readonly name: string }>;
  readonly getOfflineSignerOnlyAmino: (chainId: string) => AminoWallet;
}

/** Keplr tells of another account by this event of the window. */
export const ACCOUNT_CHANGED = "keplr_keystorechange";

/** The extension of this browser; undefined where there is none. */
export function findKeplr(): Keplr | undefined {
  const { keplr } = globalThis as { readonly keplr?: Partial<Keplr> };
  return typeof keplr?.experimentalSuggestChain === "function" &&
    typeof keplr.enable === "function" &&
    typeof keplr.getKey === "function" &&
    typeof keplr.getOfflineSignerOnlyAmino === "function"
    ? (keplr as Keplr)
    : undefined;
}
