import type { JsonObject } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";
import type { Logger } from "../logging/logger.js";

/** What CometBFT writes about each line and we write ourselves. */
const OWN_FIELDS = ["_msg", "level", "module", "ts"];

/**
 * Writes a line that CometBFT wrote in JSON into our own log, under the module `comet/…`. A line
 * that is no JSON is what Go writes when it panics: an error.
 */
export function relayCometLine(log: Logger, line: string): void {
  const json = parseJson(line);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    log.error({ module: "comet" }, line);
    return;
  }
  const fields = { module: `comet/${textOf(json, "module")}`, ...fieldsOf(json) };
  const message = textOf(json, "_msg");
  switch (json["level"]) {
    case "error":
      log.error(fields, message);
      return;
    case "info":
      log.info(fields, message);
      return;
    default:
      log.debug(fields, message);
  }
}

/** The line's sentence with its cause, for an exit's reason; undefined unless it is an error. */
export function errorSentence(line: string): string | undefined {
  const json = parseJson(line);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return line.trim() === "" ? undefined : line;
  }
  if (json["level"] !== "error") return undefined;
  const cause = textOf(json, "err");
  return cause === "" ? textOf(json, "_msg") : `${textOf(json, "_msg")}: ${cause}`;
}

/** CometBFT has a field of the name that our sentences have. */
function fieldsOf(json: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(json)
      .filter(([name]) => !OWN_FIELDS.includes(name))
      .map(([name, value]) => [name === "msg" ? "detail" : name, value]),
  );
}

function textOf(json: JsonObject, name: string): string {
  const value = json[name];
  return typeof value === "string" ? value : "";
}
