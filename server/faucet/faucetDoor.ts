import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Coin } from "#core/primitives/coin.js";
import { addCors } from "../http/cors.js";
import { type HttpAddress, httpServer, listen, statusCodeOf } from "../http/httpServer.js";
import { clientNetwork } from "./clientNetwork.js";
import type { Credited } from "./creditQueue.js";
import { readCreditRequest } from "./creditRequest.js";
import { FaucetFailure, faultOfFaucet } from "./faucetFailure.js";
import { RateLimiter } from "./rateLimiter.js";

/** How the faucet stands open. */
export interface FaucetDoorOptions extends HttpAddress {
  /** IP addresses or networks of reverse proxies, whose `X-Forwarded-For` is believed. */
  readonly proxies: readonly string[];
  readonly windowMs: number;
  /** Credits within a window, for an account and for the network of a client. */
  readonly perAddress: number;
  readonly perIp: number;
  /** A clock that never goes back; the machine's unless given. */
  readonly nowMs?: () => number;
}

/** A credit as the log tells it. */
export interface CreditEvent {
  readonly address: string;
  readonly client: string;
  readonly outcome: Credited | FaucetFailure;
}

/** What the faucet is made of. */
export interface FaucetSources {
  /** What each credit sends. */
  readonly amount: Coin;
  /** Pays a receiver; fails with a {@link FaucetFailure}. */
  readonly credit: (address: string) => Promise<Credited>;
  /** Content of `GET /status`; fails with a {@link FaucetFailure}. */
  readonly status: () => Promise<object>;
  /** Told of every credit that was asked for in a valid way. */
  readonly onCredit: (event: CreditEvent) => void;
}

const MAX_BODY_BYTES = 4_096;
const LIMITS = { maxBodyBytes: MAX_BODY_BYTES, maxConnections: 1_000, readTimeoutMs: 10_000 };
const CORS = { methods: "GET, POST, OPTIONS", allowed: "content-type", exposed: "retry-after" };
/** Accounts and networks that are remembered. */
const MAX_KEYS = 100_000;
const NO_BODY = new Uint8Array(0);
const WELCOME =
  'This is a faucet. POST {"address":"nesa1…"} to /credit for coins; GET /status tells how it is.\n';

/** Failures after which the coins may have moved, or which whoever asked caused: they count. */
const COUNTED: readonly string[] = ["receiver_refused", "outcome_unknown"];

interface Limiters {
  readonly address: RateLimiter;
  readonly ip: RateLimiter;
}

/**
 * The HTTP server of a faucet: `POST /credit`, as the clients of cosmjs' faucet call it, `GET
 * /status` and `GET /healthz`, for pages of any origin. Errors are `{code, message}` with facts.
 */
export class FaucetDoor {
  readonly port: number;
  readonly #server: FastifyInstance;

  private constructor(server: FastifyInstance, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** Starts to listen; fails with the system's error when the address is taken. */
  static async listen(sources: FaucetSources, options: FaucetDoorOptions): Promise<FaucetDoor> {
    const { proxies } = options;
    const server = httpServer(LIMITS, {
      trustProxy: proxies.length === 0 ? false : [...proxies],
      forceCloseConnections: "idle",
    });
    addCors(server, CORS);
    addErrors(server);
    addRoutes(server, sources, limitersOf(options));
    return new FaucetDoor(server, await listen(server, options));
  }

  /** Takes no more requests and ends when those under way are answered. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}

function limitersOf(options: FaucetDoorOptions): Limiters {
  const { windowMs, perAddress, perIp, nowMs = () => performance.now() } = options;
  const limiter = (count: number): RateLimiter =>
    new RateLimiter({ count, windowMs, maxKeys: MAX_KEYS }, nowMs);
  return { address: limiter(perAddress), ip: limiter(perIp) };
}

function addErrors(server: FastifyInstance): void {
  server.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split("?");
    const isKnown = path === "/credit" || path === "/status";
    const failure = isKnown
      ? new FaucetFailure("method_not_allowed", `${path} is not for ${request.method}`)
      : new FaucetFailure("not_found", "here are POST /credit and GET /status");
    return sendFailure(reply, failure);
  });
  server.setErrorHandler((error: unknown, _request, reply) => sendFailure(reply, failureOf(error)));
}

function failureOf(error: unknown): FaucetFailure {
  if (error instanceof FaucetFailure) return error;
  const status = statusCodeOf(error) ?? 500;
  if (status === 413) {
    return new FaucetFailure("body_too_large", `the body is over ${MAX_BODY_BYTES} bytes`);
  }
  if (status < 500 && error instanceof Error)
    return new FaucetFailure("malformed_body", error.message);
  return faultOfFaucet(error);
}

function addRoutes(server: FastifyInstance, sources: FaucetSources, limiters: Limiters): void {
  const welcome = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.type("text/plain; charset=utf-8").send(WELCOME);
  server.get("/", welcome);
  server.get("/healthz", welcome);
  server.get("/status", async (_request, reply) => sendJson(reply, await sources.status()));
  server.post("/credit", async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : NO_BODY;
    const address = readCreditRequest(body, sources.amount.denom);
    const client = clientNetwork(request.ip);
    const { txhash, height } = await limited(sources, limiters, { address, client });
    const { amount } = sources;
    return sendJson(reply, { address, amount, txhash, height: String(height) });
  });
}

/** Pays within the limits; fails with a {@link FaucetFailure}. */
async function limited(
  { credit, onCredit }: FaucetSources,
  limiters: Limiters,
  { address, client }: Pick<CreditEvent, "address" | "client">,
): Promise<Credited> {
  try {
    requireWithinLimits(limiters, address, client);
    const outcome = await counted(limiters, address, client, () => credit(address));
    onCredit({ address, client, outcome });
    return outcome;
  } catch (error) {
    onCredit({ address, client, outcome: failureOf(error) });
    throw error;
  }
}

function requireWithinLimits({ address, ip }: Limiters, account: string, client: string): void {
  const accountWaitMs = address.waitMs(account);
  const waitMs = Math.max(accountWaitMs, ip.waitMs(client));
  if (waitMs <= 0) return;
  const retryAfterS = Math.ceil(waitMs / 1_000);
  const who = accountWaitMs > 0 ? account : "your network address";
  const message = `${who} has had its share for now; try again in ${retryAfterS} s`;
  throw new FaucetFailure("rate_limited", message, {}, retryAfterS);
}

/** Counts before it pays, so that several at once stay within the limit; nothing sent is no credit. */
async function counted(
  { address, ip }: Limiters,
  account: string,
  client: string,
  pay: () => Promise<Credited>,
): Promise<Credited> {
  address.take(account);
  ip.take(client);
  try {
    return await pay();
  } catch (error) {
    if (!COUNTED.includes(failureOf(error).code)) {
      address.giveBack(account);
      ip.giveBack(client);
    }
    throw error;
  }
}

function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json").send(JSON.stringify(value));
}

function sendFailure(reply: FastifyReply, failure: FaucetFailure): FastifyReply {
  const { code, message, facts, retryAfterS, status } = failure;
  // Most clients would fail to write what is left of a large body, and never read why.
  void reply.removeHeader("connection");
  if (retryAfterS !== undefined) void reply.header("retry-after", String(retryAfterS));
  const wait = retryAfterS === undefined ? {} : { retry_after_s: retryAfterS };
  return sendJson(reply.code(status), { code, message, ...facts, ...wait });
}
