import { badSetting } from "./errors.js";

/** A value that {@link TomlEditor} writes. */
export type TomlScalar = string | number | boolean | readonly string[];

const TEXT = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;
const LIST = String.raw`\[(?:${TEXT}|[^"'#[\]])*\]`;
const BARE = String.raw`[^\s"'#[\]]+`;

/** A setting whose value is on its line: what stands before the value, the value, what is behind. */
const LINE = new RegExp(
  String.raw`^(\s*[A-Za-z0-9_-]+\s*=\s*)(?:${LIST}|${TEXT}|${BARE})(\s*(?:#.*)?)$`,
);

/**
 * Changes settings of a TOML file and leaves everything else, comments and order above all, as it
 * is. Values must stand on one line, as in the files that CometBFT and aivmd write.
 */
export class TomlEditor {
  readonly #path: string;
  readonly #lines: string[];

  /** `path` is for errors only. */
  constructor(text: string, path: string) {
    this.#path = path;
    this.#lines = text.split("\n");
  }

  /**
   * Sets `section.key`, or `key` of the part before any section. Fails with `home/3` when the file
   * does not have the setting or its value is not on one line.
   */
  set(setting: string, value: TomlScalar): this {
    const split = setting.lastIndexOf(".");
    const section = split < 0 ? "" : setting.slice(0, split);
    const index = this.#find(section, setting.slice(split + 1));
    if (index === undefined) throw this.#refusal(setting, "the file does not have it");
    const match = LINE.exec(this.#lines[index] ?? "");
    if (match === null) throw this.#refusal(setting, "its value is not on one line");
    const [, head = "", tail = ""] = match;
    this.#lines[index] = head + formatValue(value) + tail;
    return this;
  }

  /** The text with all changes. */
  toString(): string {
    return this.#lines.join("\n");
  }

  #find(section: string, key: string): number | undefined {
    let current = "";
    for (const [index, line] of this.#lines.entries()) {
      const header = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line);
      if (header !== null) current = (header[1] ?? "").trim();
      else if (current === section && keyOf(line) === key) return index;
    }
    return undefined;
  }

  #refusal(setting: string, problem: string): Error {
    return badSetting({ path: this.#path, setting, problem });
  }
}

function keyOf(line: string): string | undefined {
  return /^\s*([A-Za-z0-9_-]+)\s*=/.exec(line)?.[1];
}

function formatValue(value: TomlScalar): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return formatText(value);
  return `[${value.map(formatText).join(", ")}]`;
}

/** JSON's escapes are TOML's, but for DEL, which TOML wants escaped. */
function formatText(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
