import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { HealthReport } from "./healthReport.js";

/** What the server tells. */
export interface TelemetrySources {
  readonly metrics: () => Promise<string>;
  readonly health: () => HealthReport;
}

/** Where it listens; an empty host is every interface, port 0 a free port. */
export interface TelemetryAddress {
  readonly host: string;
  readonly port: number;
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
/** Prometheus' text format. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A scraper that sends its request slower than this is no scraper. */
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 8_192;

/** Serves `GET /metrics` and `GET /health`. A node that is not ok answers 503, as orchestrators expect. */
export class TelemetryServer {
  readonly #server: Server;

  private constructor(sources: TelemetrySources) {
    const options = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS };
    this.#server = createServer(options, (request, response) => {
      void respond(sources, request, response);
    });
  }

  /** Starts to listen; fails with the system's error when the address is taken. */
  static async listen(
    { host, port }: TelemetryAddress,
    sources: TelemetrySources,
  ): Promise<TelemetryServer> {
    const server = new TelemetryServer(sources);
    server.#server.listen(host === "" ? { port } : { host, port });
    await once(server.#server, "listening");
    return server;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Stops at once; scrapers try again elsewhere. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

async function respond(
  sources: TelemetrySources,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const page = await pageOf(sources, request).catch((): Page => ({
    status: 500,
    type: TEXT_TYPE,
    text: "internal error\n",
  }));
  response.writeHead(page.status, { "content-type": page.type });
  response.end(page.text);
}

async function pageOf(sources: TelemetrySources, request: IncomingMessage): Promise<Page> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, type: TEXT_TYPE, text: "only GET\n" };
  }
  const [path] = (request.url ?? "").split("?");
  if (path === "/metrics") {
    return { status: 200, type: METRICS_TYPE, text: await sources.metrics() };
  }
  if (path !== "/health") {
    return { status: 404, type: TEXT_TYPE, text: "here are /metrics and /health\n" };
  }
  const report = sources.health();
  const status = report.status === "ok" ? 200 : 503;
  return { status, type: JSON_TYPE, text: `${JSON.stringify(report)}\n` };
}
