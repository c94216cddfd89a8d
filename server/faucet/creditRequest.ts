import { BECH32_PREFIX, formatAddress, parseAddress } from "#core/crypto/address.js";
import { attempt } from "#core/codec/attempt.js";
import { parseJson } from "#core/codec/parseJson.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { FaucetFailure } from "./faucetFailure.js";

/** Characters of an answer that repeat what was asked. */
const QUOTED_MAX = 100;

/**
 * The address that a body asks coins for, in lower case: `{"address":"nesa1…"}`, with `denom` if it
 * is the faucet's. Other members are left alone. Fails with a {@link FaucetFailure}.
 */
export function readCreditRequest(body: Uint8Array, denom: string): string {
  const json = jsonOf(body);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw malformed('the body must be a JSON object such as {"address":"nesa1…"}');
  }
  const { address, denom: asked } = json as Readonly<Record<string, unknown>>;
  if (asked !== undefined && typeof asked !== "string") throw malformed("denom must be a text");
  if (asked !== undefined && asked !== denom) {
    const message = `this faucet has ${denom} alone, not ${quoted(asked)}`;
    throw new FaucetFailure("unknown_denom", message, { available: denom });
  }
  if (typeof address !== "string" || address === "") {
    throw malformed("address is missing: give the account's, nesa1…");
  }
  return readAddress(address);
}

function jsonOf(body: Uint8Array): unknown {
  const text = fromUtf8(body);
  if (text === undefined) throw malformed("the body is not UTF-8");
  return parseJson(text);
}

function readAddress(text: string): string {
  const parsed = attempt(() => parseAddress("account", text));
  if (!(parsed instanceof ChainError)) return formatAddress("account", parsed);
  const { problem = "" } = parsed.detail;
  const prefix = BECH32_PREFIX.account;
  const isOther = String(problem).startsWith("its prefix is not");
  const code = isOther ? "wrong_prefix" : "bad_address";
  const advice = isOther ? `accounts of this chain begin with ${prefix}1` : String(problem);
  throw new FaucetFailure(code, `${quoted(text)} is no account of this chain: ${advice}`, {
    prefix,
  });
}

function malformed(message: string): FaucetFailure {
  return new FaucetFailure("malformed_body", message);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text);
}
