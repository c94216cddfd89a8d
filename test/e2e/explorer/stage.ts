import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import { siteServer } from "../../../clients/explorer/serve/siteServer.js";
import { RunningProgram } from "../cliProgram.js";
import { TestNetwork, type TestNetworkOptions } from "../network.js";
import { launchChromium } from "./chromium.js";

/** An answer takes seconds; a busy machine takes its time. */
export const PATIENCE_MS = 90_000;

/** A page of the explorer, and what was seen of it. */
export interface SeenPage {
  readonly page: Page;
  /** What the browser complains about: scripts, the content security policy, missing files. */
  readonly complaints: string[];
  /** Origins that the page asked anything of. */
  readonly asked: Set<string>;
}

/** What a stage differs in from the usual one. */
export interface StageOptions extends TestNetworkOptions {
  /** Runs `aivmd faucet`, which pays from the network's common account. */
  readonly withFaucet?: boolean;
}

/** Real validators with the kernel `digits`, the built explorer for them, and a browser. */
export class ExplorerStage {
  readonly network: TestNetwork;
  readonly origin: string;
  readonly #browser: Browser;
  readonly #closings: ReadonlyArray<() => unknown>;

  private constructor(
    parts: { readonly network: TestNetwork; readonly origin: string; readonly browser: Browser },
    closings: ReadonlyArray<() => unknown>,
  ) {
    this.network = parts.network;
    this.origin = parts.origin;
    this.#browser = parts.browser;
    this.#closings = closings;
  }

  /** Starts all of it; nothing of it runs when that fails. */
  static async start(executable: string, options: StageOptions): Promise<ExplorerStage> {
    const closings: Array<() => unknown> = [];
    try {
      const network = await TestNetwork.start(options);
      closings.push(() => network.close());
      const client = await network.connect();
      await client.publishKernel(await buildKernel(join(packageRoot(), "kernels/digits")));
      const faucet = options.withFaucet === true ? await startFaucet(network, closings) : undefined;
      const origin = await serveExplorer({ network, faucet }, closings);
      const browser = await launchChromium(executable);
      closings.push(() => browser.close());
      return new ExplorerStage({ network, origin, browser }, closings);
    } catch (error) {
      await closeAll(closings);
      throw error;
    }
  }

  /** URL of the first node's REST door. */
  get rest(): string {
    return `http://127.0.0.1:${this.network.node(0).node.ports.rest}`;
  }

  /** A page in a browser profile of its own; `script` runs in it before its own. */
  async open(script?: string): Promise<SeenPage> {
    const context = await this.#browser.newContext();
    if (script !== undefined) await context.addInitScript({ content: script });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const complaints: string[] = [];
    const asked = new Set<string>();
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => asked.add(new URL(request.url()).origin));
    page.on("websocket", (socket) => asked.add(new URL(socket.url()).origin));
    return { page, complaints, asked };
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await closeAll(this.#closings);
  }
}

async function closeAll(closings: ReadonlyArray<() => unknown>): Promise<void> {
  for (const close of closings.toReversed()) await close();
}

/** Starts the release's faucet on the first node; gives its URL. */
async function startFaucet(network: TestNetwork, closings: Array<() => unknown>): Promise<string> {
  const entry = join(packageRoot(), "dist/cmd/aivmd/main.js");
  const { root } = network.node(0).home;
  const flags = ["--from", "user", "--amount", "5nes", "--listen", "127.0.0.1:0"];
  const faucet = new RunningProgram(entry, ["faucet", "--home", root, ...flags]);
  closings.push(() => {
    faucet.signal("SIGKILL");
  });
  return String((await faucet.awaitLine(({ msg }) => msg === "the faucet serves"))["url"]);
}

async function serveExplorer(
  { network, faucet }: { readonly network: TestNetwork; readonly faucet: string | undefined },
  closings: Array<() => unknown>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "aivm-explorer-"));
  closings.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const root = join(packageRoot(), "clients/explorer");
  const configFile = join(root, "vite.config.ts");
  await build({ root, configFile, logLevel: "warn", build: { outDir: folder } });
  const { url, node } = network.node(0);
  const rest = `http://127.0.0.1:${node.ports.rest}`;
  const server = siteServer({
    folder,
    extra: {
      "/config.json": JSON.stringify({ rpc: url, rest, faucet, genesis: "genesis.json" }),
      "/genesis.json": JSON.stringify(network.genesis()),
    },
  });
  closings.push(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
