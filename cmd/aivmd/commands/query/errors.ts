import { ChainError, defineError } from "#core/primitives/errors.js";
import { isSdkError, SdkError } from "#sdk/errors.js";

const CODESPACE = "client";

/** Nothing answers at the node's address, or not in time. */
export const unreachable = defineError(CODESPACE, {
  code: 2,
  summary: "the node cannot be reached",
  sentence: ({ url = "" }) =>
    `nothing answers at ${url}; is the node running (\`aivmd start\`)? --node names another one`,
});

/** The node is of another chain than the one that is meant. */
export const wrongChain = defineError(CODESPACE, {
  code: 3,
  summary: "the node serves another chain",
  sentence: ({ expected = "", found = "" }) =>
    `the node serves the chain ${found}, not ${expected}; name it by --chain-id, or another node by --node`,
});

/** What was asked for does not exist on the chain. */
export const notFound = defineError(CODESPACE, {
  code: 4,
  summary: "not found",
  sentence: ({ problem = "" }) => `not found: ${problem}`,
});

/** The client library failed in another way; the sentence is its own. */
export const clientFailed = defineError(CODESPACE, {
  code: 5,
  summary: "the client failed",
  sentence: ({ problem = "" }) => `${problem}`,
});

/** Does the work; failures of the client library become errors with a code and with advice. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error);
  }
}

/** What a failure of the client library means to somebody at a terminal; other errors as they are. */
export function explain(error: unknown): unknown {
  if (!(error instanceof SdkError)) return error;
  const { message } = error;
  if (isSdkError(error, "RPC_UNREACHABLE") || isSdkError(error, "RPC_TIMEOUT")) {
    return unreachable({ url: error.facts.url });
  }
  if (isSdkError(error, "WRONG_CHAIN")) return wrongChain(error.facts);
  if (isSdkError(error, "NOT_FOUND")) return notFound({ problem: grpcProblem(error.facts.log) });
  if (isSdkError(error, "TX_FAILED") || isSdkError(error, "QUERY_FAILED")) {
    const { codespace, code, log } = error.facts;
    return refusedByChain(codespace, code, log);
  }
  return clientFailed({ problem: message });
}

/** The chain's own error, as its answer tells it. */
export function refusedByChain(codespace: string, code: number, log: string): ChainError {
  const problem = grpcProblem(log);
  const isGas = codespace === "sdk" && code === OUT_OF_GAS;
  const summary = isGas ? `${problem}; raise --gas-adjustment, or give --gas` : problem;
  return new ChainError(codespace, { code, summary }, {});
}

/** Code of the SDK's error for a gas limit that did not suffice. */
const OUT_OF_GAS = 11;

/** What gRPC and the SDK's simulation wrap around a sentence is of no use to people. */
function grpcProblem(log: string): string {
  return log
    .replace(/^rpc error: code = [A-Za-z]+ desc = /, "")
    .replace(/ with gas used: '[0-9]+'(?:: unknown request)?$/, "")
    .replace(/: (?:key not found|invalid request|unknown request)$/, "");
}
