import type { OutputStream } from "../io.js";

/** Shows how far long work is. */
export interface Progress {
  /** Sets how much is done, in units of the total; `note` says what is at work now. */
  update(done: number, note?: string): void;
  /** Ends the display; `sentence` stays on the screen. */
  finish(sentence: string): void;
}

/** What a progress display starts with. */
export interface ProgressOptions {
  /** What is done, as a noun: "upload of model.onnx". */
  readonly label: string;
  /** Units of the whole work; 0 when there is nothing to do. */
  readonly total: number;
}

const BAR_WIDTH = 24;
/** A log gets a line for every tenth of the work. */
const STEP_PERCENT = 10;
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = "\r\u001b[2K";

/** A bar that redraws itself on a terminal, and a plain line now and then anywhere else. */
export function createProgress(stream: OutputStream, options: ProgressOptions): Progress {
  return stream.isTTY === true ? bar(stream, options) : lines(stream, options);
}

function bar(stream: OutputStream, { label, total }: ProgressOptions): Progress {
  return {
    update: (done, note = "") => {
      const filled = Math.round((percentOf(done, total) / 100) * BAR_WIDTH);
      const drawn = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
      const percent = String(percentOf(done, total)).padStart(3);
      const line = `${label} ${drawn} ${percent} % ${note}`.trimEnd();
      const width = stream.columns ?? DEFAULT_COLUMNS;
      stream.write(
        `${CLEAR_LINE}${Array.from(line)
          .slice(0, width - 1)
          .join("")}`,
      );
    },
    finish: (sentence) => {
      stream.write(`${CLEAR_LINE}${sentence}\n`);
    },
  };
}

function lines(stream: OutputStream, { label, total }: ProgressOptions): Progress {
  let next = 0;
  return {
    update: (done, note = "") => {
      const percent = percentOf(done, total);
      if (percent < next) return;
      next = percent - (percent % STEP_PERCENT) + STEP_PERCENT;
      stream.write(`${`${label}: ${percent} % ${note}`.trimEnd()}\n`);
    },
    finish: (sentence) => {
      stream.write(`${sentence}\n`);
    },
  };
}

function percentOf(done: number, total: number): number {
  if (total <= 0) return 100;
  return Math.floor((Math.min(Math.max(done, 0), total) / total) * 100);
}
