import type { ErrorDetail } from "#core/primitives/errors.js";
import { formOf } from "./directives.js";
import { MAX_AIVMFILE_LENGTH, mistakeAt, type MistakeName, type Place } from "./mistakes.js";

/** A word of a directive and where it begins. */
export interface Word extends Place {
  readonly text: string;
}

/** One line of an Aivmfile: its words, and the comment behind them. */
export interface SourceLine {
  /** Counted from 1. */
  readonly line: number;
  readonly words: readonly Word[];
  /** What stands before the comment, without blanks at its end. */
  readonly text: string;
  /** From its `#`, without blanks at its end; empty when there is none. */
  readonly comment: string;
}

/** One directive of an Aivmfile: its keyword and its words, read from left to right. */
export class DirectiveLine {
  readonly keyword: string;
  /** Where the keyword stands. */
  readonly place: Place;
  readonly #source: SourceLine;
  #position = 1;

  constructor(source: SourceLine, keyword: Word) {
    this.keyword = keyword.text;
    this.place = keyword;
    this.#source = source;
  }

  /** The next word, which must be there; `expected` names it in the error. */
  next(expected: string): Word {
    const word = this.#source.words[this.#position];
    if (word === undefined) {
      const { line, text } = this.#source;
      const facts = { expected, form: formOf(this.keyword) };
      throw mistakeAt({ line, column: text.length + 1 }, "wordMissing", facts);
    }
    this.#position++;
    return word;
  }

  /** The next word if it is `text`. */
  take(text: string): Word | undefined {
    const word = this.#source.words[this.#position];
    if (word?.text !== text) return undefined;
    this.#position++;
    return word;
  }

  /** The next word, which must be `text`. */
  expect(text: string): void {
    const word = this.next(text);
    if (word.text === text) return;
    throw this.mistake(word, "wordOther", { expected: text, form: formOf(this.keyword) });
  }

  /** Whether words are left. */
  get more(): boolean {
    return this.#position < this.#source.words.length;
  }

  /** The rest of the line as it stands, without blanks at its ends. */
  rest(expected: string): Word {
    const first = this.next(expected);
    this.#position = this.#source.words.length;
    return { ...first, text: this.#source.text.slice(first.column - 1) };
  }

  /** Refuses words that no rule reads. */
  end(): void {
    const word = this.#source.words[this.#position];
    if (word !== undefined) throw this.mistake(word, "wordExtra", { form: formOf(this.keyword) });
  }

  /** The error of a mistake at a word, which is its fact `found` unless another is given. */
  mistake(word: Word, name: MistakeName, facts: ErrorDetail = {}): Error {
    return mistakeAt(word, name, { found: word.text, ...facts });
  }
}

/** The directives of an Aivmfile in order. */
export function readDirectives(text: string): DirectiveLine[] {
  return readLines(text).flatMap((source) => {
    const [keyword] = source.words;
    return keyword === undefined ? [] : [new DirectiveLine(source, keyword)];
  });
}

/**
 * Every line of an Aivmfile, blank ones included; `#` after a blank begins a comment. Fails with
 * `kernel/10` for a text that is too long or has characters other than printable ones, spaces, tabs
 * and line ends (`\n` or `\r\n`).
 */
export function readLines(text: string): SourceLine[] {
  const lines = text.slice(0, MAX_AIVMFILE_LENGTH).split("\n");
  if (text.length > MAX_AIVMFILE_LENGTH) {
    const column = (lines.at(-1)?.length ?? 0) + 1;
    throw mistakeAt({ line: lines.length, column }, "tooLong");
  }
  return lines.map((raw, index) =>
    readLine(index + 1, raw.endsWith("\r") ? raw.slice(0, -1) : raw),
  );
}

function readLine(line: number, raw: string): SourceLine {
  refuseCharacters(line, raw);
  const start = /(?:^|[ \t])#/.exec(raw);
  const end = start === null ? raw.length : start.index + start[0].length - 1;
  const text = trimEnd(raw.slice(0, end));
  const words: Word[] = [];
  for (const match of text.matchAll(/[^ \t]+/g)) {
    words.push({ text: match[0], line, column: match.index + 1 });
  }
  return { line, words, text, comment: trimEnd(raw.slice(end)) };
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && " \t".includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Blanks that look like spaces, controls, and what is no text would make errors hard to see. */
const REFUSED =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function refuseCharacters(line: number, raw: string): void {
  const match = REFUSED.exec(raw);
  if (match === null) return;
  const code = raw.charCodeAt(match.index).toString(16).toUpperCase().padStart(4, "0");
  const found = code === "FFFD" ? "U+FFFD (bytes that are not UTF-8)" : `U+${code}`;
  throw mistakeAt({ line, column: match.index + 1 }, "character", { found });
}
