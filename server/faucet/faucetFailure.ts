/** Why a credit or a question is refused; programs branch on it, sentences may change. */
export type FaucetFailureCode =
  | "malformed_body"
  | "body_too_large"
  | "bad_address"
  | "wrong_prefix"
  | "unknown_denom"
  | "not_found"
  | "method_not_allowed"
  | "rate_limited"
  | "too_many_waiting"
  | "faucet_empty"
  | "node_unreachable"
  | "receiver_refused"
  | "chain_refused"
  | "outcome_unknown"
  | "stopping"
  | "internal";

const STATUSES: Readonly<Record<FaucetFailureCode, number>> = {
  malformed_body: 400,
  body_too_large: 413,
  bad_address: 400,
  wrong_prefix: 400,
  unknown_denom: 422,
  not_found: 404,
  method_not_allowed: 405,
  rate_limited: 429,
  too_many_waiting: 503,
  faucet_empty: 503,
  node_unreachable: 503,
  receiver_refused: 422,
  chain_refused: 502,
  outcome_unknown: 504,
  stopping: 503,
  internal: 500,
};

/** A failure in the faucet's own form: an HTTP status, a code, a sentence, and facts. */
export class FaucetFailure extends Error {
  readonly code: FaucetFailureCode;
  /** Go into the answer beside code and message. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Seconds after which it is worth trying again. */
  readonly retryAfterS: number | undefined;

  constructor(
    code: FaucetFailureCode,
    message: string,
    facts: Readonly<Record<string, string | number>> = {},
    retryAfterS?: number,
  ) {
    super(message);
    this.name = "FaucetFailure";
    this.code = code;
    this.facts = facts;
    this.retryAfterS = retryAfterS;
  }

  /** Status of the HTTP answer. */
  get status(): number {
    return STATUSES[this.code];
  }
}

/** The failure for what must not happen; the log gets its cause, whoever asked does not. */
export function faultOfFaucet(cause: unknown): FaucetFailure {
  const failure = new FaucetFailure("internal", "the faucet failed; its log says why");
  failure.cause = cause;
  return failure;
}
