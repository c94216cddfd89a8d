import type { JsonValue } from "#core/codec/json.js";
import { parseJson } from "#core/codec/parseJson.js";

/** Short name and terminal colour of each level. */
const LEVELS: ReadonlyMap<string, readonly [name: string, colour: number]> = new Map([
  ["trace", ["TRC", 90]],
  ["debug", ["DBG", 90]],
  ["info", ["INF", 32]],
  ["warn", ["WRN", 33]],
  ["error", ["ERR", 31]],
  ["fatal", ["FTL", 35]],
]);

const HEAD = ["level", "time", "module", "msg", "err"];
const GREY = 90;

/**
 * One line of JSON log as a line for people: time, level, module, message, then the fields; the
 * stack of an error on the lines that follow. What is no JSON object stays as it is.
 */
export function plainLine(line: string, coloured: boolean): string {
  const json = parseJson(line);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return line;
  const paint = coloured ? colour : (text: string): string => text;
  const [level, code] = LEVELS.get(textOf(json["level"])) ?? ["???", GREY];
  const head = [
    paint(textOf(json["time"]).slice(11, 23), GREY),
    paint(level, code),
    paint(textOf(json["module"]).padEnd(10), GREY),
    textOf(json["msg"]),
  ];
  const fields = Object.entries(json)
    .filter(([name]) => !HEAD.includes(name))
    .map(([name, value]) => `${paint(`${name}=`, GREY)}${textOf(value)}`);
  return `${[...head, ...fields].join(" ")}${errorLines(json["err"])}\n`;
}

function errorLines(error: JsonValue | undefined): string {
  if (typeof error !== "object" || error === null || Array.isArray(error)) return "";
  const { stack, message } = error;
  return `\n  ${textOf(stack ?? message).replaceAll("\n", "\n  ")}`;
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function colour(text: string, code: number): string {
  return `\u001b[${code}m${text}\u001b[39m`;
}
