import { isDeepStrictEqual } from "node:util";
import { COMET_RPC } from "#test/vectors/cometRpcVectors.js";
import { RawAnswer, RpcFault, RpcServer } from "./rpcServer.js";

/** A server that answers exactly the recorded calls, with the recorded bytes. */
export async function recordedComet(): Promise<RpcServer> {
  const server = await RpcServer.start();
  for (const recorded of Object.values(COMET_RPC.calls)) {
    server.handlers.set(recorded.method, (params) => {
      const found = Object.values(COMET_RPC.calls).find(
        (one) => one.method === recorded.method && isDeepStrictEqual(one.params, params),
      );
      if (found === undefined) throw new RpcFault(`not recorded: ${JSON.stringify(params)}`);
      throw new RawAnswer(
        found.status,
        JSON.stringify({ ...found.body, id: 0 }).replace('"id":0', '"id":$ID'),
      );
    });
  }
  return server;
}
