import type { Receipt } from "#core/codec/generated/aivm/inference/v1.js";

/** How an execution failed, by the position of its input. */
export interface FailedExecution {
  readonly inputIndex: number;
  /** Name of the receipt's status, for example `OUT_OF_GAS`. */
  readonly status: string;
  readonly receipt: Receipt;
}

/** What is known about each kind of failure. Hashes and ids are lower-case hex. */
export interface SdkErrorFacts {
  /** No answer came: name resolution, connection, TLS, or a body that broke off. */
  RPC_UNREACHABLE: { readonly url: string; readonly method: string };
  /** No answer came in time. */
  RPC_TIMEOUT: { readonly url: string; readonly method: string; readonly timeoutMs: number };
  /** Something answered, but not the RPC server; `body` is how its answer begins. */
  RPC_HTTP_STATUS: {
    readonly url: string;
    readonly method: string;
    readonly status: number;
    readonly body: string;
  };
  /** The RPC server answered with a JSON-RPC error object. */
  RPC_REFUSED: {
    readonly method: string;
    readonly rpcCode: number;
    readonly reason: string;
    readonly data: string;
  };
  /** The answer does not look as the method's answers do; `at` is the path within it. */
  RPC_MALFORMED: { readonly method: string; readonly at: string; readonly problem: string };
  /** The application refused the query. */
  QUERY_FAILED: {
    readonly path: string;
    readonly codespace: string;
    readonly code: number;
    readonly log: string;
  };
  /** What was asked for does not exist. */
  NOT_FOUND: { readonly path: string; readonly log: string };
  /** The endpoint serves another chain. */
  WRONG_CHAIN: { readonly expected: string; readonly found: string };
  /** The client was connected without a signer. */
  NO_SIGNER: { readonly action: string };
  /** An argument cannot be used; `problem` says why. */
  INVALID_ARGUMENT: { readonly argument: string; readonly problem: string };
  /** An input does not fit the kernel's schema; nothing was sent. `expected` is the field's type. */
  INPUT_UNFIT: {
    /** Position among the inputs of the request. */
    readonly inputIndex: number;
    /** Empty when the input is no object. */
    readonly field: string;
    readonly expected: string;
    readonly problem: string;
  };
  /** The kernel on the chain has another schema than the one that was declared. */
  SCHEMA_DIFFERS: {
    readonly kernel: string;
    readonly field: string;
    readonly expected: string;
    readonly found: string;
  };
  /** The chain refused a transaction: in its simulation, in the mempool's check, or in a block. */
  TX_FAILED: {
    readonly stage: "simulate" | "check" | "deliver";
    readonly codespace: string;
    readonly code: number;
    readonly log: string;
    /** Empty for a simulation. */
    readonly hash: string;
    /** Height of the block, 0 before there is one. */
    readonly height: bigint;
  };
  /** The endpoint failed while it took the transaction: it may be included later, or never. */
  BROADCAST_UNCERTAIN: { readonly hash: string };
  /** The transaction was accepted and is in no block; past its timeout height it never will be. */
  TX_NOT_INCLUDED: {
    readonly hash: string;
    readonly height: bigint;
    /** Whether the timeout height has passed, so that it is safe to send another one. */
    readonly expired: boolean;
  };
  /** The signal was aborted while something was asked for; the cause is the signal's reason. */
  CANCELLED: {
    /**
     * Whether the request is on the chain, paid and going to be answered: `maybe` when its
     * transaction was handed in and no block was seen to have it.
     */
    readonly onChain: "no" | "maybe" | "yes";
    readonly requestId: bigint | undefined;
    /** Transaction that requests it, for `findSubmittedRequest`; undefined for `no`. */
    readonly txHash: string | undefined;
  };
  /** What was waited for did not happen in time; waiting again is harmless. */
  WAIT_TIMED_OUT: { readonly waitedFor: string; readonly waitedMs: number };
  /** The bundle lacks an artifact that the manifest names and the chain does not have. */
  ARTIFACT_MISSING: { readonly digest: string };
  /** The validation job did not accept the version; the chain keeps the reason. */
  VERSION_REJECTED: {
    readonly kernel: string;
    readonly versionId: string;
    readonly reason: string;
  };
  /** The kernel itself failed, and its members agree on that. */
  KERNEL_FAILED: {
    readonly requestId: bigint;
    readonly height: bigint;
    readonly failures: readonly FailedExecution[];
    /** Whether the failure was proven against a verified header. */
    readonly verified: boolean;
  };
  /** The members did not agree; what the protocol refunds is with the requester again. */
  NO_AGREEMENT: { readonly requestId: bigint; readonly height: bigint };
  /** The request ended before it was drawn; what the protocol refunds is with the requester again. */
  REQUEST_EXPIRED: { readonly requestId: bigint; readonly height: bigint };
  /** The version was taken down before there was an answer; the requester has the refund. */
  REQUEST_REVOKED: { readonly requestId: bigint; readonly height: bigint };
  /** The genesis file does not tell the first validators; `at` is the path within it. */
  GENESIS_INVALID: { readonly at: string; readonly problem: string };
  /** A header does not follow from what is trusted; the cause is an error of the codespace `light`. */
  HEADER_UNVERIFIED: { readonly height: bigint };
  /** The two endpoints show different headers of one height: one of them lies, or the chain forked. */
  HEADERS_DISAGREE: {
    readonly height: bigint;
    readonly primary: string;
    readonly witness: string;
  };
  /** The height is below everything that is trusted. */
  BELOW_TRUST: { readonly height: bigint; readonly trusted: bigint };
  /** The endpoint no longer has the block; `earliest` is the first one that it has. */
  HEIGHT_UNAVAILABLE: { readonly height: bigint; readonly earliest: bigint };
  /** The endpoint's answer is not what the verified header commits to. */
  UNPROVEN: { readonly store: string; readonly height: bigint };
}

