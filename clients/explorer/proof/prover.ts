import { proverFromGenesis, type RpcTransport, type StoreProver } from "#sdk/index.js";
import type { Chain } from "../chain/chainContext.js";

/** A prover, and whom its first trust is put in. */
export interface PageProver {
  readonly prover: StoreProver;
  /** Where the genesis file came from. */
  readonly trust: "site" | "endpoint";
}

const known = new WeakMap<RpcTransport, Promise<PageProver>>();

/**
 * The light client of this page: it verifies headers from the genesis file that the site serves, or
 * else from the one that the endpoint shows. Made once for each endpoint; a failure is tried again.
 */
export function pageProver(chain: Chain): Promise<PageProver> {
  const before = known.get(chain.rpc);
  if (before !== undefined) return before;
  const made = makeProver(chain);
  known.set(chain.rpc, made);
  made.catch(() => known.delete(chain.rpc));
  return made;
}

async function makeProver({ rpc, endpoint }: Chain): Promise<PageProver> {
  const own = endpoint.genesis === undefined ? undefined : await readGenesis(endpoint.genesis);
  if (own !== undefined) {
    return { prover: await proverFromGenesis(own, { primary: rpc }), trust: "site" };
  }
  const shown = (await rpc.call("genesis", {})).field("genesis").value;
  return { prover: await proverFromGenesis(shown, { primary: rpc }), trust: "endpoint" };
}

type GenesisJson = Parameters<typeof proverFromGenesis>[0];

async function readGenesis(path: string): Promise<GenesisJson | undefined> {
  const response = await fetch(path);
  return response.ok ? ((await response.json()) as GenesisJson) : undefined;
}
