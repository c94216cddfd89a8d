import type { InputStream, OutputStream } from "../io.js";
import { nothingToRead, notRepeated } from "../errors.js";

const [ENTER, LINE_FEED, INTERRUPT, END_OF_TEXT] = ["\r", "\n", "\u0003", "\u0004"];
const ERASERS = ["\u007f", "\b"];

/**
 * Reads lines of standard input one after the other: a mnemonic, then a passphrase. On a terminal it asks,
 * and shows nothing of what is typed for a secret.
 */
export class LineReader {
  readonly #input: InputStream;
  readonly #prompts: OutputStream;
  #chunks: AsyncIterator<unknown> | undefined;
  #pending = "";

  constructor(input: InputStream, prompts: OutputStream) {
    this.#input = input;
    this.#prompts = prompts;
  }

  /** Whether a person answers. */
  get isInteractive(): boolean {
    return this.#input.isTTY === true;
  }

  /** The next line; fails with `cli/3` when there is none. `wanted` says what it is, in the prompt too. */
  async line(wanted: string): Promise<string> {
    if (this.isInteractive) this.#prompts.write(`Enter ${wanted}: `);
    return this.#next(wanted);
  }

  /** Like {@link line}, but hides what is typed. */
  async secret(wanted: string): Promise<string> {
    if (!this.isInteractive) return this.#next(wanted);
    this.#prompts.write(`Enter ${wanted}: `);
    this.#input.setRawMode?.(true);
    try {
      return await this.#next(wanted);
    } finally {
      this.#input.setRawMode?.(false);
      this.#prompts.write("\n");
    }
  }

  /** Like {@link secret}, but a person types it twice; fails with `cli/7` when the two differ. */
  async newSecret(wanted: string): Promise<string> {
    const secret = await this.secret(wanted);
    if (this.isInteractive && (await this.secret(`${wanted} again`)) !== secret) {
      throw notRepeated();
    }
    return secret;
  }

  /** Everything that is left, for a document that is piped in; fails with `cli/3` when that is nothing. */
  async rest(wanted: string): Promise<string> {
    this.#chunks ??= this.#input[Symbol.asyncIterator]();
    for (;;) {
      const chunk = await this.#chunks.next();
      if (chunk.done === true) break;
      this.#pending += String(chunk.value);
    }
    const text = this.#pending;
    this.#pending = "";
    if (text.trim() === "") throw nothingToRead({ wanted });
    return text;
  }

  /** Stops reading, so that the input does not keep the program alive. */
  async close(): Promise<void> {
    await this.#chunks?.return?.();
  }

  async #next(wanted: string): Promise<string> {
    this.#chunks ??= this.#input[Symbol.asyncIterator]();
    for (;;) {
      const end = this.#pending.search(/[\r\n\u0003\u0004]/);
      if (end >= 0) return this.#take(end, wanted);
      const chunk = await this.#chunks.next();
      const isEnd = chunk.done === true;
      if (isEnd && this.#pending === "") throw nothingToRead({ wanted });
      this.#pending += isEnd ? LINE_FEED : String(chunk.value);
    }
  }

  #take(end: number, wanted: string): string {
    const [line, stop] = [this.#pending.slice(0, end), this.#pending[end]];
    const length = stop === ENTER && this.#pending[end + 1] === LINE_FEED ? 2 : 1;
    this.#pending = this.#pending.slice(end + length);
    if (stop === INTERRUPT || stop === END_OF_TEXT) throw nothingToRead({ wanted });
    return withoutErased(line);
  }
}

/** In raw mode nobody but us acts upon the erase key. */
function withoutErased(line: string): string {
  const kept: string[] = [];
  for (const character of line) {
    if (ERASERS.includes(character)) kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}
