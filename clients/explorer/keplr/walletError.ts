/** What a wallet answered instead of doing what it was asked. */
export class WalletError extends Error {
  /** Whether whoever sits there said no, which is nobody's fault. */
  readonly isRefusal: boolean;

  constructor(what: string, reason: unknown) {
    const said = reason instanceof Error ? reason.message : String(reason);
    super(`Keplr did not ${what}: ${said}`, { cause: reason });
    this.name = "WalletError";
    this.isRefusal = REFUSAL.test(said);
  }
}

/** Keplr says `Request rejected`, wallets in its place say it their way. */
const REFUSAL = /reject|denied|refuse|cancel/i;

/** Does what a wallet is asked for; `what` ends the sentence "Keplr did not …". */
export async function askWallet<T>(what: string, asked: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    throw new WalletError(what, error);
  }
}
