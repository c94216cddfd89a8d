import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { httpTransport, type RpcTransport } from "#sdk/index.js";
import type { Endpoint } from "../settings/endpoint.js";

/** The chain as every page reads it. */
export interface Chain {
  readonly endpoint: Endpoint;
  readonly rpc: RpcTransport;
}

/** The chain behind an endpoint. */
export function chainOf(endpoint: Endpoint): Chain {
  return { endpoint, rpc: httpTransport(endpoint.rpc, { attempts: 2, timeoutMs: 8_000 }) };
}

/** Provides the chain to pages; the first value is never used. */
export const ChainContext = createContext<Chain>(chainOf({ rpc: "http://localhost:26657" }));

/** The chain that this page reads. */
export function useChain(): Chain {
  return useContext(ChainContext);
}