/** Names of the failures; programs branch on them, texts may change. */
export type SdkErrorCode = keyof SdkErrorFacts;

const SUMMARIES: Readonly<Record<SdkErrorCode, string>> = {
  RPC_UNREACHABLE: "the RPC endpoint cannot be reached",
  RPC_TIMEOUT: "the RPC endpoint did not answer in time",
  RPC_HTTP_STATUS: "the RPC endpoint answered with an HTTP error",
  RPC_REFUSED: "the RPC endpoint refused the call",
  RPC_MALFORMED: "the RPC endpoint's answer is malformed",
  QUERY_FAILED: "query failed",
  NOT_FOUND: "not found",
  WRONG_CHAIN: "the endpoint serves another chain",
  NO_SIGNER: "a signer is needed",
  INVALID_ARGUMENT: "argument is invalid",
  INPUT_UNFIT: "input does not fit the kernel's schema",
  SCHEMA_DIFFERS: "kernel has another schema than declared",
  TX_FAILED: "transaction failed",
  BROADCAST_UNCERTAIN: "it is not known whether the transaction was taken",
  TX_NOT_INCLUDED: "transaction is in no block",
  CANCELLED: "cancelled",
  WAIT_TIMED_OUT: "waited too long",
  ARTIFACT_MISSING: "the bundle lacks an artifact",
  VERSION_REJECTED: "kernel version was rejected",
  KERNEL_FAILED: "the kernel failed",
  NO_AGREEMENT: "the members did not agree",
  REQUEST_EXPIRED: "the request expired",
  REQUEST_REVOKED: "the version of the request was taken down",
  GENESIS_INVALID: "genesis file is invalid",
  HEADER_UNVERIFIED: "header cannot be verified",
  HEADERS_DISAGREE: "the endpoints show different headers",
  BELOW_TRUST: "height is below the trusted headers",
  HEIGHT_UNAVAILABLE: "the endpoint no longer has the block",
  UNPROVEN: "the answer is not proven",
};

/** Every code, in the order of the table of the README. */
export const SDK_ERROR_CODES = /* @__PURE__ */ Object.keys(SUMMARIES) as readonly SdkErrorCode[];

/**
 * A failure of the SDK or of what it talks to. `code` names the kind, `facts` are those of the kind.
 * Arguments that do not fit the chain's types fail with a `ChainError` instead, whose codespace and
 * code are documented with the module.
 *
 * @example
 * try {
 *   await client.infer("digits", { image });
 * } catch (error) {
 *   if (isSdkError(error, "KERNEL_FAILED")) console.log(error.facts.failures);
 *   else throw error;
 * }
 */
export class SdkError<C extends SdkErrorCode = SdkErrorCode> extends Error {
  readonly code: C;
  readonly facts: SdkErrorFacts[C];

  constructor(code: C, facts: SdkErrorFacts[C], cause?: unknown) {
    super(`${SUMMARIES[code]}${renderFacts(facts)}`, cause === undefined ? {} : { cause });
    this.name = "SdkError";
    this.code = code;
    this.facts = facts;
  }
}

/**
 * Whether an error is of the SDK and of the kind `code`; narrows its facts.
 *
 * @example
 * if (isSdkError(error, "WAIT_TIMED_OUT")) console.log(error.facts.waitedMs);
 */
export function isSdkError<C extends SdkErrorCode>(error: unknown, code: C): error is SdkError<C> {
  return error instanceof SdkError && error.code === code;
}

/**
 * The first error of the SDK of a kind along the chain of causes; undefined when there is none.
 *
 * @example
 * const unreachable = findCause(error, "RPC_UNREACHABLE");
 * if (unreachable !== undefined) console.log(`is ${unreachable.facts.url} up?`);
 */
export function findCause<C extends SdkErrorCode>(
  error: unknown,
  code: C,
): SdkError<C> | undefined {
  const seen = new Set<unknown>();
  let current = error;
  while (current instanceof Error && !seen.has(current)) {
    if (isSdkError(current, code)) return current;
    seen.add(current);
    current = current.cause;
  }
  return undefined;
}

function renderFacts(facts: object): string {
  const shown = Object.entries(facts)
    .filter(([, value]) => typeof value !== "object" && value !== "" && value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`);
  return shown.length === 0 ? "" : ` (${shown.join(", ")})`;
}
