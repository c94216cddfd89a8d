import type { Command } from "commander";
import { findComet } from "#node/comet/cometBinary.js";
import { initTestnetFiles, type Testnet } from "#testnet/initFiles.js";
import type { NodePorts } from "#testnet/ports.js";
import { addExamples, wholeNumber } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";
import type { Terminal } from "../terminal/terminal.js";

interface InitFilesFlags {
  readonly v: number;
  readonly outputDir: string;
  readonly chainId: string;
  readonly startingPort: number;
  readonly startingGrpcPort: number;
  readonly startingRestPort: number;
  readonly startingTelemetryPort: number;
}

const MAX_VALIDATORS = 10;
/** CometBFT's three ports of one node lie within ten, as those of ten nodes within a hundred. */
const COMET_STRIDE = 10;
const LAST_PORT = 65_535 - COMET_STRIDE * MAX_VALIDATORS;

/** Adds `testnet`. */
export function registerTestnet(program: Command, io: CommandIo): void {
  const testnet = program
    .command("testnet")
    .summary("prepare a network for tests")
    .description("Prepares networks of several validators on one machine.");
  addExamples(testnet, "aivmd testnet init-files --v 4 --output-dir ./network");
  const command = testnet
    .command("init-files")
    .summary("create the homes of a network")
    .description(
      "Creates a home for each validator, with keys in plain keyrings and one genesis file; `aivmd start --home` runs each. For tests only: the keys of the common account are known to all the world.",
    )
    .option("--v <number>", "validators", wholeNumber(1, MAX_VALIDATORS), 4)
    .option("--output-dir <folder>", "folder of the homes node0, node1, …", "./network")
    .option("--chain-id <id>", "id of the chain", "aivm-local-1");
  const port = wholeNumber(1, LAST_PORT);
  command
    .option("--starting-port <port>", "p2p port of node 0; RPC is the next", port, 26_656)
    .option("--starting-grpc-port <port>", "gRPC port of node 0", port, 9_090)
    .option("--starting-rest-port <port>", "REST port of node 0", port, 1_317)
    .option("--starting-telemetry-port <port>", "metrics port of node 0", port, 9_464);
  addExamples(
    command,
    "aivmd testnet init-files --v 4 --output-dir ./network --chain-id aivm-local-1",
    "aivmd start --home ./network/node0",
  );
  runs<InitFilesFlags>(command, io, initFiles);
}

async function initFiles(session: Session, flags: InitFilesFlags): Promise<void> {
  const { terminal, environment } = session;
  const { v: validators, outputDir: folder, chainId } = flags;
  const label = `files of ${validators} node(s)`;
  const progress = terminal.progress({ label, total: validators });
  let done = 0;
  const testnet = await initTestnetFiles({
    folder,
    validators,
    chainId,
    time: new Date(),
    comet: findComet(environment),
    ports: Array.from({ length: validators }, (_, index) => portsOf(flags, index)),
    onNode: ({ moniker }) => {
      progress.update(++done, moniker);
    },
  });
  progress.finish(`${label}: done`);
  terminal.show(testnetJson(testnet), () => testnetText(testnet, terminal));
}

function portsOf(flags: InitFilesFlags, index: number): NodePorts {
  const p2p = flags.startingPort + COMET_STRIDE * index;
  return {
    p2p,
    rpc: p2p + 1,
    cometMetrics: p2p + 4,
    grpc: flags.startingGrpcPort + index,
    rest: flags.startingRestPort + index,
    telemetry: flags.startingTelemetryPort + index,
  };
}

function testnetJson({ chainId, nodes, user }: Testnet): object {
  return {
    chain_id: chainId,
    nodes: nodes.map(({ moniker, home, ports }) => ({ moniker, home: home.root, ports })),
    user,
  };
}

function testnetText({ chainId, nodes, user }: Testnet, terminal: Terminal): string {
  const rows = nodes.map(({ moniker, home, ports }) => [
    moniker,
    String(ports.rpc),
    String(ports.rest),
    home.root,
  ]);
  const columns = [{ title: "node" }, { title: "rpc" }, { title: "rest" }, { title: "home" }];
  return [
    terminal.table(columns, rows),
    "",
    terminal.pairs([
      ["chain id", chainId],
      ["funded key", `${user.name} ${user.address}, in the keyring "test" of every node`],
    ]),
  ].join("\n");
}
