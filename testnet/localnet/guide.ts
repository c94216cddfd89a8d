import type { Testnet } from "../initFiles.js";
import { nodeLog } from "../process/nodeProcess.js";
import type { Screen } from "../screen.js";
import { EXPLORER_URL } from "./explorerSite.js";
import { FAUCET_URL } from "./faucetProcess.js";

/** What people need to use a running network: endpoints, the funded account, what to try next. */
export function showGuide({ nodes, user, chainId }: Testnet, screen: Screen): void {
  const [first] = nodes;
  if (first === undefined) return;
  screen.title(`Chain ${chainId}`);
  screen.table(
    ["node", "RPC", "REST", "gRPC", "metrics and health", "log"].map((title) => ({ title })),
    nodes.map((node) => [
      node.moniker,
      `http://127.0.0.1:${node.ports.rpc}`,
      `http://127.0.0.1:${node.ports.rest}`,
      `127.0.0.1:${node.ports.grpc}`,
      `http://127.0.0.1:${node.ports.telemetry}/metrics`,
      nodeLog(node),
    ]),
  );
  screen.show(`what REST serves, to read and to try: http://127.0.0.1:${first.ports.rest}/docs`);
  screen.title("The explorer, to try kernels in a browser");
  screen.show(EXPLORER_URL);
  screen.title(`A funded account, the key "${user.name}" of every node's keyring`);
  screen.show(`${user.address}\n${user.mnemonic}`);
  screen.show(screen.style.yellow("known to all the world: for this network only"));
  screen.title("A faucet, for other accounts");
  const body = `'{"address":"nesa1…"}'`;
  screen.show(`${FAUCET_URL}\ncurl -d ${body} ${FAUCET_URL}/credit`);
  screen.title("To try next, in another terminal");
  const aivmd = `node dist/cmd/aivmd/main.js --home ${first.home.root}`;
  screen.show(
    [
      `alias aivmd="${aivmd}"`,
      "aivmd status",
      `aivmd query bank balances ${user.address}`,
      `aivmd kernel publish kernels/digits --from ${user.name}`,
      `aivmd kernel run digits --input kernels/digits/samples/digit-3.json --from ${user.name}`,
      "aivmd chain-info",
      "make localnet-down",
    ].join("\n"),
  );
  screen.print("");
}
