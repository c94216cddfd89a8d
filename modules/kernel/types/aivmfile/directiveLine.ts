import { type ErrorDetail } from "#core/primitives/errors.js";
import { aivmfileSyntax } from "../errors.js";

/** A word of a directive and where it begins, counted from 1. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** One directive of an Aivmfile: its keyword and its words, read from left to right. */
export class DirectiveLine {
  readonly line: number;
  readonly keyword: string;
  readonly #words: readonly Word[];
  readonly #text: string;
  #position = 1;

  constructor(line: number, text: string, words: readonly Word[]) {
    this.line = line;
    this.keyword = words[0]?.text ?? "";
    this.#words = words;
    this.#text = text;
  }

  /** The next word, which must be there; `expected` names it in the error. */
  next(expected: string): Word {
    const word = this.#words[this.#position];
    if (word === undefined) throw this.#syntaxError(this.#text.length + 1, { expected });
    this.#position++;
    return word;
  }

  /** The next word if it is `text`. */
  take(text: string): boolean {
    if (this.#words[this.#position]?.text !== text) return false;
    this.#position++;
    return true;
  }

  /** The next word, which must be `text`. */
  expect(text: string): void {
    const word = this.next(text);
    if (word.text !== text) throw this.errorAt(word, { found: word.text, expected: text });
  }

  /** Whether words are left. */
  get more(): boolean {
    return this.#position < this.#words.length;
  }

  /** The rest of the line as it stands, without blanks at its ends. */
  rest(expected: string): string {
    const first = this.next(expected);
    this.#position = this.#words.length;
    return this.#text.slice(first.column - 1).trim();
  }

  /** Refuses words that no rule reads. */
  end(): void {
    const word = this.#words[this.#position];
    if (word !== undefined) {
      throw this.errorAt(word, { found: word.text, expected: "the end of the line" });
    }
  }

  /** A syntax error at a word. */
  errorAt(word: Word, detail: ErrorDetail): Error {
    return this.#syntaxError(word.column, detail);
  }

  #syntaxError(column: number, detail: ErrorDetail): Error {
    return aivmfileSyntax({ line: this.line, column, ...detail });
  }
}

/** Directives of an Aivmfile in order: blank lines and comments (`#` after a blank) are left out. */
export function readDirectives(text: string): DirectiveLine[] {
  const directives: DirectiveLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "$1").trimEnd();
    const words = readWords(line);
    if (words.length > 0) directives.push(new DirectiveLine(index + 1, line, words));
  }
  return directives;
}

function readWords(line: string): Word[] {
  const words: Word[] = [];
  for (const match of line.matchAll(/\S+/g)) {
    words.push({ text: match[0], column: match.index + 1 });
  }
  return words;
}
