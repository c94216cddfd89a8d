/** A stream that lines are read from; `process.stdin` is one. */
export interface InputStream extends AsyncIterable<unknown> {
  readonly isTTY?: boolean;
  /** Hands over what is typed at once and unseen; terminals alone have it. */
  setRawMode?(on: boolean): unknown;
}

/** A stream that lines are written to; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width in characters, where it is known. */
  readonly columns?: number;
}

/** What a command has of the world outside; `process` gives it, tests bring their own. */
export interface CommandIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: InputStream;
  /** Answers only, so that they can be piped. */
  readonly stdout: OutputStream;
  /** Notes, progress and errors. */
  readonly stderr: OutputStream;
  /** What the operating system asks of the process. */
  readonly signals: SignalSource;
}

/** Signals that ask a process to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** Where signals come from; `process` is one. */
export interface SignalSource {
  on(signal: EndSignal, listener: (signal: EndSignal) => void): unknown;
  off(signal: EndSignal, listener: (signal: EndSignal) => void): unknown;
  /** Ends the process at once. */
  exit(code: number): void;
}
