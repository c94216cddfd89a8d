import type { Progress } from "./campaign.js";

/** Where a bar is drawn. */
export interface BarStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;

/** One line that shows how far it is; where there is no terminal, a line for each step. */
export class ProgressBar {
  readonly #total: number;
  readonly #stream: BarStream;
  readonly #begun = performance.now();

  constructor(parts: { readonly total: number; readonly stream: BarStream }) {
    this.#total = parts.total;
    this.#stream = parts.stream;
  }

  show(progress: Progress): void {
    const seconds = (performance.now() - this.#begun) / 1_000;
    const line = barLine(this.#total, progress, seconds);
    this.#stream.write(this.#stream.isTTY === true ? `\r\x1b[K${line}` : `${line}\n`);
  }

  clear(): void {
    if (this.#stream.isTTY === true) this.#stream.write("\r\x1b[K");
  }
}

/** The text of a bar. */
export function barLine(total: number, { done, failed }: Progress, seconds: number): string {
  const filled = total === 0 ? WIDTH : Math.floor((WIDTH * done) / total);
  const bar = `${"#".repeat(filled)}${".".repeat(WIDTH - filled)}`;
  const left = done === 0 ? "" : `, ${clock((seconds / done) * (total - done))} left`;
  return `[${bar}] ${done}/${total} seeds, ${failed} failed, ${clock(seconds)}${left}`;
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
