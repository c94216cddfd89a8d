import { CommanderError } from "commander";
import { InvariantError } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { plainJson } from "./layout.js";
import type { OutputFormat } from "./terminal.js";
import type { Style } from "./style.js";

/** A failure as commands report it. */
export interface ErrorReport {
  readonly codespace: string;
  /** 1 for a failure without a code of its own. */
  readonly code: number;
  /** The whole sentence, facts included. */
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number | bigint>>;
  /** Where in this program, when the failure is a fault of it. */
  readonly stack?: string;
}

/** The report of whatever a command threw. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof ChainError) {
    const { codespace, code, message, detail } = error;
    return { codespace, code, message, facts: detail };
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "");
    return { codespace: "cli", code: 2, message, facts: {} };
  }
  const message = error instanceof Error ? error.message : String(error);
  const report = { codespace: "", code: 1, message, facts: {} };
  return isProgramFault(error) ? { ...report, stack: error.stack ?? "" } : report;
}

/** What stderr gets for a failure: one JSON object, or a sentence that names its code. */
export function errorText(report: ErrorReport, output: OutputFormat, style: Style): string {
  if (output === "json") return plainJson({ error: report });
  const { codespace, code, message, stack } = report;
  const name = codespace === "" ? "" : `${codespace}/${code} `;
  const fault = stack === undefined ? "" : `\nThis is a fault of aivmd itself:\n${stack}`;
  return `${style.red("error:")} ${name}${message}${fault}`;
}

/** Errors of the language mean that this program is wrong, unlike what files, peers and users do. */
function isProgramFault(error: unknown): error is Error {
  if (error instanceof InvariantError || error instanceof RangeError) return true;
  return error instanceof TypeError && error.cause === undefined;
}
