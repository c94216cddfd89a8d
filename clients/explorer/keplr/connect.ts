import { aminoSigner, type AminoWallet, type Signer } from "#sdk/index.js";
import type { Chain } from "../chain/chainContext.js";
import type { Keplr } from "./keplr.js";
import { suggestToKeplr } from "./suggest.js";
import { askWallet } from "./walletError.js";

/** An account of Keplr that this page may sign with. */
export interface KeplrAccount {
  readonly chainId: string;
  /** As its owner calls it. */
  readonly name: string;
  readonly signer: Signer;
}

/** Makes Keplr know the chain and asks it for its account there; fails as `suggestToKeplr`. */
export async function connectKeplr(keplr: Keplr, chain: Chain): Promise<KeplrAccount> {
  const { chainId } = await suggestToKeplr(keplr, chain);
  await askWallet("let this page see its account", () => keplr.enable(chainId));
  return keplrAccount(keplr, chainId);
}

/** The account that Keplr has chosen just now. */
export async function keplrAccount(keplr: Keplr, chainId: string): Promise<KeplrAccount> {
  const { name } = await askWallet("show its account", () => keplr.getKey(chainId));
  // Amino JSON is what Keplr shows as text and what a Ledger behind it can sign.
  const wallet = keplr.getOfflineSignerOnlyAmino(chainId);
  return { chainId, name, signer: await aminoSigner(plainWallet(wallet)) };
}

/** The wallet with failures that say whose they are. */
function plainWallet(wallet: AminoWallet): AminoWallet {
  return {
    getAccounts: () => askWallet("show its account", () => wallet.getAccounts()),
    signAmino: (address, document) => askWallet("sign", () => wallet.signAmino(address, document)),
  };
}
