import { createStyle, showsColours, type Style } from "#cmd/aivmd/terminal/style.js";
import { createProgress, type Progress } from "#cmd/aivmd/terminal/progress.js";
import { type Column, tableText } from "#cmd/aivmd/terminal/layout.js";
import type { OutputStream } from "#cmd/aivmd/io.js";

/** Where a script that people watch prints: results to stdout, what is under way to stderr. */
export class Screen {
  readonly style: Style;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #startMs = performance.now();

  constructor(
    streams: { readonly stdout: OutputStream; readonly stderr: OutputStream },
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.style = createStyle(showsColours(streams.stdout, environment));
  }

  /** A heading, with the seconds since the start. */
  title(text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(0);
    this.print(`\n${this.style.bold(text)} ${this.style.dim(`${seconds} s`)}`);
  }

  /** Lines of a result, set in from the margin. */
  show(text: string): void {
    this.print(text.replaceAll(/^(?=.)/gm, "   "));
  }

  /** A table, set in from the margin. */
  table(columns: readonly Column[], rows: ReadonlyArray<readonly string[]>): void {
    this.show(tableText(columns, rows, this.style.dim));
  }

  /** Something that is done or holds. */
  done(sentence: string): void {
    this.show(`${this.style.green("✓")} ${sentence}`);
  }

  /** A line as it is. */
  print(line: string): void {
    this.#stdout.write(`${line}\n`);
  }

  /** What is going on, for people alone. */
  note(sentence: string): void {
    this.#stderr.write(`   ${sentence}\n`);
  }

  /** Shows how far long work is; `total` in the units of its updates. */
  progress(label: string, total: number): Progress {
    return createProgress(this.#stderr, { label: `   ${label}`, total });
  }
}
