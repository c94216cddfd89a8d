import { parseSite, type SiteSettings } from "./site.js";

/** Where the chain is read from, and what else is known about the place. */
export interface Endpoint extends SiteSettings {
  /** URL of CometBFT's RPC. */
  readonly rpc: string;
  /** URL of the chain's REST door, for wallets: the explorer itself does not ask it. */
  readonly rest: string;
}

const RPC_PORT = 26_657;
const REST_PORT = 1317;
const KEY_RPC = "aivm.rpc";
const KEY_FAUCET = "aivm.faucet";
const KEY_REST = "aivm.rest";

/** What remembers choices between visits; `localStorage` in the browser. */
export type Memory = Pick<Storage, "getItem" | "setItem">;

/** The URL of the page as far as it matters here. */
export interface PageLocation {
  readonly protocol: string;
  readonly hostname: string;
  readonly search: string;
}

/**
 * Chooses the endpoint: `?rpc=` (remembered from then on), else what was remembered, else what the
 * site's `config.json` says, else CometBFT's usual port on the page's own host. Faucet and REST
 * door likewise, the latter at its usual port beside the RPC in the end.
 */
export function chooseEndpoint(place: PageLocation, memory: Memory, site: unknown): Endpoint {
  const query = new URLSearchParams(place.search);
  const own = parseSite(site);
  const usual = `${place.protocol === "https:" ? "https:" : "http:"}//${place.hostname || "localhost"}:${RPC_PORT}`;
  const rpc = chosen(query.get("rpc"), memory, KEY_RPC) ?? own.rpc ?? usual;
  const faucet = chosen(query.get("faucet"), memory, KEY_FAUCET) ?? own.faucet;
  // The site's genesis file and its REST door are of the chain that the site is for.
  const isOwn = rpc === (own.rpc ?? usual);
  const genesis = isOwn ? own.genesis : undefined;
  const ownRest = (isOwn ? own.rest : undefined) ?? besideRpc(rpc);
  const rest = trimmed(chosen(query.get("rest"), memory, KEY_REST) ?? ownRest);
  const trimmedFaucet = faucet === undefined ? undefined : trimmed(faucet);
  return { rpc: trimmed(rpc), rest, faucet: trimmedFaucet, genesis };
}

function besideRpc(rpc: string): string {
  const { protocol, hostname } = new URL(rpc);
  return `${protocol}//${hostname}:${REST_PORT}`;
}

/** Uses another RPC from the next visit on. */
export function rememberRpc(memory: Memory, rpc: string): void {
  memory.setItem(KEY_RPC, rpc);
}

/** Whether a text can be an endpoint. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text);
}

function chosen(given: string | null, memory: Memory, key: string): string | undefined {
  if (given !== null && isHttpUrl(given)) {
    memory.setItem(key, given);
    return given;
  }
  // An empty parameter forgets what was remembered.
  if (given === "") memory.setItem(key, "");
  const remembered = memory.getItem(key) ?? "";
  return isHttpUrl(remembered) ? remembered : undefined;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
