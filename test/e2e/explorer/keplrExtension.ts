import { aminoWalletFromPrivateKey, type StdSignDoc } from "#sdk/amino/aminoWallet.js";
import type { SuggestChain } from "#sdk/keplr/suggestChain.js";
import { askerOf, type CallReport, openSocket, PROBES } from "../compat/keplrCalls.js";

/** What stands for the extension is made with. */
export interface ExtensionOptions {
  /** Private keys of its accounts, and how their owner calls them; the first one is chosen. */
  readonly accounts: ReadonlyArray<{ readonly name: string; readonly key: readonly number[] }>;
}

/** What a test sees and does of the extension, as whoever sits there would. */
export interface ExtensionHandle {
  /** What was asked of it, in order: `suggest`, `enable`, `sign`. */
  readonly asked: string[];
  readonly suggested: () => SuggestChain | undefined;
  readonly signed: StdSignDoc[];
  /** Says no to the next thing of a kind. */
  readonly refuse: (what: string) => void;
  /** Chooses another account, and tells pages of it. */
  readonly choose: (index: number) => void;
}

/**
 * Puts into a page what stands for Keplr there: the same names, the same checks of a chain that is
 * suggested, the same refusals, a fee of its own in what it signs, and signatures by real keys.
 */
export function installKeplr({ accounts }: ExtensionOptions): void {
  const wallets = accounts.map(({ key }) => aminoWalletFromPrivateKey(Uint8Array.from(key)));
  const asked: string[] = [];
  const signed: StdSignDoc[] = [];
  const refusals = new Set<string>();
  let chosen = 0;
  let chain: SuggestChain | undefined;
  const ask = (what: string): void => {
    asked.push(what);
    if (refusals.delete(what)) throw new Error("Request rejected");
  };
  const known = (chainId: string): SuggestChain => {
    if (chain?.chainId !== chainId) throw new Error(`There is no chain info for ${chainId}`);
    return chain;
  };
  const wallet = (): (typeof wallets)[number] => wallets[chosen]!;
  const keplr = {
    experimentalSuggestChain: async (suggested: SuggestChain): Promise<void> => {
      ask("suggest");
      await checkChain(suggested);
      chain = suggested;
    },
    enable: async (chainId: string): Promise<void> => {
      ask("enable");
      known(chainId);
      return Promise.resolve();
    },
    getKey: async (chainId: string): Promise<object> => {
      known(chainId);
      const [account] = await wallet().getAccounts();
      return { name: accounts[chosen]!.name, bech32Address: account!.address };
    },
    getOfflineSignerOnlyAmino: (chainId: string) => ({
      getAccounts: () => wallet().getAccounts(),
      signAmino: async (address: string, document: StdSignDoc) => {
        ask("sign");
        const own = { ...document, fee: ownFee(document, known(chainId)) };
        signed.push(own);
        return wallet().signAmino(address, own);
      },
    }),
  };
  const handle: ExtensionHandle = {
    asked,
    signed,
    suggested: () => chain,
    refuse: (what) => {
      refusals.add(what);
    },
    choose: (index) => {
      chosen = index;
      const page = globalThis as unknown as EventTarget;
      page.dispatchEvent(new Event("keplr_keystorechange"));
    },
  };
  Object.assign(globalThis, { keplr, extension: handle });
}

/** What Keplr asks of a chain before it takes it; fails where it would. */
async function checkChain({ chainId, rpc, rest }: SuggestChain): Promise<void> {
  const report: CallReport = {};
  const ask = askerOf(report);
  await ask("status", `${rpc}/status`);
  const socket = await openSocket(rpc);
  socket.close();
  await ask("node info", `${rest}/cosmos/base/tendermint/v1beta1/node_info`);
  for (const path of PROBES) await ask(path, `${rest}${path}`);
  for (const door of ["status", "node info"]) {
    if (report[door]?.includes(`"network":"${chainId}"`) !== true) {
      throw new Error(`${door} is not that of ${chainId}: ${report[door]}`);
    }
  }
}

/** The fee that Keplr puts in the place of a page's: the gas at its average price. */
function ownFee({ fee }: StdSignDoc, { feeCurrencies }: SuggestChain): StdSignDoc["fee"] {
  const [currency] = feeCurrencies;
  const price = currency!.gasPriceStep.average;
  const amount = String(Math.ceil(Number(fee.gas) * price));
  return { ...fee, amount: [{ denom: currency!.coinMinimalDenom, amount }] };
}
