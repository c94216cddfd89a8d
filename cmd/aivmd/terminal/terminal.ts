import type { OutputStream } from "../io.js";
import { type Column, pairsText, plainJson, tableText } from "./layout.js";
import { createProgress, type Progress, type ProgressOptions } from "./progress.js";
import { createStyle, type Style } from "./style.js";

/** How answers are printed. */
export type OutputFormat = "text" | "json";

/** What a terminal is made of. */
export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly output: OutputFormat;
  readonly colours: { readonly stdout: boolean; readonly stderr: boolean };
}

/**
 * Where a command prints. Answers go to stdout, in the format that the user chose; notes and
 * progress go to stderr, so that they never end up in a pipe.
 */
export class Terminal {
  readonly output: OutputFormat;
  /** Paints what goes to stdout. */
  readonly style: Style;
  readonly #options: TerminalOptions;
  readonly #noteStyle: Style;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.output = options.output;
    this.style = createStyle(options.colours.stdout);
    this.#noteStyle = createStyle(options.colours.stderr);
  }

  /** Prints an answer: `value` as JSON, or the text that `text` makes of it for people. */
  show(value: unknown, text: () => string): void {
    this.print(this.output === "json" ? plainJson(value) : text());
  }

  /** Prints a line to stdout whatever the format is. */
  print(line: string): void {
    this.#options.stdout.write(`${line}\n`);
  }

  /** Prints a value as JSON whatever the format is. */
  json(value: unknown): void {
    this.print(plainJson(value));
  }

  /** Text of a table with painted titles, for {@link show}. */
  table(columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): string {
    return tableText(columns, rows, this.style.bold);
  }

  /** Text of a list of names and values with painted names, for {@link show}. */
  pairs(pairs: ReadonlyArray<readonly [name: string, value: string]>): string {
    return pairsText(pairs, this.style.dim);
  }

  /** Tells people something that is no answer. */
  note(sentence: string): void {
    this.#options.stderr.write(`${sentence}\n`);
  }

  /** Tells people something that they should mind. */
  warn(sentence: string): void {
    this.note(`${this.#noteStyle.yellow("warning:")} ${sentence}`);
  }

  /** Shows the progress of long work. */
  progress(options: ProgressOptions): Progress {
    return createProgress(this.#options.stderr, options);
  }
}
