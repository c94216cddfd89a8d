import { type Logger, pino, stdTimeFunctions } from "pino";
import { plainLine } from "./plainFormat.js";

export type { Logger } from "pino";

/** Levels by audience: error and warn want an operator, info tells the course, debug developers. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One JSON object a line for machines, or a line for people. */
export const LOG_FORMATS = ["json", "plain"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Where lines go; `process.stdout` is one. */
export interface LogSink {
  write(text: string): unknown;
  /** Whether colours are shown. */
  readonly isTTY?: boolean;
}

/**
 * A structured logger. Give it fields first, then a constant sentence; peers' and clients' texts
 * belong into fields below info.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly sink: LogSink;
}): Logger {
  const { level, format, sink } = options;
  const coloured = sink.isTTY === true;
  const write =
    format === "json"
      ? (line: string): unknown => sink.write(line)
      : (line: string): unknown => sink.write(plainLine(line, coloured));
  const settings = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string): object => ({ level: label }) },
  };
  return pino(settings, { write });
}
