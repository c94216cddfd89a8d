import { parseJson } from "#core/codec/parseJson.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { systemClock, type Clock } from "../clock.js";
import { isSdkError, SdkError } from "../errors.js";
import { JsonCursor } from "./jsonCursor.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** How an endpoint is reached. */
export interface HttpTransportOptions {
  /** Milliseconds that one attempt may take; 10,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** Attempts in all when nothing or a passing HTTP failure is answered; 3 unless given. */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled each time; 200 unless given. */
  readonly retryPauseMs?: number | undefined;
  /** Added to every request, for example an API key. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Instead of the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly clock?: Clock | undefined;
}

const TIMEOUT_MS = 10_000;
const ATTEMPTS = 3;
const RETRY_PAUSE_MS = 200;
/** Too many requests, and what proxies answer while the node behind them restarts. */
const PASSING_STATUS = [429, 502, 503, 504];
const BODY_EXCERPT_LENGTH = 200;

/**
 * CometBFT's JSON-RPC 2.0 over HTTP POST. Calls are repeated only when nothing was answered or the
 * HTTP status says that it will pass: every method of this SDK may be called twice. Fails with
 * `RPC_UNREACHABLE`, `RPC_TIMEOUT`, `RPC_HTTP_STATUS`, `RPC_REFUSED` or `RPC_MALFORMED`.
 *
 * @example
 * const rpc = httpTransport("http://localhost:26657", { timeoutMs: 5_000 });
 * const { latestHeight } = await status(rpc);
 */
export function httpTransport(url: string, options: HttpTransportOptions = {}): RpcTransport {
  requireHttpUrl(url);
  const endpoint = { url, options };
  let lastId = 0;
  return {
    url,
    call: (method, params, callOptions = {}) => {
      lastId += 1;
      return callWithRetries(endpoint, { id: lastId, method, params }, callOptions);
    },
  };
}

interface Endpoint {
  readonly url: string;
  readonly options: HttpTransportOptions;
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: JsonObject;
}

function requireHttpUrl(url: string): void {
  if (/^https?:\/\/./.test(url)) return;
  const problem = `not a URL that begins with http:// or https://: ${url}`;
  throw new SdkError("INVALID_ARGUMENT", { argument: "rpc", problem });
}

async function callWithRetries(
  endpoint: Endpoint,
  call: Call,
  { signal }: CallOptions,
): Promise<JsonCursor> {
  const { attempts = ATTEMPTS, clock = systemClock } = endpoint.options;
  let pauseMs = endpoint.options.retryPauseMs ?? RETRY_PAUSE_MS;
  for (let left = attempts - 1; ; left--) {
    try {
      return await attemptCall(endpoint, call, signal);
    } catch (error) {
      if (left <= 0 || !isPassingFailure(error)) throw error;
    }
    await clock.pause(pauseMs, signal);
    pauseMs *= 2;
  }
}

/** Whether a call failed in a way that passes by itself: no answer, or one of a busy proxy. */
export function isPassingFailure(error: unknown): boolean {
  if (isSdkError(error, "RPC_HTTP_STATUS")) return PASSING_STATUS.includes(error.facts.status);
  return isSdkError(error, "RPC_UNREACHABLE") || isSdkError(error, "RPC_TIMEOUT");
}

async function attemptCall(
  endpoint: Endpoint,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<JsonCursor> {
  const { status, text } = await post(endpoint, call, signal);
  const answer = parseJson(text);
  if (isAnswer(answer)) return resultOf(call, answer);
  if (status !== 200) {
    const body = text.slice(0, BODY_EXCERPT_LENGTH);
    const { url } = endpoint;
    throw new SdkError("RPC_HTTP_STATUS", { url, method: call.method, status, body });
  }
  const problem = answer === undefined ? "not JSON" : "not a JSON-RPC answer";
  throw new SdkError("RPC_MALFORMED", { method: call.method, at: "", problem });
}

async function post(
  { url, options }: Endpoint,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  signal?.throwIfAborted();
  const { timeoutMs = TIMEOUT_MS, fetch = globalThis.fetch } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...options.headers },
      body: JSON.stringify({ jsonrpc: "2.0", ...call }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    const { method } = call;
    if (timeout.aborted) throw new SdkError("RPC_TIMEOUT", { url, method, timeoutMs });
    throw new SdkError("RPC_UNREACHABLE", { url, method }, error);
  }
}

/** Whether JSON is an answer of a JSON-RPC server, which may come with an HTTP error status. */
function isAnswer(answer: JsonValue | undefined): answer is JsonObject {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return false;
  return Object.hasOwn(answer, "result") !== Object.hasOwn(answer, "error");
}

function resultOf({ id, method }: Call, answer: JsonObject): JsonCursor {
  const malformed = (at: string, problem: string): SdkError =>
    new SdkError("RPC_MALFORMED", { method, at, problem });
  const cursor = new JsonCursor(answer, "$", malformed);
  const error = cursor.optional("error");
  if (error !== undefined) {
    const rpcCode = error.field("code").int32();
    const reason = error.field("message").text();
    const data = error.field("data").textOrEmpty();
    throw new SdkError("RPC_REFUSED", { method, rpcCode, reason, data });
  }
  if (answer["id"] !== id) throw cursor.field("id").malformed("another call's answer");
  return new JsonCursor(answer["result"] ?? null, "result", malformed);
}
