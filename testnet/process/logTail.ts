import { parseJson } from "#core/codec/parseJson.js";
import { plainLine } from "#node/logging/plainFormat.js";

/** The last lines of a log for people: JSON becomes sentences, what is no JSON stays. */
export function lastLines(text: string, count: number): string {
  const lines = text.trimEnd().split("\n").slice(-count);
  return lines.map((line) => plainLine(line, false).trimEnd()).join("\n");
}

/** The sentence of the last error in a log, for a short explanation; undefined without one. */
export function lastError(text: string): string | undefined {
  const lines = text.trimEnd().split("\n").slice(-ERROR_SEARCH_LINES);
  return lines.findLast(isError);
}

const ERROR_SEARCH_LINES = 200;

function isError(line: string): boolean {
  const json = parseJson(line);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return line.startsWith("error:");
  }
  return json["level"] === "error" || json["level"] === "fatal";
}
