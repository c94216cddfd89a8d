import { isIP } from "node:net";
import type { Coin } from "#core/primitives/coin.js";
import { amountOf } from "#core/primitives/coin.js";
import { type Endpoint, parseEndpoint } from "#node/home/endpoint.js";
import { wrongUse } from "../../errors.js";
import { readCoin } from "../tx/amounts.js";

/** Flags of `faucet`. */
export interface FaucetFlags {
  readonly from?: string;
  readonly amount: string;
  readonly listen: string;
  /** Seconds. */
  readonly window: number;
  readonly perAddress: number;
  readonly perIp: number;
  readonly trustedProxies?: string;
  readonly gasPrices?: string;
  readonly iWantToGiveAwayRealCoins?: boolean;
}

/** What each credit sends; fails with `cli/2`. */
export function creditAmount({ amount }: FaucetFlags): Coin {
  const given = readCoin(amount, "--amount");
  if (amountOf(given) > 0n) return given;
  throw wrongUse({ problem: `--amount: nothing would be sent: ${amount}` });
}

/** Where the faucet listens; fails with `cli/2`. */
export function listenEndpoint({ listen }: FaucetFlags): Endpoint {
  const endpoint = parseEndpoint(listen);
  if (endpoint !== undefined) return endpoint;
  throw wrongUse({ problem: `--listen ${listen}: must be an address such as tcp://0.0.0.0:8000` });
}

/** Proxies that are believed; fails with `cli/2`. */
export function proxyNetworks({ trustedProxies = "" }: FaucetFlags): string[] {
  if (trustedProxies === "") return [];
  const networks = trustedProxies.split(",").map((network) => network.trim());
  const wrong = networks.find((network) => !isNetwork(network));
  if (wrong === undefined) return networks;
  throw wrongUse({
    problem: `--trusted-proxies: neither an IP address nor a network such as 10.0.0.0/8: ${wrong}`,
  });
}

function isNetwork(text: string): boolean {
  const [address = "", bits = "1", ...rest] = text.split("/");
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return rest.length === 0 && /^[0-9]{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most;
}
