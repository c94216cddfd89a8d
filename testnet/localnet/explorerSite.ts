import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { join } from "node:path";
import { readText } from "#node/home/files.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
// The explorer is a site of its own, not a layer with an alias; this is all that is used of it
// here.
import { siteServer } from "../../clients/explorer/serve/siteServer.js";
import type { Testnet } from "../initFiles.js";
import { rpcUrl } from "../process/runningNetwork.js";
import { FAUCET_URL } from "./faucetProcess.js";

const HOST = "127.0.0.1";
const PORT = 8080;

/** Where the explorer of the local network is served. */
export const EXPLORER_URL = `http://${HOST}:${PORT}`;

/** The built explorer, served by this process with what it must know of the local network. */
export class ExplorerSite {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Serves the explorer of a network; fails with an Error that says why it cannot be served. */
  static async start({ nodes: [first] }: Testnet): Promise<ExplorerSite> {
    const folder = join(packageRoot(), "dist/explorer");
    if (first === undefined || !existsSync(join(folder, "index.html"))) {
      throw new Error("it is not built; `node_modules/.bin/vite build clients/explorer` does it");
    }
    const rest = `http://${HOST}:${first.ports.rest}`;
    const doors = { rpc: rpcUrl(first.ports), rest, faucet: FAUCET_URL };
    const config = { ...doors, genesis: "genesis.json" };
    const genesis = readText(first.home.genesis, "it is written with the network's files");
    const server = siteServer({
      folder,
      extra: { "/config.json": JSON.stringify(config), "/genesis.json": genesis },
    });
    server.listen(PORT, HOST);
    await once(server, "listening");
    return new ExplorerSite(server);
  }

  /** Ends it, browsers that are connected included. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
