/** What whoever serves the site says about its chain, in `config.json` beside it. */
export interface SiteSettings {
  readonly rpc?: string | undefined;
  /** URL of the chain's REST door, which wallets ask. */
  readonly rest?: string | undefined;
  /** URL of `aivmd faucet`, which gives test coins. */
  readonly faucet?: string | undefined;
  /** Path of the chain's genesis file, relative to the site: proofs start from it. */
  readonly genesis?: string | undefined;
}

/** Reads `config.json`; what is not a text is left out, so that a bad file is as good as none. */
export function parseSite(json: unknown): SiteSettings {
  if (typeof json !== "object" || json === null) return {};
  const { rpc, rest, faucet, genesis } = json as Readonly<Record<string, unknown>>;
  return {
    rpc: textOf(rpc),
    rest: textOf(rest),
    faucet: textOf(faucet),
    genesis: textOf(genesis),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
