import { existsSync } from "node:fs";
import type { Command } from "commander";
import { readAppConfig } from "#node/home/appConfig.js";
import { formatEndpoint } from "#node/home/endpoint.js";
import { chainInfo } from "#sdk/keplr/chainInfo.js";
import { probeRest, type RestProbe } from "#sdk/keplr/restProbe.js";
import { NAME_LENGTH_MAX } from "#sdk/keplr/suggestChain.js";
import { wrongUse } from "../../errors.js";
import { addExamples, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { rpcOf, runsOnline } from "../query/connection.js";
import { wrongChain } from "../query/errors.js";

interface ChainInfoFlags {
  readonly rest?: string;
  readonly publicRpc?: string;
  readonly publicRest?: string;
  readonly name?: string;
}

const DEFAULT_REST_PORT = 1317;

/** Adds `chain-info`. */
export function registerChainInfo(program: Command, io: CommandIo): void {
  const command = program
    .command("chain-info")
    .summary("print what makes Keplr know the chain")
    .description(
      "Prints the object that Keplr's experimentalSuggestChain takes, as JSON, from a running node: its chain id, its least gas prices, and what its REST door can.",
    )
    .option("--rest <url>", "REST door of the node (default: as app.toml says, else port 1317)")
    .option("--public-rpc <url>", "what browsers reach the RPC by (default: the node's address)")
    .option("--public-rest <url>", "what browsers reach the REST door by (default: --rest)")
    .option("--name <text>", "how Keplr calls the chain (default: its id)");
  addExamples(
    addNodeFlag(command),
    "aivmd chain-info",
    "aivmd chain-info --public-rpc https://rpc.example.com --public-rest https://rest.example.com --name Nesa",
  );
  runsOnline<ChainInfoFlags>(command, io, showChainInfo);
}

async function showChainInfo(session: Session, flags: ChainInfoFlags): Promise<void> {
  const rpc = rpcOf(session);
  const rest = httpUrl("--rest", flags.rest ?? defaultRest(session));
  const publicRpc = httpUrl("--public-rpc", flags.publicRpc ?? rpc.url);
  const publicRest = httpUrl("--public-rest", flags.publicRest ?? rest);
  const info = await chainInfo(rpc, { rest: publicRest, publicRpc, name: flags.name });
  requireShort("--name", info.chainName);
  const { features } = checkedProbe(session, await probeRest(rest), info.chainId);
  session.terminal.json({ ...info, features });
}

/** A door that does not answer is warned of: it may be opened later, or be elsewhere. */
function checkedProbe(
  { terminal }: Session,
  probe: RestProbe | string,
  chainId: string,
): Pick<RestProbe, "features"> {
  if (typeof probe === "string") {
    terminal.warn(`${probe}; Keplr takes no chain whose REST door does not answer`);
    return { features: [] };
  }
  if (probe.chainId !== chainId) throw wrongChain({ expected: chainId, found: probe.chainId });
  return probe;
}

function defaultRest({ client, home }: Session): string {
  const host = client.node.host === "" ? "localhost" : client.node.host;
  const port = existsSync(home.appConfig)
    ? readAppConfig(home.appConfig).api.endpoint.port
    : DEFAULT_REST_PORT;
  return `http://${formatEndpoint({ host, port })}`;
}

/** A URL without what comes after the path; Keplr puts paths after it. */
function httpUrl(flag: string, text: string): string {
  const plain = text.replace(/^tcp:/, "http:").replace(/\/+$/, "");
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (isHttp && url.search === "" && url.hash === "" && !plain.includes("?")) return plain;
  throw wrongUse({
    problem: `${flag}: must be a URL such as https://rest.example.com, without a query: ${text}`,
  });
}

function requireShort(flag: string, name: string): void {
  if (name !== "" && name.length <= NAME_LENGTH_MAX) return;
  const problem = `${flag}: Keplr takes names of 1 to ${NAME_LENGTH_MAX} characters: ${name}`;
  throw wrongUse({ problem });
}
