import type { Command } from "commander";
import { formatEndpoint } from "#node/home/endpoint.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import type { CommandIo } from "../../io.js";
import { type CommandWork, runs, type Session } from "../../session.js";
import { explained } from "./errors.js";

/** The RPC of the node that `--node` or `client.toml` names. */
export function rpcOf({ client }: Pick<Session, "client">): RpcTransport {
  const { host, port } = client.node;
  const name = host === "" ? "localhost" : host;
  return httpTransport(`http://${formatEndpoint({ host: name, port })}`);
}

/** As `runs`, for work that talks to a node: failures of the client library are explained. */
export function runsOnline<Flags extends object = object>(
  command: Command,
  io: CommandIo,
  work: CommandWork<Flags>,
): Command {
  return runs<Flags>(command, io, (session, flags, args) =>
    explained(async () => {
      await work(session, flags, args);
    }),
  );
}
