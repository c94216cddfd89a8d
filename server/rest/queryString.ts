import { CallFailure, StatusCode } from "../doors/callStatus.js";

/** More would be no question but an attack. */
const MAX_PARAMETERS = 1_000;

/**
 * The values of each name in the query string of a URL, in order. Fails with a CallFailure where
 * an escape is malformed or does not spell UTF-8.
 */
export function queryParameters(url: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const [, query = ""] = url.split(/\?(.*)/s);
  const parts = query.split("&").filter((part) => part !== "");
  if (parts.length > MAX_PARAMETERS) throw refusal("too many parameters in the query string");
  for (const part of parts) {
    const [name = "", value = ""] = part.split(/=(.*)/s).map(unescape);
    const values = found.get(name) ?? [];
    values.push(value);
    found.set(name, values);
  }
  return found;
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw refusal("invalid URL escape in the query string");
  }
}

function refusal(problem: string): CallFailure {
  return new CallFailure(StatusCode.INVALID_ARGUMENT, problem);
}
