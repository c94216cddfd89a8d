import { ChainError, findCause, isSdkError, SdkError } from "#sdk/index.js";
import { WalletError } from "../keplr/walletError.js";

/** A failure as people read it: what is wrong and what they can do. */
export interface Explanation {
  readonly what: string;
  readonly advice: string;
}

/** Says what went wrong and what to do about it. */
export function explain(error: unknown): Explanation {
  const unreachable = findCause(error, "RPC_UNREACHABLE") ?? findCause(error, "RPC_TIMEOUT");
  if (unreachable !== undefined) {
    return {
      what: `No answer from ${unreachable.facts.url}.`,
      advice:
        "Start a node (make localnet), or choose another endpoint at the foot of this page. " +
        "A node answers browsers only when its cors_allowed_origins lets it.",
    };
  }
  if (isSdkError(error, "NOT_FOUND")) {
    return { what: "It does not exist.", advice: "Check what you typed, or search for it above." };
  }
  if (isSdkError(error, "TX_FAILED")) return explainTx(error);
  if (isSdkError(error, "KERNEL_FAILED")) {
    const statuses = error.facts.failures.map(({ status }) => status).join(", ");
    return {
      what: `The kernel failed on this input: ${statuses}.`,
      advice: "Its members agree on that. Try another input.",
    };
  }
  if (isSdkError(error, "REQUEST_REVOKED")) {
    return {
      what: "The version was taken down before there was an answer; what is refunded is yours again.",
      advice: "The kernel's page says why, and which other versions run.",
    };
  }
  if (isSdkError(error, "RPC_REFUSED")) return explainRefusal(error);
  if (error instanceof WalletError) return explainWallet(error);
  if (error instanceof ChainError) {
    return { what: `${error.message}.`, advice: "Mend the input and try again." };
  }
  if (error instanceof SdkError) return { what: `${error.message}.`, advice: "Try again." };
  return { what: error instanceof Error ? error.message : String(error), advice: "Try again." };
}

function explainRefusal(error: SdkError<"RPC_REFUSED">): Explanation {
  if (/must be less than or equal to/.test(error.facts.data)) {
    return { what: "The chain has no such block yet.", advice: "Look again later." };
  }
  if (/lowest height is/.test(error.facts.data)) {
    return { what: "This node no longer has the block.", advice: "Ask a node that keeps all." };
  }
  return { what: `${error.message}.`, advice: "Try again." };
}

function explainWallet({ isRefusal, message }: WalletError): Explanation {
  if (!isRefusal) return { what: `${message}.`, advice: "Look into the extension, and try again." };
  return { what: "You said no in Keplr.", advice: "Nothing was sent and nothing was charged." };
}

/** Code of the inference module's error for a requester whom the kernel's owner did not name. */
const ACCESS_DENIED = 18;

function explainTx({ facts }: SdkError<"TX_FAILED">): Explanation {
  if (facts.codespace === "inference" && facts.code === ACCESS_DENIED) {
    const what = "The kernel's owner has not named this key among those who may run it.";
    return { what, advice: "Ask the owner, or use a key that is named." };
  }
  const what = `The chain refused the transaction: ${facts.log}`;
  const isPoor = /insufficient|not found/i.test(facts.log);
  const advice = isPoor
    ? "Fund the account that pays first: the key's page says how."
    : "Nothing was charged beyond the transaction fee.";
  return { what, advice };
}
