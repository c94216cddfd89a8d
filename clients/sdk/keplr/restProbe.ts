import { parseJson } from "#core/codec/parseJson.js";

/** What a REST door tells of itself. */
export interface RestProbe {
  /** Id of the chain that it serves. */
  readonly chainId: string;
  /** Keplr's names of what it found. */
  readonly features: readonly string[];
}

const TIMEOUT_MS = 5_000;
const SPENDABLE = "/cosmos/bank/v1beta1/spendable_balances";

/**
 * Asks a REST door as Keplr does, before it takes a chain; gives a sentence on why it cannot when
 * the door does not answer.
 *
 * @example
 * const probe = await probeRest("http://localhost:1317");
 * if (typeof probe === "string") console.log(probe);
 */
export async function probeRest(url: string): Promise<RestProbe | string> {
  try {
    const info = await ask(`${url}/cosmos/base/tendermint/v1beta1/node_info`);
    const chainId = networkOf(await info.text());
    if (chainId === undefined) return `${url} answers, but not as a REST door of a Cosmos chain`;
    // A route that is known refuses the address, one that is not is not implemented.
    const { status } = await ask(`${url}${SPENDABLE}/test`);
    return { chainId, features: status === 400 ? [`query:${SPENDABLE}`] : [] };
  } catch {
    return `nothing answers at ${url}; \`[api] enable\` in app.toml opens the door`;
  }
}

function ask(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
}

function networkOf(text: string): string | undefined {
  const info = member(parseJson(text), "default_node_info");
  const network = member(info, "network");
  return typeof network === "string" ? network : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
