import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { httpTransport, type RpcTransport } from "#sdk/index.js";
import { HeightFeed } from "../live/heightFeed.js";
import type { Endpoint } from "../settings/endpoint.js";

/** The chain as every page reads it. */
export interface Chain {
  readonly endpoint: Endpoint;
  readonly rpc: RpcTransport;
  /** New heights as they come; begun when something first wants to know. */
  readonly feed: HeightFeed;
}

/** The chain behind an endpoint. */
export function chainOf(endpoint: Endpoint): Chain {
  const rpc = httpTransport(endpoint.rpc, { attempts: 2, timeoutMs: 8_000 });
  let feed: HeightFeed | undefined;
  return {
    endpoint,
    rpc,
    get feed() {
      feed ??= HeightFeed.of(rpc);
      return feed;
    },
  };
}

/** Provides the chain to pages; the first value is never used. */
export const ChainContext = createContext<Chain>(
  chainOf({ rpc: "http://localhost:26657", rest: "http://localhost:1317" }),
);

/** The chain that this page reads. */
export function useChain(): Chain {
  return useContext(ChainContext);
}
