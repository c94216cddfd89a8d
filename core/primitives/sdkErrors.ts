import { defineError, type ErrorDetail, type ErrorFactory } from "./errors.js";

/** Root codespace of the Cosmos SDK; clients match on its codes and sentences. */
export const SDK_CODESPACE = "sdk";

/** An error that reads as the SDK wraps it: what happened, then a colon, then the summary. */
function sdkError(code: number, summary: string): ErrorFactory {
  return defineError(SDK_CODESPACE, {
    code,
    summary,
    sentence: (detail) => [describe(detail), summary].filter((part) => part !== "").join(": "),
  });
}

function describe({ problem, ...facts }: ErrorDetail): string {
  const names = Reflect.ownKeys(facts).filter((name) => typeof name === "string");
  const listed = names.map((name) => `${name} ${String(facts[name])}`).join(", ");
  if (problem === undefined) return listed;
  return listed === "" ? String(problem) : `${String(problem)} (${listed})`;
}

/** Codes of types/errors/errors.go of cosmos-sdk v0.50. Append-only there, and so here. */
export const txDecode = sdkError(2, "tx parse error");
export const invalidSequence = sdkError(3, "invalid sequence");
export const unauthorized = sdkError(4, "unauthorized");
export const insufficientFunds = defineError(SDK_CODESPACE, {
  code: 5,
  summary: "insufficient funds",
  sentence: ({ available, required }) =>
    `spendable balance ${String(available)} is smaller than ${String(required)}: insufficient funds`,
});
export const unknownRequest = sdkError(6, "unknown request");
export const invalidAddress = sdkError(7, "invalid address");
export const invalidPubKey = sdkError(8, "invalid pubkey");
export const unknownAddress = sdkError(9, "unknown address");
export const invalidCoins = sdkError(10, "invalid coins");
export const outOfGas = defineError(SDK_CODESPACE, {
  code: 11,
  summary: "out of gas",
  sentence: ({ location, gasWanted, gasUsed }) =>
    `out of gas in location: ${String(location)}; gasWanted: ${String(gasWanted)}, gasUsed: ${String(gasUsed)}: out of gas`,
});
export const memoTooLarge = sdkError(12, "memo too large");
export const insufficientFee = defineError(SDK_CODESPACE, {
  code: 13,
  summary: "insufficient fee",
  sentence: ({ problem, got, required }) =>
    problem === undefined
      ? `insufficient fees; got: ${String(got)} required: ${String(required)}: insufficient fee`
      : `${String(problem)}: insufficient fee`,
});
export const tooManySignatures = sdkError(14, "maximum number of signatures exceeded");
export const noSignatures = sdkError(15, "no signatures supplied");
export const invalidRequest = sdkError(18, "invalid request");
export const txTooLarge = sdkError(21, "tx too large");
export const keyNotFound = sdkError(22, "key not found");
export const invalidSigner = sdkError(24, "tx intended signer does not match the given signer");
export const invalidHeight = sdkError(26, "invalid height");
export const invalidChainId = sdkError(28, "invalid chain-id");
export const invalidType = sdkError(29, "invalid type");
export const txTimeoutHeight = sdkError(30, "tx timeout height");
export const unknownExtensionOptions = sdkError(31, "unknown extension options");
export const wrongSequence = defineError(SDK_CODESPACE, {
  code: 32,
  summary: "incorrect account sequence",
  sentence: ({ expected, got }) =>
    `account sequence mismatch, expected ${String(expected)}, got ${String(got)}: incorrect account sequence`,
});
export const notSupported = sdkError(37, "feature not supported");
export const invalidGasLimit = sdkError(41, "invalid gas limit");

/** Code of an internal failure: a fault of this program that the transaction happened to meet. */
export const INTERNAL_CODE = 1;
